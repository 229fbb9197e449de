//! The board with a thousand domains: how soon it begins, how much a first visit loads, what the server weighs.
//!
//! Build the site first (`cargo xtask build --release`): it is part of the binary.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a benchmark prints figures, and waits for the process that it measures"
)]

use std::{
    fmt::Write as _,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use testkit::{Ca, Crowd};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let ca = Ca::new("Bench")?;
    fs::write(folder.path().join("ca.pem"), ca.root_pem())?;
    let crowd = runtime.block_on(Crowd::start(&ca, DOMAINS))?;
    let desk = Served::start(folder.path(), &crowd)?;
    let cookie = desk.log_in()?;
    desk.wait_for_the_first_sweep(&cookie)?;

    let health = median(|| desk.get("/health", "", false).map(|answer| answer.first_byte))?;
    let board = median(|| desk.get("/", &cookie, false).map(|answer| answer.first_byte))?;
    let page = desk.get("/", &cookie, true)?;
    println!(
        "{DOMAINS} domains: first byte after {} (limit 50 ms), {:.0} × that of /health",
        show(board),
        board.as_secs_f64() / health.as_secs_f64()
    );
    println!(
        "page: {} kB compressed, {} kB in all",
        kilobytes(page.bytes),
        kilobytes(desk.get("/", &cookie, false)?.bytes)
    );
    first_load(&desk)?;
    thread::sleep(Duration::from_secs(5));
    let resident = desk.status("VmRSS:");
    println!(
        "memory: {:.1} MB resident, {:.2} × the limit of 25 MB",
        resident,
        resident / 25.0
    );
    Ok(())
}

/// What a first visit loads: the login page and all that it links.
fn first_load(desk: &Served) -> Result<()> {
    let page = desk.get("/login", "", true)?;
    let plain = desk.get("/login", "", false)?;
    let mut all = page.bytes;
    println!("first load: page {} kB", kilobytes(page.bytes));
    let mut paths: Vec<&str> = plain
        .body
        .split('"')
        .filter(|text| text.starts_with("/a/"))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths.into_iter().filter(|path| path.contains('.')) {
        let asset = desk.get(path, "", true)?;
        let kept = if asset.head.contains("immutable") {
            "immutable"
        } else {
            "NOT immutable"
        };
        println!(
            "  {:>6} kB {kept} {}",
            kilobytes(asset.bytes),
            path.rsplit('/').next().unwrap_or(path)
        );
        all += asset.bytes;
    }
    let ratio = all as f64 / 300_000.0;
    println!(
        "first load: {} kB, {ratio:.2} × the limit of 300 kB",
        kilobytes(all)
    );
    Ok(())
}

struct Answer {
    first_byte: Duration,
    head: String,
    body: String,
    /// Of the body, as it was sent.
    bytes: usize,
}

/// The real binary on a free port, stopped on drop.
struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    fn start(folder: &Path, crowd: &Crowd) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let endpoint = crowd.endpoint();
        let mut config = format!(
            "[server]\nlisten = \"{address}\"\n[auth]\nbootstrap_password = \"file:{}\"\n[schedule]\nchecks = \"1h\"\n\
             [sites.crowd]\nimaps = \"{endpoint}\"\nsmtps = \"{endpoint}\"\nextra_ca = \"{}\"\n",
            folder.join("password").display(),
            folder.join("ca.pem").display()
        );
        for name in crowd.names() {
            let domain = name.trim_start_matches("mail.");
            writeln!(config, "[[domains]]\nname = \"{domain}\"\nsite = \"crowd\"")?;
        }
        fs::write(folder.join("desk.toml"), config)?;
        fs::write(folder.join("password"), PASSWORD)?;
        let child = Command::new(env!("CARGO_BIN_EXE_desk"))
            .args(["serve", "--config", "desk.toml"])
            .current_dir(folder)
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child, address })
    }

    fn log_in(&self) -> Result<String> {
        let form = format!("username=root&password={}&next=/", PASSWORD.replace(' ', "+"));
        for _ in 0..100 {
            if TcpStream::connect(self.address).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        let answer = self.ask(&request)?;
        let cookie = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        Ok(cookie
            .and_then(|cookie| cookie.split(';').next())
            .ok_or("not logged in")?
            .to_owned())
    }

    fn wait_for_the_first_sweep(&self, cookie: &str) -> Result<()> {
        for _ in 0..120 {
            let list = self.get("/api/v1/desk/domains?state=pending&limit=1", cookie, false)?;
            if list.body.contains("\"items\":[]") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(500));
        }
        Err("the first sweep did not end".into())
    }

    fn get(&self, path: &str, cookie: &str, compressed: bool) -> Result<Answer> {
        let encoding = if compressed { "br" } else { "identity" };
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept-Encoding: {encoding}\r\nCookie: {cookie}\r\n\r\n",
            self.address
        ))
    }

    fn ask(&self, request: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let begun = Instant::now();
        stream.write_all(request.as_bytes())?;
        let mut answer = vec![0; 1];
        stream.read_exact(&mut answer)?;
        let first_byte = begun.elapsed();
        stream.read_to_end(&mut answer)?;
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or("no head")?
            + 4;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let body = String::from_utf8_lossy(&answer[end..]).into_owned();
        Ok(Answer {
            first_byte,
            head,
            body,
            bytes: answer.len() - end,
        })
    }

    /// Megabytes, from the process' own account.
    fn status(&self, key: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        kilobytes.unwrap_or_default() * 1024.0 / 1e6
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn median(mut measure: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let mut times = (0..ROUNDS).map(|_| measure()).collect::<Result<Vec<_>>>()?;
    times.sort();
    Ok(times[ROUNDS / 2])
}

fn show(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1_000)
}

const DOMAINS: usize = 1_000;
const ROUNDS: usize = 21;
const PASSWORD: &str = "correct horse battery";
