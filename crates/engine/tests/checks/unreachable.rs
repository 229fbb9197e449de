//! The first law, as a table: where its source cannot be reached, no check is ever `ok`.

use super::{HOST, LIMITS, domain};
use engine::{
    Engine, Site, Trust,
    certs::{Cert, Domains, Files, Storage},
    checks,
    site::{Host, Renewal, Traefik},
};
use model::{Group, State};
use std::{path::PathBuf, sync::Arc};
use testkit::{Port, clock};

/// Everything is configured, and nothing of it answers.
fn site_of_silence(silence: &Port) -> Site {
    let nowhere = || Some(silence.endpoint());
    let path = |path: &str| Some(PathBuf::from(path));
    let host = Host::Ssh(format!("ssh://nobody@{}", silence.endpoint()));
    let cert = Cert {
        name: "mail".to_owned(),
        caddy: Some(Storage {
            place: host.clone().into(),
            folder: PathBuf::from("/data/caddy/certificates"),
        }),
        domains: Domains::Site,
        target: Files {
            place: host.clone().into(),
            cert: PathBuf::from("/home/mox/certs/mail.crt"),
            key: PathBuf::from("/home/mox/certs/mail.key"),
        },
        verify: Vec::new(),
    };
    Site {
        name: "silent".to_owned(),
        proxy_host: Some(host.clone()),
        host,
        imaps: nowhere(),
        imap: nowhere(),
        smtps: nowhere(),
        submission: nowhere(),
        smtp: nowhere(),
        https: nowhere(),
        admin: nowhere(),
        resolver: nowhere(),
        expected_addresses: vec!["192.0.2.1".parse().unwrap()],
        sets: Group::ALL.into_iter().filter(|group| group.is_set()).collect(),
        dkim_selectors: vec!["default".to_owned()],
        mta_sts: nowhere(),
        carbonio_command: Some(vec!["carbonio".to_owned(), "{domain}".to_owned()]),
        haproxy_sni: path("/etc/haproxy/sni.map"),
        traefik: Some(Traefik::Files(PathBuf::from("/etc/traefik/dynamic"))),
        nginx_admin: path("/opt/zextras/conf/nginx/includes"),
        admin_redirect_path: Some("/admin".to_owned()),
        admin_login_path: Some("/login".to_owned()),
        lineage: path("/etc/letsencrypt/live/mail"),
        deployed_cert: path("/opt/zextras/conf/nginx.crt"),
        deployed_key: path("/opt/zextras/conf/nginx.key"),
        renew_script: path("/usr/local/bin/renew.sh"),
        renewal: Some(Renewal::Timer("renew.timer".to_owned())),
        certs: vec![cert],
        ..Site::default()
    }
}

#[tokio::test]
async fn no_check_is_ok_when_its_source_is_out_of_reach() {
    let silence = Port::new().unwrap();
    let site = site_of_silence(&silence);
    let api = Site {
        traefik: Some(Traefik::Api(format!("http://{}", silence.endpoint()))),
        ..site.clone()
    };
    for site in [site, api] {
        let engine = Engine::new(
            std::slice::from_ref(&site),
            Trust::nobody(),
            LIMITS,
            Arc::new(clock::now),
        );
        let domain = domain(HOST.strip_prefix("mail.").unwrap());
        let sweep = Arc::new(engine.unwrap()).sweep();
        let steps = sweep.run(&site, &[&domain], checks::ALL).await.remove(0);
        assert_eq!(steps.len(), checks::ALL.len(), "every check has said something");
        for step in steps {
            assert_eq!(step.state, State::Unknown, "{step:?}");
        }
    }
}
