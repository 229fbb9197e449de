//! What a check costs, against the least that it could cost: a bare tokio-rustls loop that does and verifies
//! the same full handshakes, measured in the same run.
//!
//! The server is a process of its own, so that processor time and memory here are the client's alone.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints figures"
)]

use engine::{Engine, Judge, Site, Target, Trust, net::Limits};
use futures::{StreamExt, future::join_all, stream};
use model::{Code, DomainName, Endpoint, Timestamp};
use rustls::{ClientConfig, RootCertStore, client::Resumption, pki_types::ServerName};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use std::{
    fs,
    hint::black_box,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use testkit::{Ca, Crowd, hostile};
use tokio::{net::TcpStream, runtime::Runtime};
use tokio_rustls::TlsConnector;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--serve") {
        return serve(Path::new(&arguments.next().ok_or("no folder")?));
    }
    let folder = tempfile::tempdir()?;
    let crowd = Served::start(folder.path())?;
    // One thread does all the work, as one worker of the Desk does its share.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { crowd.examine(&crowd.engine, 0..100, 32).await });
    memory(&runtime, &crowd);
    processor(&runtime, &crowd)?;
    remembered(&crowd)?;
    runtime.block_on(strangers(&crowd))
}

/// Client processor time per check, Desk against bare loop, in turn.
fn processor(runtime: &Runtime, crowd: &Served) -> Result<()> {
    let bare = Bare::new(&crowd.ca)?;
    let mut ratios = Vec::new();
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        // A new engine each round: nothing is remembered from the last.
        let engine = crowd.engine()?;
        let ours = cpu(|| runtime.block_on(crowd.examine(&engine, 0..NAMES, AT_ONCE)));
        let least = cpu(|| runtime.block_on(bare.verify(crowd, 0..NAMES)));
        ratios.push(ours.as_secs_f64() / least.as_secs_f64());
        costs.push((ours, least));
    }
    let (ours, least) = costs[ROUNDS / 2];
    let per = |all: Duration| all.as_secs_f64() * 1_000.0 / NAMES as f64;
    println!(
        "client CPU per check: {:.3} ms, bare loop {:.3} ms",
        per(ours),
        per(least)
    );
    println!(
        "ratio check / bare loop: {:.2} (median of {ROUNDS}; limit 1.50)",
        median(&mut ratios)
    );
    Ok(())
}

/// Memory while a thousand checks wait for their handshakes, and over ten thousand names.
fn memory(runtime: &Runtime, crowd: &Served) {
    let idle = resident();
    runtime.block_on(async { crowd.examine(&crowd.engine, 0..NAMES, NAMES).await });
    let thousand = peak();
    runtime.block_on(async { crowd.examine(&crowd.engine, 0..ALL, AT_ONCE).await });
    let all = peak();
    println!(
        "memory: {:.1} MB more at {NAMES} checks at once (limit 20)",
        megabytes(thousand - idle)
    );
    println!(
        "memory: {:.1} MB more from {NAMES} to {ALL} names (flat: about 0)",
        megabytes(all - thousand)
    );
}

/// The same chain under another name: judged from memory.
fn remembered(crowd: &Served) -> Result<()> {
    let ca = Ca::new("Bench")?;
    let issued = ca
        .leaf()
        .names(["mail.one.example", "mail.two.example"])
        .issue()?;
    let file = crowd.folder.join("bench-ca.pem");
    fs::write(&file, ca.root_pem())?;
    let trust = Trust::nobody().with_extra(&file)?;
    let host = DomainName::parse("mail.two.example")?;
    let time = |judge: &dyn Fn()| {
        let begun = Instant::now();
        (0..NAMES).for_each(|_| judge());
        begun.elapsed().as_secs_f64() / NAMES as f64
    };
    let first = time(&|| {
        black_box(Judge::default().judge(issued.chain(), &host, &trust, now()));
    });
    let judge = Judge::default();
    let again = time(&|| {
        black_box(judge.judge(issued.chain(), &host, &trust, now()));
    });
    println!(
        "judging a chain: {:.0} µs the first time, {:.1} µs again (ratio {:.3})",
        first * 1e6,
        again * 1e6,
        again / first
    );
    Ok(())
}

/// What hostile servers cost: their deadline, and nothing of the others' time.
async fn strangers(crowd: &Served) -> Result<()> {
    let limits = Limits {
        connect: Duration::from_millis(500),
        whole: Duration::from_secs(1),
    };
    let engine = crowd.engine_with(limits)?;
    let host = DomainName::parse("mail.d00000.example")?;
    let (tarpit, silent) = (hostile::tarpit().await?, hostile::silent().await?);
    for (name, endpoint) in [("tarpit", tarpit.endpoint()), ("silent", silent.endpoint())] {
        let (before, begun) = (peak(), Instant::now());
        let target = Target {
            endpoint,
            starttls: Some(engine::Starttls::Smtp),
            sni: host.clone(),
        };
        let outcome = engine.examine(&target, &crowd.site).await;
        let share = begun.elapsed().as_secs_f64() / limits.whole.as_secs_f64();
        println!(
            "{name}: {} after {share:.2} × its deadline (limit 1.10), {:.2} MB (limit 1)",
            outcome.code,
            megabytes(peak() - before)
        );
    }
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        crowd.examine(&crowd.engine()?, 0..NAMES, AT_ONCE).await;
        let alone = begun.elapsed();
        let target = Target {
            endpoint: tarpit.endpoint(),
            starttls: None,
            sni: host.clone(),
        };
        let (engine, begun) = (crowd.engine()?, Instant::now());
        let others = async {
            crowd.examine(&engine, 0..NAMES, AT_ONCE - 1).await;
            begun.elapsed()
        };
        let hostile = crowd.engine_with(limits)?;
        let (beside, _) = tokio::join!(others, hostile.examine(&target, &crowd.site));
        ratios.push(beside.as_secs_f64() / alone.as_secs_f64());
    }
    println!(
        "{NAMES} names beside a tarpit / without: {:.2} (median of {ROUNDS}; limit 1.05)",
        median(&mut ratios)
    );
    Ok(())
}

/// The crowd's server, a process of its own that ends with its standard input.
struct Served {
    child: Child,
    endpoint: Endpoint,
    folder: PathBuf,
    ca: PathBuf,
    site: Site,
    engine: Arc<Engine>,
}

impl Served {
    fn start(folder: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let ca = folder.join("ca.pem");
        let site = Site {
            name: "crowd".to_owned(),
            extra_ca: Some(ca.clone()),
            ..Site::default()
        };
        let engine = engine(&site, Limits::default())?;
        Ok(Self {
            child,
            endpoint: line.trim().parse()?,
            folder: folder.to_owned(),
            ca,
            site,
            engine,
        })
    }

    fn engine(&self) -> Result<Arc<Engine>> {
        engine(&self.site, Limits::default())
    }

    fn engine_with(&self, limits: Limits) -> Result<Arc<Engine>> {
        engine(&self.site, limits)
    }

    async fn examine(&self, engine: &Arc<Engine>, names: std::ops::Range<usize>, at_once: usize) {
        let one = |n: usize| async move {
            let Ok(sni) = DomainName::parse(&name(n)) else {
                return Code::NoAnswer;
            };
            let target = Target {
                endpoint: self.endpoint.clone(),
                starttls: None,
                sni,
            };
            engine.examine(&target, &self.site).await.code
        };
        let codes: Vec<Code> = if at_once >= names.len() {
            join_all(names.map(one)).await
        } else {
            stream::iter(names)
                .map(one)
                .buffer_unordered(at_once)
                .collect()
                .await
        };
        // A benchmark of wrong answers would be worth nothing.
        assert!(
            codes.iter().all(|code| *code == Code::Ok),
            "{:?}",
            codes.iter().find(|code| **code != Code::Ok)
        );
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn engine(site: &Site, limits: Limits) -> Result<Arc<Engine>> {
    Ok(Arc::new(Engine::new(
        std::slice::from_ref(site),
        Trust::nobody(),
        limits,
        Arc::new(now),
    )?))
}

/// The limit: connect, shake hands, verify chain and name, and nothing else.
struct Bare(TlsConnector);

impl Bare {
    fn new(ca: &Path) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca)?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            ClientConfig::builder_with_provider(provider).with_protocol_versions(rustls::ALL_VERSIONS)?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    async fn verify(&self, crowd: &Served, names: std::ops::Range<usize>) {
        let one = |n: usize| async move {
            let stream = TcpStream::connect((crowd.endpoint.host(), crowd.endpoint.port())).await?;
            stream.set_nodelay(true)?;
            let name = ServerName::try_from(name(n)).map_err(std::io::Error::other)?;
            self.0.connect(name, stream).await.map(drop)
        };
        let done: Vec<std::io::Result<()>> = stream::iter(names)
            .map(one)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        assert!(done.iter().all(std::result::Result::is_ok));
    }
}

fn serve(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let ca = Ca::new("Crowd")?;
        fs::write(folder.join("ca.pem"), ca.root_pem())?;
        let crowd = Crowd::start(&ca, ALL).await?;
        println!("{}", crowd.endpoint());
        std::io::stdout().flush()?;
        // Ends when the client does.
        tokio::task::spawn_blocking(|| std::io::stdin().lines().for_each(drop)).await?;
        Ok(())
    })
}

fn name(n: usize) -> String {
    format!("mail.d{n:05}.example")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the CA issues certificates that are valid today"
)]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// This process' processor time for some work.
fn cpu(work: impl FnOnce()) -> Duration {
    let before = spent();
    work();
    spent().saturating_sub(before)
}

/// From `/proc/self/schedstat`: nanoseconds on a processor, of the one thread that works here.
fn spent() -> Duration {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    Duration::from_nanos(
        stat.split_whitespace()
            .next()
            .and_then(|n| n.parse().ok())
            .unwrap_or_default(),
    )
}

fn resident() -> u64 {
    status("VmRSS:")
}

fn peak() -> u64 {
    status("VmHWM:")
}

/// Bytes, from `/proc/self/status`.
fn status(key: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok())
        .unwrap_or_default()
        * 1024
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

const NAMES: usize = 1_000;
const ALL: usize = 10_000;
const AT_ONCE: usize = 64;
const ROUNDS: usize = 9;
