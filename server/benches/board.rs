//! The board with a thousand domains: how soon it begins, how much a first visit loads, what the server weighs.
//!
//! Build the site first (`cargo xtask build --release`): it is part of the binary.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a benchmark prints figures, and waits for the process that it measures"
)]

#[expect(dead_code, reason = "another benchmark kills it")]
mod served;

use served::{Result, Served};
use std::{fmt::Write as _, fs, thread, time::Duration};
use testkit::{Ca, Crowd};

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let ca = Ca::new("Bench")?;
    fs::write(folder.path().join("ca.pem"), ca.root_pem())?;
    let crowd = runtime.block_on(Crowd::start(&ca, DOMAINS))?;
    let desk = Served::start(folder.path(), &sites(&crowd)?)?;
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

fn sites(crowd: &Crowd) -> Result<String> {
    let endpoint = crowd.endpoint();
    let mut sites =
        format!("[sites.crowd]\nimaps = \"{endpoint}\"\nsmtps = \"{endpoint}\"\nextra_ca = \"ca.pem\"\n");
    for name in crowd.names() {
        let domain = name.trim_start_matches("mail.");
        writeln!(sites, "[[domains]]\nname = \"{domain}\"\nsite = \"crowd\"")?;
    }
    Ok(sites)
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
