//! `desk`: the one binary. It parses the command line and dispatches.

mod cli;
mod config;
mod http;
mod port;
mod run;

/// A sweep is ten thousand short lives at once, which the C library's heap takes and does not give back.
#[global_allocator]
static HEAP: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
