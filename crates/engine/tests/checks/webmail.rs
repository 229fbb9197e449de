//! `webmail_https`: what a visitor of the webmail gets from a real nginx, and from servers that no browser should
//! meet.

use super::{HOST, LIMITS, Stage, Verdict, reproduced, sweep::Counted};
use engine::checks;
use model::{Code, Evidence, Language, Reason, State};
use std::time::Instant;
use testkit::{
    Door, Port,
    ca::Leaf,
    hostile::{self, Manner},
    servers::{ADMIN, nginx_web},
};

const CHECK: &str = "webmail_https";

/// The checks that ask the mail host's two web servers.
const WEB: [&str; 4] = [CHECK, "admin_redirect_443", "admin_cert_6071", "admin_login_6071"];

impl Stage {
    /// Over an nginx whose webmail is configured like this.
    async fn over_webmail(&mut self, directives: &str) -> (Verdict, Evidence) {
        let server = nginx_web(&self.issued, directives, ADMIN).await;
        self.site.https = Some(server.at(Door::Https));
        let step = self.step(CHECK).await;
        ((step.state, step.code), step.evidence)
    }
}

#[tokio::test]
async fn a_page_or_a_redirect_over_a_good_certificate_is_ok() {
    let mut stage = Stage::set().await;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    let seen = &step.evidence;
    assert_eq!(seen.url.as_deref(), Some("https://mail.a.example/"));
    assert_eq!((seen.status, seen.sni.as_deref()), (Some(302), Some(HOST)));
    assert!(seen.location.as_ref().unwrap().ends_with("/static/login"));
    let until = seen.leaf.as_ref().unwrap().not_after;
    assert_eq!(
        step.say(Language::Pt).message,
        format!("https://mail.a.example/ respondeu HTTP 302, certificado válido até {until}")
    );
    for (directives, status) in [
        ("location / { return 200 'Webmail'; }", 200),
        ("location / { return 204; }", 204),
        ("location / { return 308 https://webmail.example/; }", 308),
    ] {
        let (verdict, seen) = stage.over_webmail(directives).await;
        assert_eq!((verdict, seen.status), ((State::Ok, Code::Ok), Some(status)));
    }
}

#[tokio::test]
async fn an_error_page_fails_and_the_command_shows_it() {
    let mut stage = Stage::set().await;
    let nobody = Port::new().unwrap();
    let gone = format!("location / {{ proxy_pass http://{}; }}", nobody.endpoint());
    for (directives, status) in [
        ("location / { return 404; }", 404),
        ("location / { return 401; }", 401),
        ("location / { return 500; }", 500),
        (&gone, 502),
    ] {
        let server = nginx_web(&stage.issued, directives, ADMIN).await;
        stage.site.https = Some(server.at(Door::Https));
        let step = stage.step(CHECK).await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::HttpError),
            "{status}"
        );
        assert_eq!(step.evidence.status, Some(status));
        let said = reproduced(&step);
        assert!(said.contains(&format!("HTTP/1.1 {status}")), "{said}");
    }
}

#[tokio::test]
async fn the_certificate_is_judged_before_the_page() {
    let mut stage = Stage::set().await;
    let ca = testkit::Ca::new("Test").unwrap();
    stage.site.extra_ca = Some(ca.write_root(stage.folder.path()).unwrap());
    let leaf = || ca.leaf().names([HOST]);
    let cases: [(Leaf<'_>, State, Code); 4] = [
        (leaf().expired(), State::Fail, Code::Expired),
        (leaf().self_signed(), State::Fail, Code::Untrusted),
        (ca.leaf().names(["mail.b.example"]), State::Fail, Code::WrongSite),
        (leaf().days_left(90, 10), State::Warn, Code::ExpiresSoon),
    ];
    for (leaf, state, code) in cases {
        stage.issued = leaf.issue().unwrap();
        let (verdict, seen) = stage.over_webmail("location / { return 200 ''; }").await;
        assert_eq!(verdict, (state, code));
        assert_eq!(seen.status.is_some(), state == State::Warn, "{code}");
        let (verdict, _) = stage.over_webmail("location / { return 503; }").await;
        let worse = if state == State::Warn {
            Code::HttpError
        } else {
            code
        };
        assert_eq!(verdict, (State::Fail, worse));
    }
}

#[tokio::test]
async fn a_server_that_breaks_http_fails_and_one_that_is_slow_is_unknown() {
    let mut stage = Stage::set().await;
    let ok = (State::Ok, Code::Ok);
    let not_http = (State::Fail, Code::NotHttp);
    let too_slow = (State::Unknown, Code::Timeout);
    for (manner, verdict) in [
        (Manner::Closes, not_http),
        (Manner::NotHttp, not_http),
        (Manner::EndlessHead, not_http),
        (Manner::ShortBody, not_http),
        (Manner::Silent, too_slow),
        (Manner::SlowBody, too_slow),
        (Manner::HugeBody, ok),
        (Manner::OldVersion, ok),
        (Manner::RedirectLoop, ok),
        (Manner::TwoLocations, ok),
    ] {
        let server = hostile::web(&stage.issued, manner).await.unwrap();
        stage.site.https = Some(server.endpoint());
        let begun = Instant::now();
        let step = stage.step(CHECK).await;
        assert_eq!((step.state, step.code), verdict, "{manner:?} {step:?}");
        assert_eq!(step.evidence.url.as_deref(), Some("https://mail.a.example/"));
        // The page, and the one of the redirect after it.
        assert!(begun.elapsed() < LIMITS.whole * 3, "{manner:?}");
    }
}

#[tokio::test]
async fn who_does_not_come_to_tls_is_told_from_who_is_not_there() {
    let mut stage = Stage::set().await;
    let (closes, silent) = (
        hostile::closes_at_once().await.unwrap(),
        hostile::silent().await.unwrap(),
    );
    let nobody = Port::new().unwrap();
    for (endpoint, state, code, reason) in [
        (
            closes.endpoint(),
            State::Fail,
            Code::HandshakeFailed,
            Some(Reason::ClosedEarly),
        ),
        (silent.endpoint(), State::Unknown, Code::Timeout, None),
        (
            nobody.endpoint(),
            State::Unknown,
            Code::Unreachable,
            Some(Reason::Refused),
        ),
    ] {
        (stage.site.https, stage.site.admin) = (Some(endpoint.clone()), Some(endpoint.clone()));
        for check in WEB {
            let begun = Instant::now();
            let step = stage.step(check).await;
            assert_eq!((step.state, step.code), (state, code), "{check}");
            assert_eq!(
                (step.evidence.reason, step.evidence.endpoint),
                (reason, Some(endpoint.to_string()))
            );
            assert!(begun.elapsed() < LIMITS.whole * 2, "{check} waits once");
        }
    }
}

#[tokio::test]
async fn all_checks_of_the_web_cost_one_handshake_per_server_and_name() {
    let mut stage = Stage::set().await;
    let [https, admin] = [&stage.site.https, &stage.site.admin].map(|at| at.clone().unwrap().to_string());
    let (https, admin) = (Counted::before(https).await, Counted::before(admin).await);
    (stage.site.https, stage.site.admin) = (Some(https.peer.endpoint()), Some(admin.peer.endpoint()));
    let shared = super::domain("a.example").mail_host;
    let domains = ["a.example", "b.example"].map(|name| model::Domain {
        mail_host: shared.clone(),
        ..super::domain(name)
    });
    let chosen = WEB.map(|id| checks::find(id).unwrap());
    for steps in stage.sweep(&stage.site, &domains, &chosen).await {
        assert!(steps.iter().all(|step| step.state == State::Ok), "{steps:?}");
    }
    // `/`, the admin's path, and on the other the login with its redirect.
    assert_eq!((https.connections(), admin.connections()), (1, 1));
}

#[tokio::test]
async fn a_server_that_keeps_no_connection_is_asked_over_several() {
    let mut stage = Stage::set().await;
    let closing = format!("keepalive_timeout 0;{}", testkit::servers::WEBMAIL);
    let server = nginx_web(&stage.issued, &closing, &format!("keepalive_timeout 0;{ADMIN}")).await;
    stage.site.https = Some(server.at(Door::Https));
    stage.site.admin = Some(server.at(Door::Admin));
    for check in WEB {
        assert_eq!(stage.verdict(check).await, (State::Ok, Code::Ok), "{check}");
    }
}

#[tokio::test]
async fn without_the_address_the_check_is_skipped_and_names_the_key() {
    let mut stage = Stage::set().await;
    stage.site.https = None;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.https"));
}
