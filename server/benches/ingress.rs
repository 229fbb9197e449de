//! Webhooks from 32 connections at once, each on disk before it is answered, against a bare axum with a group commit
//! of its own in the same run; then 50 tickets with a JWT against the same loop; then lists over 100,000 tickets.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints figures, and waits between two requests"
)]

mod bare;
#[expect(dead_code, reason = "the other benchmarks read pages and wait for a sweep")]
mod served;

use served::{Result, Served};
use std::{
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Builder,
    task::JoinSet,
};

fn main() -> Result<()> {
    // The bare loop is a process of its own, like the Desk.
    if let [_, role, folder, address, ..] = std::env::args().collect::<Vec<_>>().as_slice()
        && role == "bare"
    {
        return bare::serve(Path::new(folder), address.parse()?);
    }
    let folder = tempfile::tempdir()?;
    let bare = bare::Bare::start(&folder.path().join("bare"))?;
    let mut desk = Served::start(folder.path(), INTEGRATION)?;
    desk.log_in()?;
    let token = token(&desk)?;
    let get = format!(
        "GET /api/v1/desk/tickets?limit=50 HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    // The first run warms both up.
    for warm in [true, false] {
        let posts = by_turns(bare.address, desk.address, post)?;
        let get = get.clone();
        let gets = by_turns(bare.address, desk.address, move |_, _| get.clone().into_bytes())?;
        if !warm {
            compare("POST webhook, durable", &posts);
            compare("GET 50 tickets, JWT", &gets);
        }
    }
    println!("memory: {:.0} MB at most", desk.status("VmHWM:"));
    deaths(&mut desk)?;
    many_tickets(&desk, &token)
}

/// How long after a `kill -9` at the end of a storm the next webhook is taken.
fn deaths(desk: &mut Served) -> Result<()> {
    let mut times = Vec::new();
    for nth in 0..DEATHS {
        let address = desk.address;
        let storm = thread::spawn(move || run(Duration::from_millis(500), address, post).is_ok());
        thread::sleep(Duration::from_millis(300));
        let request = String::from_utf8(post(address, u64::MAX - nth))?;
        let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        times.push(desk.die_and_come_back(&request)?);
        let _ = storm.join();
    }
    times.sort();
    println!(
        "back after kill -9: {} ms at most of {DEATHS} (limit 200 ms)",
        times[times.len() - 1].as_millis()
    );
    Ok(())
}

/// What 32 connections got done, and how long each request took.
struct Done {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

impl Done {
    fn of(mut times: Vec<Duration>, lasted: Duration) -> Result<Self> {
        times.sort();
        let at = |share: usize| times[(times.len() - 1) * share / 100];
        Ok(Self {
            per_second: f64::from(u32::try_from(times.len())?) / lasted.as_secs_f64(),
            p50: at(50),
            p99: at(99),
        })
    }
}

/// Of the bare loop and of the Desk, a while each and again: the machine is not as fast in one moment as in the next.
fn by_turns(bare: SocketAddr, desk: SocketAddr, request: impl Request) -> Result<(Done, Done)> {
    let (mut of_bare, mut of_desk) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        of_bare.extend(run(TURN, bare, request.clone())?);
        of_desk.extend(run(TURN, desk, request.clone())?);
    }
    Ok((Done::of(of_bare, TURNS * TURN)?, Done::of(of_desk, TURNS * TURN)?))
}

fn compare(what: &str, (bare, desk): &(Done, Done)) {
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    for (who, done) in [("bare", bare), ("desk", desk)] {
        println!(
            "{what}, {who}: {:.0} per s, p50 {:.2} ms, p99 {:.2} ms",
            done.per_second,
            ms(done.p50),
            ms(done.p99)
        );
    }
    println!(
        "{what}: {:.2} of the bare loop, p99 {:.2} times its",
        desk.per_second / bare.per_second,
        desk.p99.as_secs_f64() / bare.p99.as_secs_f64()
    );
}

/// What to send to an address, the nth over all connections.
trait Request: Fn(SocketAddr, u64) -> Vec<u8> + Clone + Send + 'static {}

impl<T: Fn(SocketAddr, u64) -> Vec<u8> + Clone + Send + 'static> Request for T {}

/// Sends requests over [`CONNECTIONS`] connections for a while, each its next when the last one was answered; returns
/// how long each took.
fn run(lasts: Duration, address: SocketAddr, request: impl Request) -> Result<Vec<Duration>> {
    let callers = Builder::new_current_thread().enable_all().build()?;
    let times = callers.block_on(async {
        let mut connections = JoinSet::new();
        let until = Instant::now() + lasts;
        for nth in 0..CONNECTIONS {
            let request = request.clone();
            connections.spawn(async move {
                talk(address, until, nth, request)
                    .await
                    .map_err(|why| why.to_string())
            });
        }
        let mut times = Vec::new();
        while let Some(done) = connections.join_next().await {
            times.extend(done.map_err(|why| why.to_string())??);
        }
        Ok::<_, String>(times)
    })?;
    Ok(times)
}

async fn talk(
    address: SocketAddr,
    until: Instant,
    connection: u64,
    request: impl Request,
) -> std::io::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut times, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    for nth in 0.. {
        if Instant::now() > until {
            break;
        }
        let asked = request(address, connection << 32 | nth);
        let begun = Instant::now();
        stream.write_all(&asked).await?;
        answer(&mut stream, &mut buffer).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Reads one answer with a `Content-Length`, which must be a success.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    let mut read = 0;
    loop {
        if buffer.len() == read {
            buffer.resize(read * 2, 0);
        }
        let got = stream.read(&mut buffer[read..]).await?;
        if got == 0 {
            return Err(std::io::Error::other("the connection ended"));
        }
        read += got;
        let head = buffer[..read].windows(4).position(|four| four == b"\r\n\r\n");
        let Some(head) = head.map(|at| at + 4) else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 20") {
            return Err(std::io::Error::other(text));
        }
        let length = text
            .split_once("content-length: ")
            .and_then(|(_, rest)| rest.split_once('\r'));
        let length: usize = length
            .and_then(|(length, _)| length.parse().ok())
            .unwrap_or_default();
        if read >= head + length {
            return Ok(());
        }
    }
}

/// An event of its own each, of a thousand domains.
fn post(address: SocketAddr, nth: u64) -> Vec<u8> {
    let body = format!(
        r#"{{"event":"infra.mail_tls.failed","id":"{nth:x}-{:?}","data":{{"domain":"d{}.example","mail_host":"mail.d{}.example","cn":"other.example","sans":["other.example","www.other.example"]}}}}"#,
        Instant::now(),
        nth % 1_000,
        nth % 1_000
    );
    format!(
        "POST /api/v1/webhooks/ingress/vm112 HTTP/1.1\r\nHost: {address}\r\nX-Webhook-Secret: {SECRET}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn token(desk: &Served) -> Result<String> {
    let body = r#"{"username":"root","password":"correct horse battery again"}"#;
    let answer = desk.ask(&format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        desk.address,
        body.len()
    ))?;
    let token = answer
        .body
        .split("\"access_token\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    Ok(token.ok_or("no token")?.to_owned())
}

/// What lists, filters and searches take over [`TICKETS`] tickets.
fn many_tickets(desk: &Served, token: &str) -> Result<()> {
    let callers = Builder::new_current_thread().enable_all().build()?;
    let address = desk.address;
    callers.block_on(async move {
        let mut connections = JoinSet::new();
        for connection in 0..CONNECTIONS {
            connections.spawn(async move {
                let mut stream = TcpStream::connect(address).await.map_err(|why| why.to_string())?;
                let mut buffer = vec![0; 64 * 1024];
                for nth in (connection..TICKETS).step_by(usize::try_from(CONNECTIONS).unwrap_or(1)) {
                    let sent = stream.write_all(&alert(address, nth)).await;
                    sent.map_err(|why| why.to_string())?;
                    answer(&mut stream, &mut buffer)
                        .await
                        .map_err(|why| why.to_string())?;
                }
                Ok::<_, String>(())
            });
        }
        while let Some(done) = connections.join_next().await {
            done.map_err(|why| why.to_string())??;
        }
        Ok::<_, String>(())
    })?;
    println!("over {TICKETS} tickets (limit 50 ms at p99):");
    for (name, query) in [
        ("the list", "limit=50"),
        (
            "by status and priority",
            "status=open,waiting&priority=urgent&limit=50",
        ),
        ("by kind", "kind=security&limit=50"),
        ("nobody's", "assigned_to=&limit=50"),
        ("of one domain", "domain=d7.example&limit=50"),
        ("searched: one", "q=agent4711&limit=50"),
        ("searched: all", "q=force&limit=50"),
        ("searched: all, further back", "q=force&cursor=50000&limit=50"),
        (
            "searched: all, of a status that none has",
            "q=force&status=resolved&limit=50",
        ),
        (
            "searched: the beginning of a word, and a status",
            "q=agent47&status=open&limit=50",
        ),
        ("nothing found", "q=nothing&priority=low&limit=50"),
    ] {
        let mut times = Vec::new();
        for _ in 0..200 {
            let begun = Instant::now();
            desk.ask(&format!(
                "GET /api/v1/desk/tickets?{query} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
                 Authorization: Bearer {token}\r\n\r\n"
            ))?;
            times.push(begun.elapsed());
            thread::sleep(Duration::from_millis(1));
        }
        times.sort();
        let ms = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
        println!("  {name}: p50 {:.1} ms, p99 {:.1} ms", ms(50), ms(99));
    }
    Ok(())
}

/// An alert of an agent of its own: a ticket each.
fn alert(address: SocketAddr, nth: u64) -> Vec<u8> {
    let body = format!(
        r#"{{"id":"{nth}","rule":{{"id":"5712","level":{},"description":"sshd: brute force"}},"agent":{{"name":"agent{nth}"}}}}"#,
        10 + nth % 6
    );
    format!(
        "POST /api/v1/webhooks/ingress/wazuh HTTP/1.1\r\nHost: {address}\r\nX-Webhook-Secret: {SECRET}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

const SECRET: &str = "a-secret-between-machines";
const INTEGRATION: &str = "[[integrations]]\nname = \"vm112\"\nsecret = \"a-secret-between-machines\"\n\
                           [[integrations]]\nname = \"wazuh\"\nsecret = \"a-secret-between-machines\"\nformat = \"wazuh\"\n";
const CONNECTIONS: u64 = 32;
const TURNS: u32 = 4;
const TURN: Duration = Duration::from_secs(2);
const TICKETS: u64 = 100_000;
const DEATHS: u64 = 10;
