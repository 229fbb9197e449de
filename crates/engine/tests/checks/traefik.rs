//! `traefik_router`: a router's rule matches the mail host, in the file provider's files or in the API. It
//! never warns.

use super::{HOST, Stage, domain, large};
use engine::{
    checks,
    site::{Host, Traefik},
};
use model::{Code, Endpoint, Language, State, Step};
use std::{
    fs, io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use testkit::{Peer, Port, ca::Issued, hostile};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

const CHECK: &str = "traefik_router";

impl Stage {
    /// The verdict over a folder whose one file has this text.
    async fn over_traefik(&self, text: &str) -> Step {
        fs::write(self.path("dynamic/mail.yml"), text).unwrap();
        self.step(CHECK).await
    }

    /// The verdict over a router with this rule.
    async fn over_rule(&self, kind: &str, rule: &str) -> Step {
        let text = format!("{kind}:\n  routers:\n    mail:\n      rule: {rule:?}\n      service: mail\n");
        self.over_traefik(&text).await
    }

    async fn over_api(&mut self, url: String) -> Step {
        self.site.traefik = Some(Traefik::Api(url));
        self.step(CHECK).await
    }
}

#[tokio::test]
async fn a_rule_that_matches_the_host_routes_it() {
    let stage = Stage::set().await;
    for (kind, rule) in [
        ("http", format!("Host(`{HOST}`)")),
        ("http", format!("Host(`x.example`, `{HOST}`)")),
        (
            "http",
            "Host(`x.example`) || (Host(\"Mail.A.example\") && PathPrefix(`/`))".to_owned(),
        ),
        ("http", format!("Host(`{HOST}`) && !PathPrefix(`/.well-known`)")),
        ("http", "HostRegexp(`{sub:[a-z]+}.a.example`)".to_owned()),
        ("http", "HostRegexp(`^[a-z]+\\.a\\.example$`)".to_owned()),
        ("tcp", format!("HostSNI(`{HOST}`)")),
        ("tcp", "HostSNIRegexp(`^.+\\.a\\.example$`)".to_owned()),
    ] {
        let step = stage.over_rule(kind, &rule).await;
        assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{rule}: {step:?}");
        let seen = &step.evidence;
        assert!(seen.path.as_ref().unwrap().ends_with("dynamic/mail.yml"));
        assert_eq!((seen.line, seen.name.as_deref()), (Some(4), Some(HOST)));
        assert_eq!(seen.found, [format!("mail: {rule}")]);
        assert!(step.say(Language::En).message.contains("mail.yml:4"));
    }
}

#[tokio::test]
async fn a_rule_that_does_not_match_it_is_a_failure() {
    let stage = Stage::set().await;
    for rule in [
        format!("Host(`x{HOST}`)"),
        format!("!Host(`{HOST}`)"),
        format!("Host(`x.example`) && Host(`{HOST}`)"),
        format!("PathPrefix(`/{HOST}`)"),
        "PathPrefix(`/`)".to_owned(),
        format!("Host:{HOST}"),
        format!("Host(`{HOST}`"),
        format!("HostSNI(`{HOST}`)"),
    ] {
        let step = stage.over_rule("http", &rule).await;
        assert_eq!((step.state, step.code), (State::Fail, Code::NotRouted), "{rule}");
        assert!(step.evidence.path.unwrap().ends_with("dynamic"));
    }
    let commented = format!("http:\n  routers:\n  #  mail: {{ rule: 'Host(`{HOST}`)' }}\n");
    assert_eq!(stage.over_traefik(&commented).await.code, Code::NotRouted);
    let service = format!("http: {{ services: {{ mail: {{ rule: 'Host(`{HOST}`)' }} }} }}");
    assert_eq!(stage.over_traefik(&service).await.code, Code::NotRouted);
}

#[tokio::test]
async fn all_files_count_together_in_both_formats() {
    let mut stage = Stage::set().await;
    fs::remove_file(stage.path("dynamic/mail.yml")).unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Fail, Code::NotRouted));
    fs::create_dir(stage.path("dynamic/below")).unwrap();
    let toml = format!("# mail\n[http.routers.mail]\nrule = \"Host(`{HOST}`)\"\n");
    fs::write(stage.path("dynamic/below/mail.toml"), &toml).unwrap();
    fs::write(
        stage.path("dynamic/a.yaml"),
        "http: { middlewares: { x: { stripPrefix: {} } } }",
    )
    .unwrap();
    fs::write(stage.path("dynamic/README.md"), "http: {").unwrap();
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.evidence.line), (State::Ok, Some(3)), "{step:?}");
    assert!(step.evidence.path.unwrap().ends_with("below/mail.toml"));

    stage.site.traefik = Some(Traefik::Files(stage.path("dynamic/below/mail.toml")));
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn a_broken_file_is_a_failure_that_names_it() {
    let stage = Stage::set().await;
    for (name, text) in [
        ("x.yml", "http: [\n"),
        ("x.yml", "http:\n  routers: text\n"),
        ("x.yaml", "{{ range .Sites }}\nhttp: {}\n{{ end }}\n"),
        ("x.toml", "http.routers = \n"),
    ] {
        let path = stage.path("dynamic").join(name);
        fs::write(&path, text).unwrap();
        let step = stage.step(CHECK).await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::ConfigBroken),
            "{text}"
        );
        assert_eq!(step.evidence.path, Some(path.display().to_string()));
        assert!(step.evidence.detail.is_some_and(|why| !why.is_empty()));
        fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let mut stage = Stage::set().await;
    for (path, verdict) in stage.unreadable() {
        // A folder is what is wanted here, and this one has no file.
        let verdict = if path.ends_with("folder.pem") {
            (State::Fail, Code::NotRouted)
        } else {
            verdict
        };
        stage.site.traefik = Some(Traefik::Files(path.clone()));
        assert_eq!(stage.verdict(CHECK).await, verdict, "{path:?}");
    }
    stage.site.traefik = Some(Traefik::Files(stage.path("dynamic")));
    large(&stage.path("dynamic/large.yml"), 1024 * 1024 * 1024);
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::TooLarge));
    stage.site.proxy_host = Some(Host::Ssh("ssh://desk@127.0.0.1:1".to_owned()));
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Unknown, Code::HostUnreachable)
    );
    fs::remove_file(stage.path("dynamic/large.yml")).unwrap();
    stage.site.proxy_host = None;
    // More expressions than are tried, and the one that would match among them.
    let rule = |n| format!("    r{n}: {{ rule: 'HostRegexp(`^d{n}`)' }}\n");
    let rules: Vec<_> = (0..2_500).map(rule).collect();
    let step = stage
        .over_traefik(&format!("http:\n  routers:\n{}", rules.concat()))
        .await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreadable));
}

#[tokio::test]
async fn without_files_or_an_api_the_check_is_skipped() {
    let mut stage = Stage::set().await;
    stage.site.traefik = None;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(
        step.evidence.wants.as_deref(),
        Some("sites.vm112.traefik_dynamic")
    );
}

#[tokio::test]
async fn a_router_that_the_api_has_in_use_routes_the_host() {
    let mut stage = Stage::set().await;
    let router =
        |status: &str| format!(r#"{{"name":"mail@docker","rule":"Host(`{HOST}`)","status":"{status}"}}"#);
    let api = Api::serving(vec![router("enabled")], Vec::new()).await;
    let step = stage.over_api(format!("http://{}/", api.peer.endpoint())).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    let seen = &step.evidence;
    assert_eq!(seen.endpoint, Some(api.peer.endpoint().to_string()));
    assert_eq!(seen.name.as_deref(), Some(HOST));
    assert_eq!(seen.found, [format!("mail@docker: Host(`{HOST}`)")]);
    assert!(step.say(Language::Pt).message.contains("/api/http/routers"));

    let api = Api::serving(Vec::new(), vec![router("warning").replace("Host(", "HostSNI(")]).await;
    assert_eq!(stage.over_api(api.url()).await.state, State::Ok);
    for routers in [
        vec![router("disabled")],
        vec![router("enabled").replace(HOST, "x.example")],
        vec![],
    ] {
        let api = Api::serving(routers, Vec::new()).await;
        let step = stage.over_api(api.url()).await;
        assert_eq!((step.state, step.code), (State::Fail, Code::NotRouted));
        assert!(step.say(Language::En).message.contains(HOST));
    }
}

#[tokio::test]
async fn every_page_of_the_api_is_asked_once_for_all_domains() {
    let mut stage = Stage::set().await;
    let router = |n| format!(r#"{{"name":"r{n}","rule":"Host(`mail.d{n}.example`)","status":"enabled"}}"#);
    let api = Api::serving((0..2_500).map(router).collect(), Vec::new()).await;
    stage.site.traefik = Some(Traefik::Api(api.url()));
    let domains = ["d0.example", "d1000.example", "d2499.example", "d2500.example"].map(domain);
    let sweep = stage
        .sweep(&stage.site, &domains, &[checks::find(CHECK).unwrap()])
        .await;
    let states: Vec<_> = sweep.iter().flatten().map(|step| step.state).collect();
    assert_eq!(states, [State::Ok, State::Ok, State::Ok, State::Fail]);
    // Three pages with a thousand routers or fewer, and one without any.
    assert_eq!(api.asked.load(Ordering::SeqCst), 4);
    assert_eq!(sweep[3][0].evidence.name.as_deref(), Some("mail.d2500.example"));
}

#[tokio::test]
async fn an_api_that_refuses_or_says_nothing_proves_nothing() {
    let mut stage = Stage::set().await;
    for status in [401, 404, 500] {
        let peer = answering(format!("HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\n[]")).await;
        let step = stage.over_api(url(&peer.endpoint())).await;
        assert_eq!((step.state, step.code), (State::Fail, Code::HttpError));
        assert_eq!(step.evidence.status, Some(status));
    }
    for (answer, code) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>".to_owned(),
            Code::NotHttp,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]".to_owned(),
            Code::NotHttp,
        ),
        ("220 mail.test ESMTP\r\n".to_owned(), Code::NotHttp),
        (String::new(), Code::NotHttp),
        (
            format!("HTTP/1.1 200 OK\r\n\r\n{}", " ".repeat(5 * 1024 * 1024)),
            Code::TooLarge,
        ),
    ] {
        let peer = answering(answer.clone()).await;
        let step = stage.over_api(url(&peer.endpoint())).await;
        assert_eq!((step.state, step.code), (State::Unknown, code), "{answer:.40}");
        assert_eq!(step.evidence.name.as_deref(), Some(HOST));
    }
    let silent = hostile::silent().await.unwrap();
    assert_eq!(stage.over_api(url(&silent.endpoint())).await.code, Code::Timeout);
    let closed = Port::new().unwrap();
    let step = stage.over_api(url(&closed.endpoint())).await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreachable));
    let step = stage.over_api("ftp://127.0.0.1".to_owned()).await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreachable));
}

#[tokio::test]
async fn an_api_over_tls_must_prove_who_it_is() {
    let mut stage = Stage::set().await;
    let router = format!(r#"{{"name":"mail","rule":"Host(`{HOST}`)","status":"enabled"}}"#);
    let names = stage.ca.leaf().names(["localhost"]).issue().unwrap();
    let api = Api::over_tls(&names, router.clone()).await;
    let at = |api: &Api| format!("https://localhost:{}", api.peer.endpoint().port());
    assert_eq!(stage.over_api(at(&api)).await.state, State::Ok);
    let strangers = stage.ca.leaf().names([HOST]).issue().unwrap();
    let api = Api::over_tls(&strangers, router).await;
    let step = stage.over_api(at(&api)).await;
    assert_eq!(
        (step.state, step.code),
        (State::Unknown, Code::HandshakeFailed),
        "{step:?}"
    );
    assert_eq!(api.asked.load(Ordering::SeqCst), 0);
}

/// Traefik's API as its documentation has it: routers, a page at a time.
struct Api {
    peer: Peer,
    asked: Arc<AtomicUsize>,
}

impl Api {
    async fn serving(http: Vec<String>, tcp: Vec<String>) -> Self {
        Self::listening(http, tcp, None).await
    }

    async fn over_tls(issued: &Issued, router: String) -> Self {
        let acceptor = TlsAcceptor::from(issued.server_config().unwrap());
        Self::listening(vec![router], Vec::new(), Some(acceptor)).await
    }

    async fn listening(http: Vec<String>, tcp: Vec<String>, tls: Option<TlsAcceptor>) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let (lists, count) = (Arc::new([http, tcp]), Arc::clone(&asked));
        let peer = Peer::listen(move |stream| {
            let (lists, count, tls) = (Arc::clone(&lists), Arc::clone(&count), tls.clone());
            async move {
                match tls {
                    Some(tls) => converse(tls.accept(stream).await?, &lists, &count).await,
                    None => converse(stream, &lists, &count).await,
                }
            }
        });
        Self {
            peer: peer.await.unwrap(),
            asked,
        }
    }

    fn url(&self) -> String {
        url(&self.peer.endpoint())
    }
}

/// Answers each request of a connection.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    [http, tcp]: &[Vec<String>; 2],
    asked: &AtomicUsize,
) -> io::Result<()> {
    while let Some(path) = request(&mut stream).await? {
        asked.fetch_add(1, Ordering::SeqCst);
        let routers = if path.starts_with("/api/http/routers?") {
            http
        } else {
            tcp
        };
        let number = |key: &str| -> usize {
            let value = path.split(['?', '&']).find_map(|part| part.strip_prefix(key));
            value.unwrap().parse().unwrap()
        };
        let (page, size) = (number("page="), number("per_page="));
        let listed: Vec<_> = routers
            .iter()
            .skip((page - 1) * size)
            .take(size)
            .cloned()
            .collect();
        let next = if page * size < routers.len() { page + 1 } else { 1 };
        let body = format!("[{}]", listed.join(","));
        let head = format!(
            "HTTP/1.1 200 OK\r\nX-Next-Page: {next}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await?;
    }
    Ok(())
}

/// The path of a request without a body; `None` where the client has gone.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(why) => return Err(why),
        }
    }
    let head = String::from_utf8(head).unwrap();
    Ok(head.split(' ').nth(1).map(str::to_owned))
}

/// A server that says the same to everybody, and closes.
async fn answering(answer: String) -> Peer {
    let peer = Peer::listen(move |mut stream| {
        let answer = answer.clone();
        async move {
            request(&mut stream).await?;
            stream.write_all(answer.as_bytes()).await?;
            stream.shutdown().await
        }
    });
    peer.await.unwrap()
}

fn url(endpoint: &Endpoint) -> String {
    format!("http://{endpoint}")
}
