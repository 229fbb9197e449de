//! The real binary on a free port with a configuration, stopped on drop, and who asks it for pages.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use testkit::Port;

pub(crate) type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

pub(crate) struct Answer {
    pub(crate) first_byte: Duration,
    pub(crate) head: String,
    pub(crate) body: String,
    /// Of the body, as it was sent.
    pub(crate) bytes: usize,
}

/// The real binary on a free port, stopped on drop.
pub(crate) struct Served {
    child: Child,
    folder: PathBuf,
    pub(crate) address: SocketAddr,
    _port: Port,
}

impl Served {
    /// Starts `desk serve` in the folder; `sites` is what its configuration says beside the server's own.
    pub(crate) fn start(folder: &Path, sites: &str) -> Result<Self> {
        let port = Port::new()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        let config = format!(
            "[server]\nlisten = \"{address}\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n[auth]\nbootstrap_password = \"file:{}\"\n[schedule]\nchecks = \"1h\"\n{sites}",
            folder.join("password").display(),
        );
        fs::write(folder.join("desk.toml"), config)?;
        fs::write(folder.join("password"), PASSWORD)?;
        Ok(Self {
            child: spawn(folder)?,
            folder: folder.to_owned(),
            address,
            _port: port,
        })
    }

    /// Kills it as `kill -9` does and starts it again; returns how long it takes until it answers this request.
    pub(crate) fn die_and_come_back(&mut self, request: &str) -> Result<Duration> {
        self.child.kill()?;
        self.child.wait()?;
        let begun = Instant::now();
        self.child = spawn(&self.folder)?;
        while begun.elapsed() < Duration::from_secs(20) {
            if self
                .ask(request)
                .is_ok_and(|answer| answer.head.starts_with("HTTP/1.1 2"))
            {
                return Ok(begun.elapsed());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err("it did not come back".into())
    }

    pub(crate) fn log_in(&self) -> Result<String> {
        let form = format!("username=root&password={}&next=/", PASSWORD.replace(' ', "+"));
        for _ in 0..100 {
            if TcpStream::connect(self.address).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let answer = self.post("/login", "", &form)?;
        let change = format!(
            "current_password={0}&new_password={0}+again",
            PASSWORD.replace(' ', "+")
        );
        let answer = self.post("/password", cookie_of(&answer)?, &change)?;
        Ok(cookie_of(&answer)?.to_owned())
    }

    pub(crate) fn wait_for_the_first_sweep(&self, cookie: &str) -> Result<()> {
        for _ in 0..600 {
            let list = self.get("/api/v1/desk/domains?state=pending&limit=1", cookie, false)?;
            if list.body.contains("\"items\":[]") {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(500));
        }
        Err("the first sweep did not end".into())
    }

    pub(crate) fn get(&self, path: &str, cookie: &str, compressed: bool) -> Result<Answer> {
        let encoding = if compressed { "br" } else { "identity" };
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept-Encoding: {encoding}\r\nCookie: {cookie}\r\n\r\n",
            self.address
        ))
    }

    pub(crate) fn post(&self, path: &str, cookie: &str, form: &str) -> Result<Answer> {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\n\r\n{form}",
            self.address,
            form.len()
        ))
    }

    pub(crate) fn ask(&self, request: &str) -> Result<Answer> {
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
    pub(crate) fn status(&self, key: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        kilobytes.unwrap_or_default() * 1024.0 / 1e6
    }
}

fn spawn(folder: &Path) -> Result<Child> {
    Ok(Command::new(env!("CARGO_BIN_EXE_desk"))
        .args(["serve", "--config", "desk.toml"])
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn()?)
}

fn cookie_of(answer: &Answer) -> Result<&str> {
    let mut lines = answer.head.lines();
    let cookie = lines.find_map(|line| line.strip_prefix("set-cookie: "));
    Ok(cookie
        .and_then(|cookie| cookie.split(';').next())
        .ok_or("not logged in")?)
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PASSWORD: &str = "correct horse battery";
