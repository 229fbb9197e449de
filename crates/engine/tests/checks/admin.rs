//! `admin_redirect_443`, `admin_cert_6071`, `admin_login_6071`: the way into the administration, step by step, at a
//! real nginx. The first and the last of them never warn.

use super::{HOST, Stage, Verdict, reproduced, write};
use engine::Site;
use model::{Code, Endpoint, Evidence, Language, Reason, State, Step};
use testkit::{
    Ca, Door,
    ca::Leaf,
    hostile::{self, Manner},
    servers::{MailServer, WEBMAIL, nginx_web},
};

const REDIRECT: &str = "admin_redirect_443";
const CERT: &str = "admin_cert_6071";
const LOGIN: &str = "admin_login_6071";

/// A check, a key that it wants, and how a site comes to lack it.
type Forgotten = (&'static str, &'static str, fn(&mut Site));

const OK: Verdict = (State::Ok, Code::Ok);

impl Stage {
    /// An nginx whose two server blocks have these directives.
    async fn over_web(&mut self, webmail: &str, admin: &str) -> MailServer {
        let server = nginx_web(&self.issued, webmail, admin).await;
        self.site.https = Some(server.at(Door::Https));
        self.site.admin = Some(server.at(Door::Admin));
        server
    }

    /// Where the admin path redirects to, in nginx's words.
    async fn redirecting(&mut self, to: &str) -> Step {
        let _server = self.over_web(&format!("location /admin {{ {to} }}"), "").await;
        self.step(REDIRECT).await
    }

    /// An administration whose login page has this body.
    async fn login_page(&mut self, body: &str) -> Step {
        let page = format!("location /login {{ return 200 '{body}'; }}");
        let _server = self.over_web(WEBMAIL, &page).await;
        self.step(LOGIN).await
    }

    /// A script of the operator's that is asked instead of the page.
    async fn login_script(&mut self, script: &str) -> Step {
        write(&self.path("login.sh"), &format!("#!/bin/sh\n{script}\n"), 0o755);
        let program = self.path("login.sh").display().to_string();
        let argv = [&program, "--host", "https://{mail_host}:6071/"];
        self.site.admin_login_command = Some(argv.map(String::from).into());
        self.step(LOGIN).await
    }
}

#[tokio::test]
async fn a_redirect_to_the_administration_is_ok() {
    let mut stage = Stage::set().await;
    let step = stage.step(REDIRECT).await;
    assert_eq!((step.state, step.code), OK, "{step:?}");
    let seen = &step.evidence;
    assert_eq!(seen.url.as_deref(), Some("https://mail.a.example/admin"));
    assert_eq!(
        (seen.status, seen.endpoint.clone()),
        (Some(301), stage.site.https.as_ref().map(Endpoint::to_string))
    );
    assert_eq!(
        seen.location.as_deref(),
        Some("https://mail.a.example:6071/login")
    );
    assert!(
        step.say(Language::Pt)
            .message
            .ends_with("redireciona para https://mail.a.example:6071/login")
    );

    for to in [
        "return 302 https://MAIL.A.EXAMPLE:6071/;",
        "return 303 https://mail.a.example:6071;",
        "absolute_redirect off; return 307 //mail.a.example:6071/;",
        "return 308 'https://mail.a.example:6071/?from=webmail#login';",
    ] {
        let step = stage.redirecting(to).await;
        assert_eq!((step.state, step.code), OK, "{to}");
    }

    // The administration may be known at another port, which `admin` names.
    let server = stage.over_web(WEBMAIL, "").await;
    let port = server.at(Door::Admin).port();
    let to = format!("location /admin {{ return 302 https://$host:{port}/; }}");
    stage.site.https = Some(nginx_web(&stage.issued, &to, "").await.at(Door::Https));
    assert_eq!(
        stage.verdict(REDIRECT).await.0,
        State::Unknown,
        "that server is gone"
    );
    let other = nginx_web(&stage.issued, &to, "").await;
    stage.site.https = Some(other.at(Door::Https));
    assert_eq!(stage.verdict(REDIRECT).await, OK);
}

#[tokio::test]
async fn a_redirect_elsewhere_or_none_fails_and_the_command_shows_it() {
    let mut stage = Stage::set().await;
    for (to, code) in [
        ("return 302 http://mail.a.example:6071/;", Code::WrongLocation),
        ("return 302 https://mail.b.example:6071/;", Code::WrongLocation),
        ("return 302 https://mail.a.example:7071/;", Code::WrongLocation),
        (
            "return 302 https://mail.a.example:6071.evil.example/;",
            Code::WrongLocation,
        ),
        (
            "return 302 https://mail.a.example:6071@evil.example/;",
            Code::WrongLocation,
        ),
        ("return 302 https://mail.a.example/admin/;", Code::WrongLocation),
        ("absolute_redirect off; return 302 /admin/;", Code::WrongLocation),
        ("return 200 'https://mail.a.example:6071/';", Code::NoRedirect),
        ("return 304;", Code::NoRedirect),
        (
            "add_header Location https://mail.a.example:6071/; return 204;",
            Code::NoRedirect,
        ),
        ("return 404;", Code::HttpError),
        ("return 403;", Code::HttpError),
        ("return 503;", Code::HttpError),
    ] {
        let server = stage.over_web(&format!("location /admin {{ {to} }}"), "").await;
        let step = stage.step(REDIRECT).await;
        assert_eq!((step.state, step.code), (State::Fail, code), "{to}");
        let said = reproduced(&step);
        assert!(
            said.contains(&format!("HTTP/1.1 {}", step.evidence.status.unwrap())),
            "{said}"
        );
        if code == Code::WrongLocation {
            let location = step.evidence.location.as_ref().unwrap();
            assert!(said.contains(&format!("Location: {location}")), "{said}");
            for language in [Language::Pt, Language::En] {
                let message = step.say(language).message;
                assert!(
                    message.contains(location) && message.contains("https://mail.a.example:6071/"),
                    "{message}"
                );
            }
        }
        drop(server);
    }
    let server = hostile::web(&stage.issued, Manner::TwoLocations).await.unwrap();
    stage.site.https = Some(server.endpoint());
    assert_eq!(stage.verdict(REDIRECT).await, (State::Fail, Code::NoRedirect));
}

#[tokio::test]
async fn the_redirect_does_not_ask_for_the_certificate() {
    let mut stage = Stage::set().await;
    stage.issued = stage
        .ca
        .leaf()
        .names(["mail.b.example"])
        .expired()
        .issue()
        .unwrap();
    let _server = stage.over_web(WEBMAIL, "").await;
    assert_eq!(stage.verdict(REDIRECT).await, OK);
    assert_eq!(stage.verdict(CERT).await, (State::Fail, Code::WrongSite));
}

#[tokio::test]
async fn the_administration_s_certificate_is_judged_as_every_other() {
    let mut stage = Stage::set().await;
    let step = stage.step(CERT).await;
    assert_eq!((step.state, step.code), OK);
    assert_eq!(step.evidence.sni.as_deref(), Some(HOST));
    let ca = Ca::new("Test").unwrap();
    stage.site.extra_ca = Some(ca.write_root(stage.folder.path()).unwrap());
    let leaf = || ca.leaf().names([HOST]);
    let cases: [(Leaf<'_>, State, Code); 5] = [
        (leaf().days_left(90, 10), State::Warn, Code::ExpiresSoon),
        (leaf().expired(), State::Fail, Code::Expired),
        (leaf().without_intermediate(), State::Fail, Code::Untrusted),
        (ca.leaf().cn(HOST), State::Fail, Code::CnOnly),
        (ca.leaf().names(["mail.b.example"]), State::Fail, Code::WrongSite),
    ];
    for (leaf, state, code) in cases {
        stage.issued = leaf.issue().unwrap();
        let _server = stage.over_web("", "").await;
        assert_eq!(stage.verdict(CERT).await, (state, code));
    }
}

#[tokio::test]
async fn a_login_form_is_found_on_the_page_and_behind_a_redirect_of_the_same_server() {
    let mut stage = Stage::set().await;
    let step = stage.step(LOGIN).await;
    assert_eq!((step.state, step.code), OK, "{step:?}");
    assert_eq!(
        step.evidence.url.as_deref(),
        Some("https://mail.a.example:6071/login/")
    );
    assert_eq!(step.evidence.status, Some(200));
    for body in [
        "<form><input type=password></form>",
        "<FORM><p>Login<INPUT TYPE=Password>",
        "<form id=f></form><input form=f type=password>",
    ] {
        assert_eq!(stage.login_page(body).await.code, Code::Ok, "{body}");
    }
    for redirect in [
        "return 302 https://mail.a.example:6071/here;",
        "absolute_redirect off; return 307 //MAIL.A.EXAMPLE:6071/here?again=1;",
        "absolute_redirect off; return 301 /here#form;",
        "absolute_redirect off; return 303 ./here;",
    ] {
        let admin = format!(
            "location /login {{ {redirect} }} location /here {{ return 200 '<form><input type=password>'; }}"
        );
        let _server = stage.over_web(WEBMAIL, &admin).await;
        assert_eq!(stage.verdict(LOGIN).await, OK, "{redirect}");
    }
}

#[tokio::test]
async fn a_page_that_lets_nobody_in_fails() {
    let mut stage = Stage::set().await;
    for body in [
        "",
        "<p>Maintenance",
        "<!-- <form><input type=password></form> -->",
        "<script>var form = \"<form><input type=password></form>\";</script>",
        "<template><form><input type=password></form></template>",
        "<noscript><form><input type=password></form></noscript>",
        "<form><input type=text name=password></form>",
        "<input type=password>",
    ] {
        let step = stage.login_page(body).await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::NoLoginForm),
            "{body}"
        );
    }
    let form = "<form><input type=password></form>";
    for (directives, code) in [
        (
            format!("default_type text/plain; return 200 '{form}';"),
            Code::NoLoginForm,
        ),
        (
            format!("default_type application/json; return 200 '{form}';"),
            Code::NoLoginForm,
        ),
        (format!("return 401 '{form}';"), Code::HttpError),
        (format!("return 500 '{form}';"), Code::HttpError),
        ("return 204;".to_owned(), Code::HttpError),
        ("return 302 https://sso.example/;".to_owned(), Code::WrongLocation),
        (
            "return 302 http://mail.a.example:6071/here;".to_owned(),
            Code::WrongLocation,
        ),
        (
            "return 302 https://mail.a.example/here;".to_owned(),
            Code::WrongLocation,
        ),
    ] {
        let admin = format!("location /login {{ {directives} }} location /here {{ return 200 '{form}'; }}");
        let _server = stage.over_web(WEBMAIL, &admin).await;
        let step = stage.step(LOGIN).await;
        assert_eq!((step.state, step.code), (State::Fail, code), "{directives}");
        assert!(reproduced(&step).contains(&format!("HTTP/1.1 {}", step.evidence.status.unwrap())));
    }
}

#[tokio::test]
async fn a_login_page_that_never_comes_is_told_from_one_that_is_wrong() {
    let mut stage = Stage::set().await;
    for (manner, verdict) in [
        (Manner::OldVersion, OK),
        (Manner::RedirectLoop, (State::Fail, Code::HttpError)),
        (Manner::Closes, (State::Fail, Code::NotHttp)),
        (Manner::NotHttp, (State::Fail, Code::NotHttp)),
        (Manner::EndlessHead, (State::Fail, Code::NotHttp)),
        (Manner::ShortBody, (State::Fail, Code::NotHttp)),
        (Manner::HugeBody, (State::Unknown, Code::TooLarge)),
        (Manner::SlowBody, (State::Unknown, Code::Timeout)),
        (Manner::Silent, (State::Unknown, Code::Timeout)),
    ] {
        let server = hostile::web(&stage.issued, manner).await.unwrap();
        stage.site.admin = Some(server.endpoint());
        let step = stage.step(LOGIN).await;
        assert_eq!((step.state, step.code), verdict, "{manner:?} {step:?}");
        if manner == Manner::RedirectLoop {
            assert_eq!(step.evidence.reason, Some(Reason::RedirectLoop));
        }
    }
}

#[tokio::test]
async fn the_operator_s_script_stands_in_with_its_exit_code_and_last_line() {
    let mut stage = Stage::set().await;
    // Nothing else is asked.
    (stage.site.admin, stage.site.admin_login_path) = (None, None);
    let fail = (State::Fail, Code::LoginScriptFailed);
    for (script, verdict, exit_code, detail) in [
        ("echo trying; echo 'logged in'; echo", OK, Some(0), "logged in"),
        ("exit 0", OK, Some(0), ""),
        ("echo $2; exit 1", fail, Some(1), "https://mail.a.example:6071/"),
        ("echo 'no form' >&2; exit 7", fail, Some(7), "no form"),
        ("echo; echo '$(reboot)'; exit 255", fail, Some(255), "$(reboot)"),
        (
            "echo killed; kill -9 $$",
            (State::Unknown, Code::CommandFailed),
            None,
            "killed",
        ),
    ] {
        let step = stage.login_script(script).await;
        assert_eq!((step.state, step.code), verdict, "{script}");
        let Evidence {
            exit_code: ended,
            detail: said,
            ..
        } = &step.evidence;
        assert_eq!((*ended, said.as_deref()), (exit_code, Some(detail)), "{script}");
        if verdict == fail {
            assert!(step.say(Language::Pt).message.contains(detail), "{script}");
            assert!(reproduced(&step).contains(detail), "{script}");
        }
    }
    stage.site.admin_login_command = Some(vec![stage.path("nowhere").display().to_string()]);
    assert_eq!(stage.verdict(LOGIN).await, (State::Unknown, Code::CommandFailed));
    let step = stage.login_script("sleep 60").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::CommandFailed));
    assert!(step.duration_ms < 15_000);
}

#[tokio::test]
async fn what_the_site_does_not_say_is_skipped_and_named() {
    let mut stage = Stage::set().await;
    let right = stage.site.clone();
    let keys: [Forgotten; 5] = [
        (REDIRECT, "https", |site| site.https = None),
        (REDIRECT, "admin_redirect_path", |site| {
            site.admin_redirect_path = None;
        }),
        (CERT, "admin", |site| site.admin = None),
        (LOGIN, "admin", |site| site.admin = None),
        (LOGIN, "admin_login_path", |site| site.admin_login_path = None),
    ];
    for (check, key, forget) in keys {
        stage.site = right.clone();
        forget(&mut stage.site);
        let step = stage.step(check).await;
        assert_eq!(
            (step.state, step.code),
            (State::Skipped, Code::NotConfigured),
            "{check} {key}"
        );
        assert_eq!(step.evidence.wants, Some(format!("sites.vm112.{key}")));
    }
    // The redirect is known without the administration's address.
    stage.site = right;
    stage.site.admin = None;
    assert_eq!(stage.verdict(REDIRECT).await, OK);
}
