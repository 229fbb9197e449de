//! `desk`: the one binary. It parses the command line and dispatches.

mod cli;
mod config;
mod http;
mod run;

fn main() -> std::process::ExitCode {
    cli::run()
}
