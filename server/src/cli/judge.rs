//! `desk judge`: the same judgement over a PEM chain, without a network. Look before you deploy.

use super::{clock, exit::Exit, verdict};
use anyhow::{Context, Result, bail};
use clap::Args;
use engine::{Clock, Engine, Site, Trust, net::Limits};
use model::{DomainName, Timestamp};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use std::{io::Read, path::PathBuf, sync::Arc};

/// Judges a certificate chain from a file as if a server had served it
#[derive(Args)]
#[command(after_help = "Examples:
  desk judge --chain fullchain.pem --host mail.example.com
  desk judge --chain - --host mail.example.com --at 2027-01-01T00:00:00Z < fullchain.pem
  desk judge --chain leaf.pem --host mail.example.com --ca ca.pem --no-system-roots --json

Exit codes: 0 ok or warn, 1 fail, 2 wrong usage, 3 unknown")]
pub(crate) struct Judge {
    /// PEM file with the chain, leaf first; - reads standard input
    #[arg(long, value_name = "FILE|-")]
    chain: PathBuf,
    /// The name that clients ask for
    #[arg(long, value_name = "NAME")]
    host: DomainName,
    /// PEM file of a CA to trust
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Trust --ca alone
    #[arg(long)]
    no_system_roots: bool,
    /// Judge as of this moment, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Judge {
    pub(crate) fn run(self) -> Result<Exit> {
        let chain = self.read()?;
        let clock: Clock = match self.at {
            Some(at) => Arc::new(move || at),
            None => clock(),
        };
        let roots = if self.no_system_roots {
            Trust::nobody()
        } else {
            Trust::platform()
        };
        let site = Site {
            extra_ca: self.ca,
            ..Site::default()
        };
        let engine = Engine::new(std::slice::from_ref(&site), roots, Limits::default(), clock)?;
        verdict::show(&engine.judge(&chain, &self.host, &site), self.json)
    }

    fn read(&self) -> Result<Vec<CertificateDer<'static>>> {
        let name = self.chain.display();
        let mut pem = Vec::new();
        let input: Box<dyn Read> = if self.chain.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(&self.chain).with_context(|| format!("{name}: cannot be opened"))?)
        };
        input
            .take(MOST + 1)
            .read_to_end(&mut pem)
            .with_context(|| format!("{name}: cannot be read"))?;
        if pem.len() as u64 > MOST {
            bail!("{name}: is larger than {MOST} bytes");
        }
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        match chain {
            Ok(chain) if !chain.is_empty() => Ok(chain),
            Ok(_) => bail!("{name}: holds no PEM certificate"),
            Err(why) => bail!("{name}: is not PEM: {why}"),
        }
    }
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text).ok_or("not an RFC 3339 time, as 2026-11-22T07:00:00Z")
}

const MOST: u64 = 1024 * 1024;
