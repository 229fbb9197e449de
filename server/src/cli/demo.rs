//! `desk demo`: a small lab of real TLS servers with the faults that really happen, and a Desk that watches it.

mod wizard;

use super::terminal;
use crate::{
    port::Port,
    run::{self, Plan},
};
use anyhow::{Result, anyhow, bail};
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use desk::{
    passwords::random_word,
    webhooks::{Format, Integration, Secret},
};
use engine::{
    Site,
    certs::{Cert, Domains, Door, Files, Storage},
    site::{Host, Place, Renewal, Traefik},
};
use model::{Cron, DomainName, Endpoint, Patience};
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use testkit::lab::{self, Fault, Lab, LabSite};

/// Starts a lab of ten domains on loopback and a Desk that watches it; or changes the lab while it runs
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "Examples:
  desk demo                                     then open the address that it prints
  desk demo heal betinsport.example             its cell turns green without touching the page
  desk demo break zextra.example no-login-form
  desk demo stop ibytera.example                the server goes away: not proved, with the reason

Everything is real: TLS servers with certificates from a throw-away CA, their pages, files and DNS, checked by
the same engine.
Each start begins anew; DESK_BOOTSTRAP_PASSWORD sets the users' password.")]
pub(crate) struct Demo {
    #[command(subcommand)]
    change: Option<Change>,
    /// Where the Desk listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the lab and the database are kept
    #[arg(long, value_name = "FOLDER", default_value = "data/demo", global = true)]
    data: PathBuf,
}

#[derive(Subcommand)]
enum Change {
    /// Mends whatever is wrong with a domain: issues, deploys, reloads
    Heal { domain: DomainName },
    /// Breaks a domain in one of the ways that happen
    Break {
        domain: DomainName,
        #[arg(default_value = "wrong-site", value_parser = PossibleValuesParser::new(Fault::ALL.map(Fault::as_str)).try_map(|fault| fault.parse::<Fault>()))]
        fault: Fault,
    },
    /// Stops the mail server of a domain
    Stop { domain: DomainName },
    /// Starts it again
    Start { domain: DomainName },
}

impl Demo {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let folder = self.data.join("lab");
        let Some(change) = self.change else {
            self.start(&folder).await?;
            return Ok(ExitCode::SUCCESS);
        };
        // Absolute, because the lab writes it into files that others read.
        let folder = fs::canonicalize(&folder).map_err(|_| {
            anyhow!(
                "{}: there is no lab; start one with `desk demo`",
                folder.display()
            )
        })?;
        match &change {
            Change::Heal { domain } => lab::heal(&folder, domain)?,
            Change::Break { domain, fault } => lab::break_(&folder, domain, *fault)?,
            Change::Stop { domain } => lab::stop(&folder, domain)?,
            Change::Start { domain } => lab::start(&folder, domain)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn start(&self, folder: &Path) -> Result<()> {
        // First, so that a second demo leaves the first one's lab alone.
        let port = Port::open(self.listen, None).await?;
        let lab = Lab::start(folder).await?;
        clear(&self.data)?;
        run::log("warn");
        let secret = webhook_secret();
        let plan = Plan {
            is_open: false,
            public_origin: None,
            is_trusted_proxy: Arc::new(|_| false),
            database_url: format!("sqlite://{}", self.data.join("desk.db").display()),
            jwt_secret: None,
            jwt_hours: 8,
            bootstrap_password: std::env::var("DESK_BOOTSTRAP_PASSWORD")
                .ok()
                .filter(|password| !password.is_empty()),
            passwords_must_change: false,
            // A demo's visitors all come from one address.
            login_rate_limit: 120,
            missing_secrets: Vec::new(),
            integrations: vec![
                integration("vm112", Format::Desk, &secret),
                integration("wazuh", Format::Wazuh, &secret),
            ],
            hooks: Vec::new(),
            internal_token: std::env::var("OPS_INTERNAL_TOKEN").ok().and_then(Secret::new),
            period: Duration::from_secs(5),
            audit: Cron::daily(4),
            patience: Patience::default(),
            sites: lab.sites().iter().map(|at| site(at, lab.resolver())).collect(),
            hosts: vec![("local".to_owned(), Host::Local)],
            domains: lab.domains(),
        };
        terminal::complain(&format!(
            "\n  Ligbox Desk watches a lab of {} domains.\n\n  http://{}\n\n  Ctrl-C stops it. To see a cell turn green:\n\n    {} demo heal betinsport.example --data {}\n\n  \
             vm112 and wazuh post webhooks to /api/v1/webhooks/ingress/… with X-Webhook-Secret: {secret}\n",
            plan.domains.len(),
            port.address()?,
            std::env::args().next().as_deref().unwrap_or("desk"),
            self.data.display(),
        ));
        tokio::spawn(wizard::tell(port.address()?, secret));
        run::serve(plan, port, run::until_told_to_stop()).await
    }
}

fn integration(name: &str, format: Format, secret: &str) -> Integration {
    Integration {
        name: name.to_owned(),
        secret: Secret::new(secret.to_owned()),
        url_key: None,
        format,
        ticket_level: 10,
    }
}

/// `WEBHOOK_SECRET_VM112`, as in the configuration's example, or one that is made up.
fn webhook_secret() -> String {
    let given = std::env::var("WEBHOOK_SECRET_VM112").ok();
    given
        .filter(|secret| !secret.is_empty())
        .unwrap_or_else(|| random_word(24))
}

/// Removes the database of an earlier demo, and nothing else.
fn clear(data: &Path) -> Result<()> {
    for name in ["desk.db", "desk.db-wal", "desk.db-shm"] {
        let file = data.join(name);
        match fs::remove_file(&file) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                bail!("{}: cannot be removed: {why}", file.display())
            }
            _ => {}
        }
    }
    Ok(())
}

fn site(lab: &LabSite, resolver: Endpoint) -> Site {
    let carbonio = lab.carbonio.display().to_string();
    let carbonio = [&carbonio, "prov", "gd", "{domain}", "zimbraDomainStatus"];
    Site {
        name: lab.name.clone(),
        imaps: Some(lab.imaps.clone()),
        imap: Some(lab.imap.clone()),
        smtps: Some(lab.smtps.clone()),
        submission: Some(lab.submission.clone()),
        smtp: Some(lab.smtp.clone()),
        https: Some(lab.https.clone()),
        admin: Some(lab.admin.clone()),
        resolver: Some(resolver),
        expected_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        sets: lab.sets.clone(),
        dkim_selectors: vec!["default".to_owned()],
        mta_sts: Some(lab.https.clone()),
        extra_ca: Some(lab.ca.clone()),
        carbonio_command: Some(carbonio.map(String::from).into()),
        haproxy_sni: Some(lab.haproxy_sni.clone()),
        traefik: Some(Traefik::Files(lab.traefik_dynamic.clone())),
        nginx_admin: Some(lab.nginx_admin.clone()),
        admin_redirect_path: Some("/admin".to_owned()),
        admin_login_path: Some("/login".to_owned()),
        lineage: Some(lab.lineage.clone()),
        deployed_cert: Some(lab.deployed_cert.clone()),
        deployed_key: Some(lab.deployed_key.clone()),
        renew_script: Some(lab.renew_script.clone()),
        renewal: Some(Renewal::Cron(lab.renew_cron.clone())),
        certs: lab.caddy.iter().map(|storage| cert(lab, storage)).collect(),
        ..Site::default()
    }
}

/// What Caddy issues and the server reads.
fn cert(lab: &LabSite, storage: &Path) -> Cert {
    Cert {
        name: format!("{}-mail", lab.name),
        caddy: Some(Storage {
            place: Place::default(),
            folder: storage.to_owned(),
        }),
        domains: Domains::Site,
        target: Files {
            place: Place::default(),
            cert: lab.deployed_cert.clone(),
            key: lab.deployed_key.clone(),
        },
        verify: vec![Door {
            endpoint: lab.imaps.clone(),
            starttls: None,
        }],
    }
}
