//! A sweep over ten thousand domains by the real program, all fourteen checks, its database and its pages at
//! work: how near it comes to a bare loop of verified handshakes, what it weighs, and how long a reader waits.
//!
//! Everything that is watched is a process of its own, which counts the handshakes that it has done.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a benchmark prints figures, and waits for the processes that it measures"
)]

#[expect(dead_code, reason = "another benchmark kills it")]
mod served;

use futures::{StreamExt, stream};
use rustls::{ClientConfig, RootCertStore, client::Resumption, pki_types::ServerName};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use served::{Result, Served};
use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use testkit::{Ca, Peer, crowd::acceptor, dns::NameServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--serve") {
        return serve(Path::new(&arguments.next().ok_or("no folder")?));
    }
    let folder = tempfile::tempdir()?;
    let mut watched = Watched::start(folder.path())?;
    let before = bare(&watched, folder.path())?;

    let desk = Served::start(folder.path(), &sites(&watched)?)?;
    let cookie = desk.log_in()?;
    let mut readers = Readers::default();
    let first = sweep(&mut watched, &desk, &cookie, &mut readers)?;
    desk.wait_for_the_first_sweep(&cookie)?;
    judged(&desk, &cookie)?;
    let answer = desk.post("/calls/run_all_checks", &cookie, "")?;
    if !answer.head.starts_with("HTTP/1.1 200") {
        return Err(answer.head.into());
    }
    let next = sweep(&mut watched, &desk, &cookie, &mut readers)?;
    let weight = desk.status("VmHWM:");
    // The machine may be another's too: the limit is that of before and after.
    let after = bare(&watched, folder.path())?;
    let limit = f64::midpoint(before, after);
    println!(
        "{DOMAINS} domains × 14 checks: {first:.0} handshakes/s in the first sweep, {next:.0} in the next; \
         bare loop {before:.0} before and {after:.0} after"
    );
    println!(
        "ratio sweep / bare loop: {:.2} the first, {:.2} the next (limit 0.80)",
        first / limit,
        next / limit
    );
    println!("memory: {weight:.0} MB at most (limit 200)");
    readers.say();
    judged(&desk, &cookie)
}

/// Handshakes a second of a sweep that is about to begin, while people read pages.
fn sweep(watched: &mut Watched, desk: &Served, cookie: &str, readers: &mut Readers) -> Result<f64> {
    let counted = watched.handshakes()?;
    while watched.handshakes()? == counted {
        thread::sleep(Duration::from_millis(10));
    }
    let begun = Instant::now();
    let all = (DOMAINS * DOORS) as u64;
    while watched.handshakes()? < counted + all {
        readers.read(desk, cookie)?;
        thread::sleep(PAUSE);
    }
    Ok(all as f64 / begun.elapsed().as_secs_f64())
}

/// How long people wait for their pages.
#[derive(Default)]
struct Readers {
    waits: Vec<(Duration, &'static str)>,
    first_bytes: Vec<Duration>,
    largest: usize,
}

impl Readers {
    fn read(&mut self, desk: &Served, cookie: &str) -> Result<()> {
        for page in [
            "/",
            "/domains/d00007.example",
            "/login",
            "/api/v1/infra/status/d00042.example",
        ] {
            let asked = Instant::now();
            let answer = desk.get(page, cookie, true)?;
            self.waits.push((asked.elapsed(), page));
            self.largest = self.largest.max(answer.bytes);
            self.first_bytes.push(answer.first_byte);
        }
        Ok(())
    }

    fn say(mut self) {
        self.waits.sort();
        self.first_bytes.sort();
        let at = |percent: usize| self.waits[(self.waits.len() - 1) * percent / 100];
        let ((median, _), (slow, page)) = (at(50), at(99));
        println!(
            "pages beside it: median {:.0} ms (first byte {:.0} ms), p99 {:.0} ms (limit 100; {page}), of {}; the largest {} kB",
            median.as_secs_f64() * 1e3,
            self.first_bytes[self.first_bytes.len() / 2].as_secs_f64() * 1e3,
            slow.as_secs_f64() * 1e3,
            self.waits.len(),
            self.largest / 1_000
        );
    }
}

/// A benchmark of wrong answers would be worth nothing.
fn judged(desk: &Served, cookie: &str) -> Result<()> {
    let status = desk.get("/api/v1/infra/status/d00042.example", cookie, false)?;
    let status: serde_json::Value = serde_json::from_str(&status.body)?;
    let steps = status["steps"].as_array().ok_or("no steps")?;
    let wrong = steps.iter().filter(|step| step["ok"] != true).collect::<Vec<_>>();
    if steps.len() != 14 || !wrong.is_empty() {
        return Err(format!("{} steps, wrong: {wrong:#?}", steps.len()).into());
    }
    Ok(())
}

/// Handshakes a second of a loop that connects, shakes hands and verifies, and does nothing else.
fn bare(watched: &Watched, folder: &Path) -> Result<f64> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem"))?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_protocol_versions(rustls::ALL_VERSIONS)?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.resumption = Resumption::disabled();
    let connector = TlsConnector::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let begun = Instant::now();
    let one = |n: usize| {
        let (connector, door) = (connector.clone(), watched.doors[n % DOORS].clone());
        tokio::spawn(async move {
            let stream = TcpStream::connect(door).await?;
            stream.set_nodelay(true)?;
            let name = ServerName::try_from(mail_host(n)).map_err(std::io::Error::other)?;
            connector.connect(name, stream).await.map(drop)
        })
    };
    let done: Vec<_> = runtime.block_on(async {
        stream::iter(0..DOMAINS)
            .map(one)
            .buffer_unordered(256)
            .collect()
            .await
    });
    if !done.iter().all(|done| matches!(done, Ok(Ok(())))) {
        return Err("a handshake of the bare loop failed".into());
    }
    Ok(DOMAINS as f64 / begun.elapsed().as_secs_f64())
}

/// What the Desk watches: a process that ends with its standard input.
struct Watched {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    doors: Vec<String>,
    resolver: String,
}

impl Watched {
    fn start(folder: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let mut doors: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let resolver = doors.pop().ok_or("no resolver")?;
        Ok(Self {
            input: child.stdin.take(),
            child,
            output,
            doors,
            resolver,
        })
    }

    fn handshakes(&mut self) -> Result<u64> {
        writeln!(self.input.as_mut().ok_or("no input")?)?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// The configuration of all fourteen checks.
fn sites(watched: &Watched) -> Result<String> {
    let [imaps, smtps, https, admin] = watched.doors.as_slice() else {
        return Err("not four doors".into());
    };
    let mut sites = format!(
        "[sites.crowd]
imaps = \"{imaps}\"
smtps = \"{smtps}\"
https = \"{https}\"
admin = \"{admin}\"
resolver = \"{}\"
mx = [\"{EXCHANGE}\"]
expected_addresses = [\"127.0.0.1\"]
extra_ca = \"ca.pem\"
carbonio_command = [\"cat\", \"domains.txt\"]
haproxy_sni = \"sni.map\"
traefik_dynamic = \"traefik.yml\"
nginx_admin = \"nginx\"
admin_redirect_path = \"/admin\"
admin_login_path = \"/login\"
lineage = \"live\"
deployed_cert = \"deployed.crt\"
deployed_key = \"deployed.key\"
renew_script = \"renew.sh\"
renew_cron = \"renew.cron\"
",
        watched.resolver
    );
    for n in 0..DOMAINS {
        writeln!(
            sites,
            "[[domains]]\nname = \"{}\"\nsite = \"crowd\"\nmail_host = \"{}\"",
            domain(n),
            mail_host(n)
        )?;
    }
    Ok(sites)
}

fn serve(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let ca = Ca::new("Crowd")?;
        fs::write(folder.join("ca.pem"), ca.root_pem())?;
        files(folder, &ca)?;
        let names: Vec<String> = (0..DOMAINS).map(mail_host).collect();
        let acceptor = acceptor(&ca, &names)?;
        let count = Arc::new(AtomicU64::new(0));
        let mut peers = Vec::new();
        for _ in 0..DOORS {
            let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
            peers.push(
                Peer::listen(move |stream| answer(acceptor.clone(), Arc::clone(&count), stream)).await?,
            );
        }
        let resolver = NameServer::agreeing_on(EXCHANGE).await?;
        for peer in &peers {
            print!("{} ", peer.endpoint());
        }
        println!("{}", resolver.endpoint());
        tokio::task::spawn_blocking(move || {
            for _ in std::io::stdin().lines() {
                println!("{}", count.load(Ordering::Relaxed));
            }
        })
        .await?;
        Ok(())
    })
}

/// A handshake, and the pages of a webmail and its administration for who asks.
async fn answer(acceptor: TlsAcceptor, count: Arc<AtomicU64>, stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = acceptor.accept(stream).await?;
    count.fetch_add(1, Ordering::Relaxed);
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let read = stream.read(&mut bytes).await?;
        if read == 0 {
            return stream.shutdown().await;
        }
        request.extend_from_slice(&bytes[..read]);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let head = String::from_utf8_lossy(&request).to_lowercase();
        let host = head
            .split("host: ")
            .nth(1)
            .and_then(|rest| rest.split([':', '\r']).next());
        let page = if head.starts_with("get /admin ") {
            let host = host.unwrap_or_default();
            format!("HTTP/1.1 302 Found\r\nLocation: https://{host}:6071/\r\nContent-Length: 0\r\n\r\n")
        } else {
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{FORM}",
                FORM.len()
            )
        };
        request.clear();
        stream.write_all(page.as_bytes()).await?;
    }
}

fn files(folder: &Path, ca: &Ca) -> Result<()> {
    let global = ca.leaf().names(["*.mail.example"]).issue()?;
    fs::create_dir_all(folder.join("live"))?;
    fs::create_dir_all(folder.join("nginx"))?;
    global.write(&folder.join("live"))?;
    global.write_as(&folder.join("deployed.crt"), &folder.join("deployed.key"))?;
    let (mut map, mut routers, mut nginx) = (String::new(), "http:\n  routers:\n".to_owned(), String::new());
    // As `carbonio prov gad -v zimbraDomainStatus` prints them.
    let mut listed = String::new();
    for n in 0..DOMAINS {
        let host = mail_host(n);
        writeln!(listed, "# name {}\nzimbraDomainStatus: active\n", domain(n))?;
        writeln!(map, "{host} mail")?;
        writeln!(
            routers,
            "    r{n}:\n      rule: \"Host(`{host}`)\"\n      service: mail"
        )?;
        writeln!(
            nginx,
            "server {{\n    listen 6071 ssl;\n    server_name {host};\n}}"
        )?;
    }
    fs::write(folder.join("domains.txt"), listed)?;
    fs::write(folder.join("sni.map"), map)?;
    fs::write(folder.join("traefik.yml"), routers)?;
    fs::write(folder.join("nginx/admin.conf"), nginx)?;
    let script = folder.join("renew.sh");
    fs::write(&script, "#!/bin/sh\n")?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    fs::write(folder.join("renew.cron"), "17 3 * * * root renew.sh\n")?;
    Ok(())
}

fn domain(n: usize) -> String {
    format!("d{n:05}.example")
}

fn mail_host(n: usize) -> String {
    format!("d{n:05}.mail.example")
}

const DOMAINS: usize = 10_000;
/// `:993`, `:465`, `:443` and `:6071`.
const DOORS: usize = 4;
/// Between one round of pages and the next: a dozen pages a second are more than a team of operators loads.
const PAUSE: Duration = Duration::from_millis(300);
const EXCHANGE: &str = "mx.mail.example";
const FORM: &str =
    "<html><body><form method=post><input name=user><input type=password name=password></form></body></html>";
