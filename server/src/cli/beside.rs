//! A Desk without sites beside the one that may be running: for what is administered on the machine itself.

use super::clock;
use crate::{
    config::{Process, Settings},
    run::kept_jwt_secret,
};
use anyhow::Result;
use clap::Args;
use desk::{Desk, Setup, seal::Seal};
use engine::{Engine, Trust, net::Limits};
use model::Patience;
use std::{path::PathBuf, sync::Arc, time::Duration};
use store::Store;

#[derive(Args)]
pub(crate) struct Config {
    #[arg(
        long = "config",
        value_name = "FILE",
        help = "Configuration file [default: $DESK_CONFIG]"
    )]
    file: Option<PathBuf>,
}

impl Config {
    pub(crate) async fn desk(&self) -> Result<Desk> {
        let settings = Settings::load(self.file.as_deref(), &Process)?;
        let database_url = settings.database.url.expose();
        let store = Store::open(database_url).await?;
        let engine = Engine::new(&[], Trust::nobody(), Limits::default(), clock())?;
        let jwt_secret = match settings.jwt_secret() {
            Some(secret) => Some(secret.expose().to_owned()),
            None => kept_jwt_secret(database_url)?,
        };
        let setup = Setup {
            sites: Vec::new(),
            hosts: Vec::new(),
            period: Duration::from_hours(1),
            audit: settings.schedule.audit.clone(),
            patience: Patience::default(),
            login_rate_limit: settings.auth.login_rate_limit,
            integrations: settings.integrations(),
            // Before the first start there is none, and this makes none.
            seal: jwt_secret
                .and_then(|secret| Seal::of_jwt_secret(secret.as_bytes()))
                .map(Arc::new),
            hooks: Vec::new(),
            internal_token: None,
            missing_secrets: Vec::new(),
        };
        Ok(Desk::open(store, Arc::new(engine), setup, clock()).await?)
    }
}
