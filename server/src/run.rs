//! The wiring: from settings to a Desk that listens, and back to silence without losing anything.

use crate::{
    cli::{clock, terminal},
    config::Settings,
    http::{self, Room, Setting, Tokens, Web},
    port::Port,
};
use anyhow::{Context, Result, bail};
use desk::{
    Desk, Setup,
    hooks::Hook,
    passwords,
    people::{Newcomer, Welcome},
    seal::Seal,
    webhooks::{Integration, Secret},
};
use engine::{Engine, Site, Trust, net::Limits, site::Host};
use model::{Cron, Domain, Patience};
use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use store::{Sessions, Store};
use tokio::{runtime::Runtime, signal::unix};
use tokio_util::sync::CancellationToken;

/// Everything that a start needs to know.
pub(crate) struct Plan {
    /// Nobody has to log in.
    pub(crate) is_open: bool,
    pub(crate) public_origin: Option<String>,
    pub(crate) is_trusted_proxy: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    pub(crate) database_url: String,
    pub(crate) jwt_secret: Option<String>,
    pub(crate) jwt_hours: u32,
    pub(crate) bootstrap_password: Option<String>,
    /// But in a demo.
    pub(crate) passwords_must_change: bool,
    pub(crate) login_rate_limit: u32,
    pub(crate) missing_secrets: Vec<String>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) hooks: Vec<Hook>,
    pub(crate) internal_token: Option<Secret>,
    pub(crate) period: Duration,
    pub(crate) audit: Cron,
    pub(crate) patience: Patience,
    pub(crate) sites: Vec<Site>,
    pub(crate) hosts: Vec<(String, Host)>,
    pub(crate) domains: Vec<Domain>,
}

/// Serves until `stop` is done, then finishes what was begun.
pub(crate) async fn serve(
    plan: Plan,
    port: Port,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (address, is_https) = (port.address()?, port.is_https());
    let engine = Arc::new(Engine::new(
        &plan.sites,
        Trust::platform(),
        Limits::default(),
        clock(),
    )?);
    make_folder(&plan.database_url)?;
    let store = Store::open(&plan.database_url).await?;
    let secret = jwt_secret(&plan)?;
    let tokens = Tokens::new(secret.as_bytes(), plan.jwt_hours);
    let setup = Setup {
        sites: plan.sites,
        hosts: plan.hosts,
        period: plan.period,
        audit: plan.audit,
        internal_token: plan.internal_token,
        patience: plan.patience,
        login_rate_limit: plan.login_rate_limit,
        integrations: plan.integrations,
        seal: Seal::of_jwt_secret(secret.as_bytes()).map(Arc::new),
        hooks: plan.hooks,
        missing_secrets: plan.missing_secrets,
    };
    let desk = Desk::open(store.clone(), engine, setup, clock()).await?;
    desk.seed(&plan.domains).await?;
    let welcome = Welcome {
        password: plan.bootstrap_password,
        must_change: plan.passwords_must_change,
    };
    announce(&desk.welcome(welcome, made_up_password).await?);

    let stopping = CancellationToken::new();
    let web = Web(Arc::new(Setting {
        desk: desk.clone(),
        tokens: Arc::new(tokens),
        is_open: plan.is_open,
        public_origin: plan.public_origin.map(Into::into),
        is_https,
        is_trusted_proxy: plan.is_trusted_proxy,
        room: Room::new(),
        leptos: leptos::config::LeptosOptions::builder()
            .output_name("desk")
            .site_pkg_dir("pkg")
            .site_addr(address)
            .build(),
        stop: stopping.clone(),
    }));
    let now = clock();
    // The pages' own tasks run on this runtime; it fails only where that was said before.
    let _ = any_spawner::Executor::init_tokio();
    let app = http::router(web, Sessions::new(store, move || now()));
    let threads = sweeping_threads()?;
    let schedule = threads.spawn({
        let (desk, stopping) = (desk.clone(), stopping.clone());
        async move { desk.run_schedule(stopping).await }
    });
    let audits = threads.spawn({
        let (desk, stopping) = (desk.clone(), stopping.clone());
        async move { desk.run_audits(stopping).await }
    });
    let jobs = tokio::spawn({
        let (desk, stopping) = (desk.clone(), stopping.clone());
        async move { desk.run_jobs(stopping).await }
    });
    let checkpoints = tokio::spawn({
        let (desk, stopping) = (desk.clone(), stopping.clone());
        async move { desk.run_checkpoints(stopping).await }
    });
    let keyring = tokio::spawn({
        let (desk, stopping) = (desk.clone(), stopping.clone());
        async move { desk.run_keyring(stopping).await }
    });
    let scheme = if is_https { "https" } else { "http" };
    tracing::info!(%address, "Listening on {scheme}://{address}");
    if plan.is_open {
        tokio::spawn(
            stopping
                .clone()
                .run_until_cancelled_owned(warn_every_minute(address)),
        );
    }
    let told = stopping.clone();
    tokio::spawn(async move {
        stop.await;
        tracing::info!("Stopping: finishing what was begun");
        told.cancel();
    });
    port.serve(app, &stopping).await;
    let _ = schedule.await;
    let _ = audits.await;
    let _ = jobs.await;
    let _ = keyring.await;
    let _ = checkpoints.await;
    // Waiting for it would block this runtime; its work is done.
    threads.shutdown_background();
    desk.close().await;
    tracing::info!("Stopped");
    Ok(())
}

/// Nobody is to get used to it.
async fn warn_every_minute(address: SocketAddr) {
    loop {
        tracing::warn!("auth.enabled is false: whoever reaches {address} may do everything");
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
}

/// A sweep shakes hands on threads of its own, so that a page never waits behind a thousand handshakes.
fn sweeping_threads() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .thread_name("sweep")
        .enable_all()
        .build()
        .context("no threads for the sweeps")
}

impl Plan {
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        let proxies = settings.server.trusted_proxies.clone();
        let is_open = !settings.auth.enabled;
        // While nobody has to log in, nobody comes by that address.
        let public_url = settings.server.public_url.as_ref().filter(|_| !is_open);
        Self {
            is_open,
            public_origin: public_url.map(|url| url.origin().ascii_serialization()),
            is_trusted_proxy: Arc::new(move |address| {
                proxies.iter().any(|network| network.contains(&address))
            }),
            database_url: settings.database.url.expose().to_owned(),
            jwt_secret: settings.jwt_secret().map(|secret| secret.expose().to_owned()),
            jwt_hours: settings.auth.jwt_expire_hours,
            passwords_must_change: true,
            bootstrap_password: settings
                .bootstrap_password()
                .map(|secret| secret.expose().to_owned()),
            login_rate_limit: settings.auth.login_rate_limit,
            missing_secrets: settings.missing_secrets(),
            integrations: settings.integrations(),
            hooks: settings.hooks(),
            internal_token: settings
                .internal_token()
                .and_then(|token| Secret::new(token.expose().to_owned())),
            period: settings.schedule.checks,
            audit: settings.schedule.audit.clone(),
            patience: settings.tickets.patience(),
            sites: settings.sites(),
            hosts: settings.hosts(),
            domains: settings.domains(),
        }
    }
}

/// Ends at SIGTERM or Ctrl-C. A second one ends the process at once.
pub(crate) fn until_told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    // From now on, not from the first look at it: a signal between the two would kill.
    let mut terminated = unix::signal(unix::SignalKind::terminate()).ok();
    async move {
        let sigterm = async {
            match &mut terminated {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = sigterm => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tokio::spawn(async {
            let _ = tokio::signal::ctrl_c().await;
            std::process::exit(130);
        });
    }
}

/// Log lines with fields on standard error; `RUST_LOG` chooses what. What the resolver thinks of a stranger's
/// name server stands in the step that asked it.
pub(crate) fn log(usual: &str) {
    // A session's spans would be opened for each request, and nobody reads them.
    let usual = || {
        format!("{usual},tower_sessions=warn,hickory_net=error,hickory_proto=error,hickory_resolver=error")
            .into()
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| usual());
    // Fails only where a log was set up already.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .with_target(false)
        .try_init();
}

/// The folder of an SQLite file; nothing to do for PostgreSQL.
fn make_folder(database_url: &str) -> Result<()> {
    let Some(folder) = folder_of(database_url) else {
        return Ok(());
    };
    fs::create_dir_all(&folder)
        .with_context(|| format!("{}: the database's folder cannot be made", folder.display()))
}

fn folder_of(database_url: &str) -> Option<PathBuf> {
    let folder = Path::new(database_url.strip_prefix("sqlite://")?).parent()?;
    Some(if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder.to_owned()
    })
}

/// The configured secret, or one that is made at the first start and kept beside the database.
fn jwt_secret(plan: &Plan) -> Result<String> {
    if let Some(secret) = &plan.jwt_secret {
        return Ok(secret.clone());
    }
    if let Some(secret) = kept_jwt_secret(&plan.database_url)? {
        return Ok(secret);
    }
    let file = jwt_secret_file(&plan.database_url);
    let secret = made_up_password() + &made_up_password() + &made_up_password();
    let written = fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).and_then(|()| {
        let mut options = fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&file)?;
        io::Write::write_all(&mut &file, secret.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("{}: the token secret cannot be kept", file.display()))?;
    Ok(secret)
}

/// The one that an earlier start has made.
pub(crate) fn kept_jwt_secret(database_url: &str) -> Result<Option<String>> {
    let file = jwt_secret_file(database_url);
    match fs::read_to_string(&file) {
        Ok(secret) if secret.len() >= 32 => Ok(Some(secret)),
        Ok(_) => bail!(
            "{}: holds fewer than 32 bytes; remove it, and the next start makes another",
            file.display()
        ),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => bail!("{}: {why}", file.display()),
    }
}

fn jwt_secret_file(database_url: &str) -> PathBuf {
    folder_of(database_url)
        .unwrap_or_else(|| PathBuf::from("data"))
        .join("jwt_secret")
}

#[expect(clippy::disallowed_methods, reason = "the edge: the system's generator")]
fn made_up_password() -> String {
    passwords::random(&mut rand::rng())
}

/// The first start shows the passwords that it made up, once, here.
fn announce(newcomers: &[Newcomer]) {
    for Newcomer {
        username,
        role,
        made_up,
    } in newcomers
    {
        let password = made_up.as_ref().map(|made_up| format!("password {made_up}"));
        let password = password.unwrap_or_else(|| "with the configured first password".to_owned());
        terminal::complain(&format!("desk: user {username:<6} ({role}) {password}"));
    }
}
