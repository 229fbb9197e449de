//! Configurations that HAProxy, nginx and Traefik take: the checks find in them what the servers do with them.

use super::{Operator, name};
use engine::{Limits, Site, site::Traefik};
use model::{Code, Domain, State, Step};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use testkit::{
    Ca, Peer,
    servers::{haproxy, nginx_accepts},
};

#[tokio::test]
async fn haproxy_leads_each_host_where_the_check_says() {
    let ca = Ca::new("Test").unwrap();
    let mut behind = Vec::new();
    let backends = [
        ("A", "bk_a"),
        ("B", "bk_b"),
        ("C", "bk_c"),
        ("LIST", "bk_list"),
        ("MAP", "bk_map"),
        ("OTHER", "bk_other"),
    ];
    for (variable, backend) in backends {
        let issued = ca.leaf().cn(backend).names(["behind.example"]).issue().unwrap();
        behind.push((variable, Peer::serving(&issued).await.unwrap()));
    }
    let ports: Vec<_> = behind
        .iter()
        .map(|(name, peer)| (*name, peer.endpoint().port()))
        .collect();
    let proxy = haproxy(&samples("haproxy"), &ports).await;

    let site = Site {
        name: "test".to_owned(),
        haproxy_sni: Some(samples("haproxy/haproxy.cfg")),
        ..Site::default()
    };
    let operator = Operator::of(&[site], Limits::default());
    for (host, line, backend) in [
        ("mail.a.example", 17, Some("bk_a")),
        ("webmail.a.example", 17, Some("bk_a")),
        ("mail.a2.example", 18, Some("bk_a")),
        ("xmail.a.example", 0, None),
        ("mail.commented.example", 0, None),
        ("mail.idle.example", 0, None),
        ("mail.off.example", 0, None),
        ("mail.b.example", 21, Some("bk_b")),
        ("but.b.example", 0, None),
        ("b.example", 0, None),
        ("mail7.c.example", 26, Some("bk_c")),
        ("mail.c.example", 0, None),
        ("mail.d.example", 26, Some("bk_c")),
        ("mail.d.example.org", 26, Some("bk_c")),
        ("mail.xd.example", 0, None),
        ("mail.variable.example", 27, Some("bk_c")),
        ("imap.z.example", 28, Some("bk_c")),
        ("mail.l1.example", 1, Some("bk_list")),
        ("mail.l2.example", 0, None),
        ("mail.s.example", 1, Some("bk_map")),
        ("mail.m1.example", 2, Some("bk_map")),
        ("mail.m2.example", 3, Some("bk_map")),
        ("mail.m3.example", 0, None),
        ("mail.m4.example", 0, None),
        ("mail.m5.example", 0, None),
    ] {
        let seen = operator.sees(&proxy.endpoint(), None, host).await;
        let served = seen
            .evidence
            .leaf
            .unwrap_or_else(|| panic!("{host}: {:?}", seen.code))
            .cn;
        assert_eq!(
            served.as_deref(),
            Some(backend.unwrap_or("bk_other")),
            "{host}: HAProxy"
        );

        let step = verdict(&operator, host, "haproxy_sni").await;
        let found = step.evidence.found.first().map(String::as_str);
        assert_eq!(
            (step.state == State::Ok, found),
            (backend.is_some(), backend),
            "{host}: {step:?}"
        );
        assert_eq!(step.evidence.line.unwrap_or(0), line, "{host}");
    }
}

#[tokio::test]
async fn nginx_takes_the_blocks_that_the_check_finds() {
    let folder = tempfile::tempdir().unwrap();
    copy(&samples("nginx"), folder.path()).unwrap();
    let issued = Ca::new("Test")
        .unwrap()
        .leaf()
        .names(["mail.a.example"])
        .issue()
        .unwrap();
    let file = |name: &str| folder.path().join(name);
    issued.write_as(&file("served.crt"), &file("served.key")).unwrap();
    nginx_accepts(folder.path());

    for root in ["includes", "nginx.conf"] {
        let site = Site {
            name: "test".to_owned(),
            nginx_admin: Some(file(root)),
            ..Site::default()
        };
        let operator = Operator::of(&[site], Limits::default());
        for (host, place) in [
            ("mail.a.example", Some(("admin.conf", 4))),
            ("mail.b.example", Some(("admin.conf", 4))),
            ("mail.c.example", Some(("admin.conf", 4))),
            ("mail.d.example", Some(("admin.conf", 4))),
            ("mail.included.example", Some(("names/f.names", 1))),
            ("mail.second.example", Some(("names/g.names", 1))),
            ("mail.commented.example", None),
            ("mail.e.example", None),
            ("mail.wild.example", None),
            ("mail.dotted.example", None),
            ("regex1.example", None),
            ("mail.otherport.example", None),
        ] {
            let step = verdict(&operator, host, "admin_block_nginx").await;
            let expected = if place.is_some() {
                Code::Ok
            } else {
                Code::NoServerBlock
            };
            assert_eq!(step.code, expected, "{root}, {host}: {step:?}");
            if let Some((path, line)) = place {
                assert!(step.evidence.path.unwrap().ends_with(path), "{root}, {host}");
                assert_eq!(step.evidence.line, Some(line), "{root}, {host}");
            }
        }
    }
}

#[tokio::test]
async fn traefiks_files_are_read_as_its_documentation_has_them() {
    let site = Site {
        name: "test".to_owned(),
        traefik: Some(Traefik::Files(samples("traefik"))),
        ..Site::default()
    };
    let operator = Operator::of(&[site], Limits::default());
    for (host, place) in [
        ("mail.a.example", Some(("mail.yml", 5))),
        ("mail.b.example", Some(("mail.yml", 12))),
        ("mail.c.example", Some(("mail.yml", 12))),
        ("mail1.d.example", Some(("mail.yml", 16))),
        ("mail.d.example", None),
        ("mail.e.example", Some(("mail.yml", 19))),
        ("but.e.example", None),
        ("imap.a.example", Some(("mail.yml", 39))),
        ("imap.z.example", Some(("mail.yml", 39))),
        ("mail.commented.example", None),
        ("mail.f.example", Some(("below/v2.toml", 6))),
        ("mail.g.example", Some(("below/v2.toml", 6))),
        ("h.example", Some(("below/v2.toml", 9))),
        ("mail.h.example", Some(("below/v2.toml", 9))),
        ("mail1.h.example", None),
        ("smtp.f.example", Some(("below/v2.toml", 17))),
    ] {
        let step = verdict(&operator, host, "traefik_router").await;
        let expected = if place.is_some() {
            Code::Ok
        } else {
            Code::NotRouted
        };
        assert_eq!(step.code, expected, "{host}: {step:?}");
        if let Some((path, line)) = place {
            assert!(step.evidence.path.unwrap().ends_with(path), "{host}");
            assert_eq!(step.evidence.line, Some(line), "{host}");
        }
    }
}

async fn verdict(operator: &Operator, host: &str, check: &str) -> Step {
    let domain = Domain {
        mail_host: name(host),
        ..Domain::plain(name("a.example"))
    };
    operator.checks(&operator.site, &domain, check).await
}

fn samples(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/wire/samples")
        .join(path)
}

/// A folder with all below it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
