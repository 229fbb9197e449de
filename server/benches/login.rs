//! A flood of wrong passwords, 200 a second, each from another address for another user: what `/health` takes beside
//! it, and at rest.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints figures, and waits between two requests"
)]

#[expect(dead_code, reason = "the other benchmarks read pages and wait for a sweep")]
mod served;

use served::{Result, Served};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::{Builder, Runtime},
    task::{JoinHandle, JoinSet},
    time::interval,
};

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let desk = Served::start(folder.path(), "")?;
    desk.log_in()?;
    show("at rest", &mut health(&desk)?);
    let memory = desk.status("VmRSS:");

    let callers = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let flood = flood(&callers, desk.address);
    // Once the queue is full.
    thread::sleep(Duration::from_secs(2));
    show("in the flood (limit 50 ms)", &mut health(&desk)?);
    let answers = callers.block_on(flood)??;
    let all: usize = answers.values().sum();
    println!("{all} logins in {FLOOD:?}: {answers:?} (status and how many)");
    println!(
        "memory: {:.1} MB more than at rest, at most {:.1} MB in all",
        desk.status("VmRSS:") - memory,
        desk.status("VmHWM:")
    );
    Ok(())
}

/// What `/health` takes, again and again for [`WATCHED`].
fn health(desk: &Served) -> Result<Vec<Duration>> {
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < WATCHED {
        times.push(desk.get("/health", "", false)?.first_byte);
        thread::sleep(Duration::from_millis(10));
    }
    Ok(times)
}

fn show(when: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!(
        "/health {when}: p50 {:.1} ms, p99 {:.1} ms, at most {:.1} ms ({} requests)",
        at(50),
        at(99),
        at(100),
        times.len()
    );
}

/// How often each status was the answer. The next login does not wait for the last one's answer.
fn flood(callers: &Runtime, address: SocketAddr) -> JoinHandle<Result<BTreeMap<String, usize>, String>> {
    callers.spawn(async move {
        let (begun, mut beat) = (Instant::now(), interval(Duration::from_secs(1) / PER_SECOND));
        let mut logins = JoinSet::new();
        for nth in 0_u32.. {
            if begun.elapsed() > FLOOD {
                break;
            }
            beat.tick().await;
            logins.spawn(log_in(address, nth));
        }
        let mut answers = BTreeMap::new();
        while let Some(status) = logins.join_next().await {
            let status = status
                .map_err(|why| why.to_string())?
                .unwrap_or_else(|why| why.to_string());
            *answers.entry(status).or_default() += 1;
        }
        Ok(answers)
    })
}

/// The answer's status.
async fn log_in(address: SocketAddr, nth: u32) -> std::io::Result<String> {
    let body = format!(r#"{{"username":"user{nth}","password":"wrong horse battery"}}"#);
    let from = std::net::Ipv4Addr::from(0xc633_0000 + nth);
    let request = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Forwarded-For: {from}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split(' ').nth(1).unwrap_or("no answer").to_owned())
}

const PER_SECOND: u32 = 200;
const WATCHED: Duration = Duration::from_secs(10);
const FLOOD: Duration = Duration::from_secs(14);
