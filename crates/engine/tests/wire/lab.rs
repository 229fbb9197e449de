//! The demo's lab, judged by the checks that the board shows.

use super::{Operator, name};
use engine::{
    Limits, Site,
    certs::{Cert, Domains, Door, Files, Storage},
    site::{Place, Renewal, Traefik},
};
use model::{Code, Domain, Endpoint, State, Step};
use std::{path::Path, time::Duration};
use testkit::{
    Lab, clock,
    lab::{self, Fault, LabSite},
};

/// The lab, and an operator who has it in the configuration.
struct Watch {
    folder: tempfile::TempDir,
    lab: Lab,
    sites: Vec<Site>,
    operator: Operator,
}

impl Watch {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lab = Lab::start(folder.path()).await.unwrap();
        let sites = lab.sites().iter().map(|site| configured(site, lab.resolver()));
        let sites: Vec<_> = sites.collect();
        Self {
            operator: Operator::of(&sites, Limits::default()),
            folder,
            lab,
            sites,
        }
    }

    async fn steps(&self, domain: &str) -> Vec<Step> {
        let domain: Domain = self
            .lab
            .domains()
            .into_iter()
            .find(|d| d.name == name(domain))
            .unwrap();
        let site = self.sites.iter().find(|site| site.name == domain.site).unwrap();
        let sweep = self.operator.engine.sweep();
        sweep.run(site, &[&domain], engine::checks::ALL).await.remove(0)
    }

    /// What is wrong with a domain: every check that is not ok, and what it says. The lab's zones are not
    /// signed, and nothing can be proved of DANE.
    async fn faults(&self, domain: &str) -> Vec<(String, Code)> {
        let steps = self.steps(domain).await.into_iter();
        let wrong = steps.filter(|step| step.state != State::Ok && step.id.as_str() != "dns_tlsa");
        wrong.map(|step| (step.id.to_string(), step.code)).collect()
    }

    async fn code(&self, domain: &str, check: &str) -> Code {
        let steps = self.steps(domain).await;
        steps.iter().find(|step| step.id.as_str() == check).unwrap().code
    }

    async fn turns_green(&self, domain: &str) -> bool {
        let green = async || self.faults(domain).await.is_empty();
        clock::until(Duration::from_secs(20), green).await
    }

    async fn comes_to(&self, domain: &str, check: &str, code: Code) -> bool {
        let said = async || self.code(domain, check).await == code;
        clock::until(Duration::from_secs(20), said).await
    }
}

fn configured(lab: &LabSite, resolver: Endpoint) -> Site {
    let carbonio = lab.carbonio.display().to_string();
    let carbonio = [&carbonio, "prov", "gd", "{domain}", "zimbraDomainStatus"];
    Site {
        name: lab.name.clone(),
        imaps: Some(lab.imaps.clone()),
        imap: Some(lab.imap.clone()),
        smtps: Some(lab.smtps.clone()),
        submission: Some(lab.submission.clone()),
        smtp: Some(lab.smtp.clone()),
        https: Some(lab.https.clone()),
        admin: Some(lab.admin.clone()),
        resolver: Some(resolver),
        expected_addresses: vec!["127.0.0.1".parse().unwrap()],
        sets: lab.sets.clone(),
        dkim_selectors: vec!["default".to_owned()],
        mta_sts: Some(lab.https.clone()),
        extra_ca: Some(lab.ca.clone()),
        carbonio_command: Some(carbonio.map(String::from).into()),
        haproxy_sni: Some(lab.haproxy_sni.clone()),
        traefik: Some(Traefik::Files(lab.traefik_dynamic.clone())),
        nginx_admin: Some(lab.nginx_admin.clone()),
        admin_redirect_path: Some("/admin".to_owned()),
        admin_login_path: Some("/login".to_owned()),
        lineage: Some(lab.lineage.clone()),
        deployed_cert: Some(lab.deployed_cert.clone()),
        deployed_key: Some(lab.deployed_key.clone()),
        renew_script: Some(lab.renew_script.clone()),
        renewal: Some(Renewal::Cron(lab.renew_cron.clone())),
        certs: lab.caddy.iter().map(|storage| cert(lab, storage)).collect(),
        ..Site::default()
    }
}

/// What Caddy issues and the server reads.
fn cert(lab: &LabSite, storage: &Path) -> Cert {
    Cert {
        name: format!("{}-mail", lab.name),
        caddy: Some(Storage {
            place: Place::default(),
            folder: storage.to_owned(),
        }),
        domains: Domains::Site,
        target: Files {
            place: Place::default(),
            cert: lab.deployed_cert.clone(),
            key: lab.deployed_key.clone(),
        },
        verify: vec![Door {
            endpoint: lab.imaps.clone(),
            starttls: None,
        }],
    }
}

#[tokio::test]
async fn the_board_opens_on_the_faults_that_really_happen() {
    use Code::{
        DomainInactive, Expired, ExpiresSoon, NoLoginForm, NoServerBlock, NotRouted, NotServed, SanMissing,
        ScriptMissing, ScriptNotExecutable, Unreachable, Untrusted, WrongLocation, WrongSite,
    };
    let everywhere = |code| {
        let checks = [
            "webmail_https",
            "admin_cert_6071",
            "imap_cert_san_993",
            "smtp_cert_san_465",
        ];
        checks.map(|check| (check, code)).to_vec()
    };
    let watch = Watch::start().await;
    for (domain, faults) in [
        ("ligbox", vec![]),
        ("myvexx", vec![]),
        ("zextra", vec![]),
        (
            "betinsport",
            [
                vec![("cert_san", SanMissing), ("admin_block_nginx", NoServerBlock)],
                everywhere(WrongSite),
            ]
            .concat(),
        ),
        (
            "diarissima",
            [
                vec![("cert_san", ExpiresSoon)],
                everywhere(ExpiresSoon),
                vec![("cert_renew_ready", ScriptNotExecutable)],
            ]
            .concat(),
        ),
        (
            "dratcoin",
            [
                vec![
                    ("carbonio_domain", DomainInactive),
                    ("haproxy_sni", NotRouted),
                    ("cert_san", Expired),
                ],
                everywhere(Expired),
                vec![("cert_renew_ready", ScriptMissing)],
            ]
            .concat(),
        ),
        (
            "ibytera",
            [
                vec![
                    ("admin_redirect_443", WrongLocation),
                    ("admin_login_6071", NoLoginForm),
                ],
                everywhere(Untrusted),
            ]
            .concat(),
        ),
        (
            "betinplace",
            vec![
                ("smtp_cert_san_465", WrongSite),
                ("cert_deployed_global", NotServed),
            ],
        ),
        ("eplacebets", vec![("cert_deployed_global", NotServed)]),
        ("iofficebooks", vec![("imap_cert_san_993", Unreachable)]),
    ] {
        let domain = format!("{domain}.example");
        let steps = watch.steps(&domain).await.into_iter();
        let wrong = steps.filter(|step| step.state != State::Ok && !step.group.is_set());
        let mut seen: Vec<_> = wrong.map(|step| (step.id.to_string(), step.code)).collect();
        let mut faults: Vec<_> = faults
            .into_iter()
            .map(|(check, code)| (check.to_owned(), code))
            .collect();
        seen.sort_by(|one, other| one.0.cmp(&other.0));
        faults.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(seen, faults, "{domain}");
    }
    // Beyond the fourteen.
    assert_eq!(
        watch.code("betinplace.example", "dns_spf").await,
        Code::NotPublished
    );
    assert_eq!(watch.code("betinplace.example", "dns_dkim").await, Code::Ok);
    assert_eq!(
        watch.code("betinsport.example", "imap_starttls_143").await,
        WrongSite
    );
}

#[tokio::test]
async fn whoever_heals_a_domain_sees_it_turn_green() {
    let watch = Watch::start().await;
    for domain in watch.lab.domains() {
        lab::heal(watch.folder.path(), &domain.name).unwrap();
    }
    for domain in watch.lab.domains() {
        let faults = async || watch.faults(domain.name.as_str()).await;
        assert!(
            watch.turns_green(domain.name.as_str()).await,
            "{}: {:?}",
            domain.name,
            faults().await
        );
    }
}

#[tokio::test]
async fn every_fault_of_one_domain_shows_in_its_check_and_leaves_the_others_alone() {
    let watch = Watch::start().await;
    let (dir, zextra) = (watch.folder.path(), name("zextra.example"));
    for (fault, check, code) in [
        (Fault::UnknownDomain, "carbonio_domain", Code::DomainUnknown),
        (Fault::LockedDomain, "carbonio_domain", Code::DomainInactive),
        (Fault::WrongMx, "dns_mail", Code::WrongRecord),
        (Fault::NotRouted, "haproxy_sni", Code::NotRouted),
        (Fault::NoRouter, "traefik_router", Code::NotRouted),
        (Fault::WebmailDown, "webmail_https", Code::HttpError),
        (Fault::NoAdminBlock, "admin_block_nginx", Code::NoServerBlock),
        (Fault::WrongRedirect, "admin_redirect_443", Code::WrongLocation),
        (Fault::NoLoginForm, "admin_login_6071", Code::NoLoginForm),
        (Fault::WrongSite, "cert_san", Code::SanMissing),
    ] {
        lab::break_(dir, &zextra, fault).unwrap();
        assert!(watch.comes_to("zextra.example", check, code).await, "{fault}");
        assert!(watch.turns_green("ligbox.example").await, "{fault}");
        lab::heal(dir, &zextra).unwrap();
        assert!(watch.turns_green("zextra.example").await, "{fault} healed");
        assert_eq!(
            watch.code("betinsport.example", "imap_cert_san_993").await,
            Code::WrongSite
        );
    }
}

#[tokio::test]
async fn a_stopped_server_is_unknown_and_comes_back() {
    let watch = Watch::start().await;
    let ligbox = name("ligbox.example");
    lab::stop(watch.folder.path(), &ligbox).unwrap();
    for check in [
        "imap_cert_san_993",
        "smtp_cert_san_465",
        "webmail_https",
        "admin_login_6071",
    ] {
        assert!(
            watch.comes_to("ligbox.example", check, Code::Unreachable).await,
            "{check}"
        );
    }
    // The files are still right: what could not be seen is not made up.
    for check in [
        "cert_san",
        "haproxy_sni",
        "cert_deployed_global",
        "cert_renew_ready",
    ] {
        assert_eq!(watch.code("ligbox.example", check).await, Code::Ok, "{check}");
    }
    lab::start(watch.folder.path(), &ligbox).unwrap();
    assert!(watch.turns_green("ligbox.example").await);
}
