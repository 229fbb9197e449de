//! What holds for every check: nothing is green that was not seen, and nothing is asked twice.

use super::{LIMITS, Stage, domain};
use engine::{
    Check, Site, checks,
    site::{Host, Renewal, Traefik},
};
use futures::{FutureExt, future::join_all};
use model::{CheckId, Code, Domain, DomainName, Endpoint, Group, Label, Priority, State, Step};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use testkit::{Peer, Port, ca::Issued, hostile};
use tokio::{
    io::{AsyncReadExt, copy_bidirectional},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

/// Something that a check reads, by the key of the site that names it, and how to point it elsewhere.
type Source = (&'static str, &'static str, Elsewhere);

enum Elsewhere {
    Door(fn(&mut Site, Endpoint)),
    File(fn(&mut Site, PathBuf)),
}

use Elsewhere::{Door, File};

/// A new check says here what it reads.
const SOURCES: &[Source] = &[
    (
        "cert_san",
        "lineage",
        File(|site, file| site.lineage = Some(file)),
    ),
    (
        "webmail_https",
        "https",
        Door(|site, door| site.https = Some(door)),
    ),
    (
        "admin_redirect_443",
        "https",
        Door(|site, door| site.https = Some(door)),
    ),
    (
        "admin_cert_6071",
        "admin",
        Door(|site, door| site.admin = Some(door)),
    ),
    (
        "admin_login_6071",
        "admin",
        Door(|site, door| site.admin = Some(door)),
    ),
    (
        "carbonio_domain",
        "carbonio_command",
        File(|site, file| site.carbonio_command = Some(vec![file.display().to_string()])),
    ),
    (
        "haproxy_sni",
        "haproxy_sni",
        File(|site, file| site.haproxy_sni = Some(file)),
    ),
    (
        "traefik_router",
        "traefik_dynamic",
        File(|site, file| site.traefik = Some(Traefik::Files(file))),
    ),
    (
        "traefik_router",
        "traefik_api",
        Door(|site, door| site.traefik = Some(Traefik::Api(format!("http://{door}")))),
    ),
    (
        "admin_block_nginx",
        "nginx_admin",
        File(|site, file| site.nginx_admin = Some(file)),
    ),
    (
        "dns_mail",
        "resolver",
        Door(|site, door| site.resolver = Some(door)),
    ),
    (
        "imap_cert_san_993",
        "imaps",
        Door(|site, door| site.imaps = Some(door)),
    ),
    (
        "smtp_cert_san_465",
        "smtps",
        Door(|site, door| site.smtps = Some(door)),
    ),
    (
        "cert_deployed_global",
        "lineage",
        File(|site, file| site.lineage = Some(file)),
    ),
    (
        "cert_deployed_global",
        "deployed_cert",
        File(|site, file| site.deployed_cert = Some(file)),
    ),
    (
        "cert_deployed_global",
        "deployed_key",
        File(|site, file| site.deployed_key = Some(file)),
    ),
    (
        "cert_renew_ready",
        "renew_script",
        File(|site, file| site.renew_script = Some(file)),
    ),
    (
        "cert_renew_ready",
        "renew_cron",
        File(|site, file| site.renewal = Some(Renewal::Cron(file))),
    ),
    (
        "smtp_starttls_587",
        "submission",
        Door(|site, door| site.submission = Some(door)),
    ),
    (
        "smtp_starttls_25",
        "smtp",
        Door(|site, door| site.smtp = Some(door)),
    ),
    (
        "imap_starttls_143",
        "imap",
        Door(|site, door| site.imap = Some(door)),
    ),
    ("tls_chain", "imaps", Door(|site, door| site.imaps = Some(door))),
    (
        "tls_key_strength",
        "smtps",
        Door(|site, door| site.smtps = Some(door)),
    ),
    (
        "tls_protocol_floor",
        "submission",
        Door(|site, door| site.submission = Some(door)),
    ),
    ("tls_expiry", "imap", Door(|site, door| site.imap = Some(door))),
    (
        "tls_renewal_overdue",
        "smtp",
        Door(|site, door| site.smtp = Some(door)),
    ),
];

#[tokio::test]
async fn no_check_is_ok_when_what_it_reads_is_out_of_reach() {
    let stage = Stage::set().await;
    // What the sets of DNS and of Caddy read has stages and stories of its own.
    let elsewhere = [Group::MailDns, Group::CertSync];
    for check in checks::ALL
        .iter()
        .filter(|check| !elsewhere.contains(&check.group))
    {
        let verdict = stage.verdict(check.id.as_str()).await;
        assert_eq!(
            verdict,
            (State::Ok, Code::Ok),
            "{}: nothing is wrong yet",
            check.id
        );
        assert!(
            SOURCES.iter().any(|(reads, ..)| *reads == check.id.as_str()),
            "{}: what does it read?",
            check.id
        );
    }

    let closed = Port::new().unwrap();
    let strangers = [
        hostile::silent().await.unwrap(),
        hostile::tarpit().await.unwrap(),
        hostile::closes_at_once().await.unwrap(),
        hostile::garbage().await.unwrap(),
    ];
    let doors: Vec<_> = strangers
        .iter()
        .map(Peer::endpoint)
        .chain([closed.endpoint()])
        .collect();
    let files = stage.unreadable().map(|(path, _)| path);
    let mut broken = Vec::new();
    for (check, key, elsewhere) in SOURCES {
        let mut put = |breaks: &dyn Fn(&mut Site), how: String| {
            let mut site = stage.site.clone();
            breaks(&mut site);
            broken.push((*check, format!("{key} = {how}"), site));
        };
        match elsewhere {
            Door(to) => {
                for door in &doors {
                    put(&|site| to(site, door.clone()), door.to_string());
                }
            }
            File(to) => {
                for file in &files {
                    put(&|site| to(site, file.clone()), file.display().to_string());
                }
                let ssh = "ssh://desk@127.0.0.1:1";
                put(&|site| site.host = Host::Ssh(ssh.to_owned()), ssh.to_owned());
            }
        }
    }
    let asked = broken
        .iter()
        .map(async |(check, how, site)| (check, how, stage.step_at(site, check).await));
    for (check, how, step) in join_all(asked).await {
        assert!(
            matches!(step.state, State::Fail | State::Unknown),
            "{check}, {how}: {:?} {}",
            step.state,
            step.code
        );
        assert_eq!(step.state.ok(), Some(false));
    }
}

#[tokio::test]
async fn domains_that_share_a_mail_host_cost_one_handshake_per_door() {
    let mut stage = Stage::set().await;
    // The sets have more to say to a door; see `policy`.
    stage.site.sets.clear();
    let imaps = Counted::serving(&stage.issued).await;
    let smtps = Counted::serving(&stage.issued).await;
    stage.site.imaps = Some(imaps.peer.endpoint());
    stage.site.smtps = Some(smtps.peer.endpoint());
    let shared = domain("a.example").mail_host;
    let at_shared = |name| Domain {
        mail_host: shared.clone(),
        ..domain(name)
    };
    let domains = [
        at_shared("a.example"),
        at_shared("b.example"),
        at_shared("c.example"),
    ];

    // Each door is asked for by its own check and by `cert_deployed_global`, three times.
    let sweep = stage.sweep(&stage.site, &domains, checks::ALL).await;
    assert!(sweep.iter().flatten().all(|step| step.state == State::Ok));
    assert_eq!((imaps.connections(), smtps.connections()), (1, 1));

    // Another name is another handshake: a server may have one certificate for each.
    let with_own = [
        at_shared("a.example"),
        domain("d.example"),
        at_shared("b.example"),
    ];
    let sweep = stage.sweep(&stage.site, &with_own, checks::ALL).await;
    let codes: Vec<_> = sweep
        .iter()
        .map(|steps| code(steps, "imap_cert_san_993"))
        .collect();
    assert_eq!(codes, [Code::Ok, Code::WrongSite, Code::Ok]);
    assert_eq!((imaps.connections(), smtps.connections()), (3, 3));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_once() {
    let mut stage = Stage::set().await;
    let silent = Counted::silent().await;
    stage.site.imaps = Some(silent.peer.endpoint());
    let shared: DomainName = domain("a.example").mail_host;
    let domains: Vec<Domain> = (0..10)
        .map(|n| Domain {
            mail_host: shared.clone(),
            ..domain(&format!("d{n}.example"))
        })
        .collect();
    let begun = Instant::now();
    let sweep = stage.sweep(&stage.site, &domains, checks::ALL).await;
    assert!(
        begun.elapsed() < LIMITS.whole * 5,
        "ten would take {:?}",
        LIMITS.whole * 10
    );
    assert!(
        sweep
            .iter()
            .all(|steps| code(steps, "imap_cert_san_993") == Code::Timeout)
    );
    assert_eq!(silent.connections(), 1);
}

#[tokio::test]
async fn a_check_that_breaks_is_unknown_and_the_others_go_on() {
    static BREAKS: Check = Check {
        id: CheckId::new("breaks"),
        group: Group::MailTls,
        priority: Priority::P1,
        label: Label {
            pt: "Quebra",
            en: "Breaks",
        },
        ok_when: "never",
        run: |_| async { panic!("a mistake in a check") }.boxed(),
    };
    let stage = Stage::set().await;
    let domains = [domain("a.example"), domain("a.example")];
    let all = [&[&BREAKS], checks::ALL].concat();
    let verdicts = |steps: &[Step]| -> Vec<_> { steps.iter().map(|step| (step.state, step.code)).collect() };
    let without = verdicts(&stage.sweep(&stage.site, &domains[..1], checks::ALL).await[0]);
    assert!(without.contains(&(State::Ok, Code::Ok)));
    for steps in stage.sweep(&stage.site, &domains, &all).await {
        assert_eq!((steps[0].state, steps[0].code), (State::Unknown, Code::NoAnswer));
        assert_eq!(verdicts(&steps[1..]), without);
    }
}

/// What a check says, among all of them.
fn code(steps: &[Step], check: &str) -> Code {
    steps.iter().find(|step| step.id.as_str() == check).unwrap().code
}

/// A server that knows how many clients it had.
pub(super) struct Counted {
    pub(super) peer: Peer,
    connections: Arc<AtomicUsize>,
}

impl Counted {
    /// TLS from the first byte.
    pub(super) async fn serving(issued: &Issued) -> Self {
        let acceptor = TlsAcceptor::from(issued.server_config().unwrap());
        Self::listen(move |stream| {
            let handshake = acceptor.accept(stream);
            async move { handshake.await.map(drop) }
        })
        .await
    }

    /// Takes what is sent, and never answers.
    async fn silent() -> Self {
        Self::listen(|mut stream| async move {
            let mut bytes = [0; 1024];
            while stream.read(&mut bytes).await? > 0 {}
            Ok(())
        })
        .await
    }

    /// Passes on who comes.
    pub(super) async fn before(server: String) -> Self {
        Self::listen(move |mut stream: TcpStream| {
            let server = server.clone();
            async move {
                let mut server = TcpStream::connect(server).await?;
                copy_bidirectional(&mut stream, &mut server).await.map(drop)
            }
        })
        .await
    }

    pub(super) async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let peer = Peer::listen(move |stream| {
            count.fetch_add(1, Ordering::SeqCst);
            serve(stream)
        });
        Self {
            peer: peer.await.unwrap(),
            connections,
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
