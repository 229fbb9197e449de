//! `haproxy_sni`: a map file or a haproxy.cfg on the proxy's host leads the mail host to a backend.

use super::{HOST, Stage, domain, large};
use engine::{checks, reproduce, site::Host};
use model::{Code, Language, State, Step};
use std::{fs, process::Command, time::Instant};

const CHECK: &str = "haproxy_sni";

impl Stage {
    /// The verdict over a file with this text.
    async fn over_haproxy(&mut self, text: &str) -> Step {
        fs::write(self.path("haproxy"), text).unwrap();
        self.site.haproxy_sni = Some(self.path("haproxy"));
        self.step(CHECK).await
    }
}

#[tokio::test]
async fn a_map_with_the_name_routes_it() {
    let mut stage = Stage::set().await;
    let text = format!("# {HOST} nobody\nmail.b.example bk_b\n  Mail.A.example\t bk_mail\n");
    let step = stage.over_haproxy(&text).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    let seen = &step.evidence;
    assert_eq!(seen.path, Some(stage.path("haproxy").display().to_string()));
    assert_eq!(
        (seen.line, seen.name.as_deref(), seen.host.as_deref()),
        (Some(3), Some(HOST), Some("local"))
    );
    assert_eq!(seen.found, ["bk_mail"]);
    let said = step.say(Language::En).message;
    assert!(said.contains(":3: bk_mail") && said.contains(HOST), "{said}");
    let shown = reproduce::command(step.code, seen).unwrap();
    let shown = Command::new("sh").args(["-c", &shown]).output().unwrap();
    assert!(String::from_utf8_lossy(&shown.stdout).contains(HOST), "{shown:?}");
}

#[tokio::test]
async fn a_rule_over_the_sni_routes_it() {
    let mut stage = Stage::set().await;
    for (rule, line) in [
        (
            format!("  acl mail req.ssl_sni -i x.example {HOST} # y.example\n  use_backend bk_mail if mail"),
            3,
        ),
        (
            format!(
                "  acl mail req_ssl_sni {HOST}\n  use_backend bk_mail if mail {{ req.ssl_hello_type 1 }}"
            ),
            3,
        ),
        (format!("  use_backend bk_mail if {{ req.ssl_sni -i {HOST} }}"), 3),
        (
            "  use_backend bk_mail if { req.ssl_sni -m end -i .a.example }".to_owned(),
            3,
        ),
    ] {
        let text = format!("frontend tls\n  bind :443\n{rule}\nbackend bk_mail\n  server a 192.0.2.1:443\n");
        let step = stage.over_haproxy(&text).await;
        assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{text}");
        assert_eq!(step.evidence.line, Some(line), "{text}");
        assert_eq!(step.evidence.found, ["bk_mail"]);
    }
}

#[tokio::test]
async fn a_rule_may_ask_a_map_beside_it() {
    let mut stage = Stage::set().await;
    fs::write(
        stage.path("names.map"),
        format!("mail.b.example b\n{HOST} bk_map\n"),
    )
    .unwrap();
    let absolute = stage.path("names.map").display().to_string();
    for map in ["names.map", &absolute] {
        let text = format!("frontend tls\n  use_backend %[req.ssl_sni,lower,map({map},none)]\n");
        let step = stage.over_haproxy(&text).await;
        assert_eq!((step.state, step.evidence.line), (State::Ok, Some(2)), "{step:?}");
        assert_eq!(step.evidence.path.as_deref(), Some(&*absolute));
        assert_eq!(step.evidence.found, ["bk_map"]);
    }
    // HAProxy would not start without it.
    fs::remove_file(stage.path("names.map")).unwrap();
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Fail, Code::FileMissing));
    assert_eq!(step.evidence.path.as_deref(), Some(&*absolute));
    fs::create_dir(stage.path("names.map")).unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::Unreadable));
}

#[tokio::test]
async fn a_name_with_no_backend_behind_it_is_a_warning() {
    let mut stage = Stage::set().await;
    for value in ["bk_mail # since May", ""] {
        let step = stage.over_haproxy(&format!("{HOST} {value}\n")).await;
        assert_eq!(
            (step.state, step.state.ok(), step.code),
            (State::Warn, Some(true), Code::DoubtfulBackend)
        );
        assert_eq!(
            (step.evidence.line, step.evidence.found.concat().as_str()),
            (Some(1), value)
        );
    }
}

#[tokio::test]
async fn a_file_that_does_not_route_the_name_is_a_failure() {
    let mut stage = Stage::set().await;
    for text in [
        String::new(),
        format!("# {HOST} bk_mail\n"),
        format!("x{HOST} bk_mail\n{HOST}.br bk_mail\na.example bk_mail\n"),
        format!("mail.b.example {HOST}\n"),
        format!("frontend f\n  acl mail req.ssl_sni -i {HOST}\n  default_backend bk_mail\n"),
        format!("frontend f\n  use_backend bk_mail if !{{ req.ssl_sni -i {HOST} }}\n"),
        format!("frontend f\n  use_backend bk_mail if {{ req.ssl_sni -i x{HOST} }} # {HOST}\n"),
        format!("frontend f\n  # use_backend bk_mail if {{ req.ssl_sni -i {HOST} }}\n"),
        format!("frontend f\n  use_backend bk_mail if {{ hdr(x) -i {HOST} }}\n"),
        "\0\u{1}garbage\n".to_owned(),
    ] {
        let step = stage.over_haproxy(&text).await;
        assert_eq!((step.state, step.code), (State::Fail, Code::NotRouted), "{text}");
        assert_eq!(step.evidence.name.as_deref(), Some(HOST));
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_understood_says_why() {
    let mut stage = Stage::set().await;
    for (path, verdict) in stage.unreadable() {
        stage.site.haproxy_sni = Some(path.clone());
        assert_eq!(stage.verdict(CHECK).await, verdict, "{path:?}");
    }
    large(&stage.path("large.map"), 8 * 1024 * 1024 + 1);
    stage.site.haproxy_sni = Some(stage.path("large.map"));
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::TooLarge));
    let step = stage
        .over_haproxy("frontend f\n  use_backend bk_%[req.ssl_sni,lower]\n")
        .await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreadable));
    assert_eq!(step.evidence.line, Some(2));
}

#[tokio::test]
async fn the_file_is_read_on_the_proxys_host() {
    let mut stage = Stage::set().await;
    stage.site.proxy_host = Some(Host::Ssh("ssh://desk@127.0.0.1:1".to_owned()));
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::HostUnreachable));
    assert_eq!(step.evidence.host.as_deref(), Some("ssh://desk@127.0.0.1:1"));
    let here = stage.site.proxy_host.replace(Host::Local);
    stage.site.host = here.unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn without_a_file_the_check_is_skipped() {
    let mut stage = Stage::set().await;
    stage.site.haproxy_sni = None;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.haproxy_sni"));
}

#[tokio::test]
async fn a_map_of_twenty_thousand_names_is_read_once_for_all_domains() {
    let stage = Stage::set().await;
    let lines: Vec<_> = (0..20_000)
        .map(|n| format!("mail.d{n}.example bk{n}\n"))
        .collect();
    fs::write(stage.path("sni.map"), lines.concat()).unwrap();
    let domains: Vec<_> = (0..5_000).map(|n| domain(&format!("d{n}.example"))).collect();
    let begun = Instant::now();
    let sweep = stage
        .sweep(&stage.site, &domains, &[checks::find(CHECK).unwrap()])
        .await;
    assert!(sweep.iter().flatten().all(|step| step.state == State::Ok));
    // Read and parsed for each domain it would take minutes.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
