//! `desk probe`: one endpoint, the whole story.

use super::{clock, exit::Exit, verdict};
use anyhow::{Context, Result};
use clap::Args;
use engine::{Engine, Site, Starttls, Target, Trust, net::Limits};
use model::{DomainName, Endpoint};
use std::{path::PathBuf, sync::Arc};

/// Shows what a mail client gets from one endpoint: chain, names, dates, protocol, cipher and the verdict
///
/// What one would have used `openssl s_client` for.
#[derive(Args)]
#[command(after_help = "Examples:
  desk probe mail.example.com:993
  desk probe 10.10.10.112:993 --sni mail.example.com
  desk probe mail.example.com:587 --starttls smtp --json

Exit codes: 0 ok or warn, 1 fail, 2 wrong usage, 3 unknown")]
pub(crate) struct Probe {
    /// Where to connect, HOST:PORT; an IPv6 address stands in brackets
    #[arg(value_name = "HOST:PORT")]
    endpoint: Endpoint,
    /// The name to ask for and to judge by [default: HOST]
    #[arg(long, value_name = "NAME")]
    sni: Option<DomainName>,
    /// The protocol to speak before TLS
    #[arg(long, value_name = "PROTOCOL", value_enum)]
    starttls: Option<Protocol>,
    /// PEM file of a CA to trust beside the platform's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Protocol {
    Smtp,
    Imap,
}

impl Probe {
    pub(crate) async fn run(self) -> Result<Exit> {
        let sni = match self.sni {
            Some(name) => name,
            None => DomainName::parse(self.endpoint.host()).with_context(|| {
                format!(
                    "{} is no domain name: say which name to ask for with --sni",
                    self.endpoint.host()
                )
            })?,
        };
        let starttls = self.starttls.map(|protocol| match protocol {
            Protocol::Smtp => Starttls::Smtp,
            Protocol::Imap => Starttls::Imap,
        });
        let site = Site {
            extra_ca: self.ca,
            ..Site::default()
        };
        let engine = Engine::new(
            std::slice::from_ref(&site),
            Trust::platform(),
            Limits::default(),
            clock(),
        )?;
        let target = Target {
            endpoint: self.endpoint,
            starttls,
            sni,
        };
        let outcome = Arc::new(engine).examine(&target, &site).await;
        verdict::show(&outcome, self.json)
    }
}
