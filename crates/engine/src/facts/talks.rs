//! What further conversations teach about an endpoint: they do not depend on the name that is asked for, so that
//! each is had once a sweep, by the name of whoever asks first.

use super::Facts;
use crate::{
    Starttls,
    judge::Examined,
    net::{
        Ended, Handshake,
        before_tls::{self, BeforeTls},
        floor::{self, Floor},
        relay::{self, Relay},
    },
};
use model::{Code, Endpoint, Evidence, evidence::Outcome};
use std::sync::Arc;

impl Facts<'_> {
    /// What a mail server lets happen before TLS.
    pub async fn before_tls(&self, endpoint: &Endpoint, protocol: Starttls) -> Result<BeforeTls, Ended> {
        let engine = &self.sweep.engine;
        let talk = || {
            let (client, name) = (&engine.client, &self.domain.mail_host);
            before_tls::before_tls(client, endpoint, protocol, name, engine.limits)
        };
        let key = (endpoint.clone(), protocol);
        self.sweep.before_tls.once(key, talk).await
    }

    /// Whether an SMTP server takes mail from anybody for anybody.
    pub async fn relay(&self, endpoint: &Endpoint) -> Result<Relay, Ended> {
        let engine = &self.sweep.engine;
        let target = self.target(endpoint, Some(Starttls::Smtp));
        let talk = || relay::relay(&engine.client, &target, engine.limits);
        self.sweep.relays.once(endpoint.clone(), talk).await
    }

    /// The least that a server accepts of TLS.
    pub async fn floor(&self, endpoint: &Endpoint, starttls: Option<Starttls>) -> Result<Floor, Ended> {
        let target = self.target(endpoint, starttls);
        let talk = || floor::floor(&target, self.sweep.engine.limits);
        let key = (endpoint.clone(), starttls);
        self.sweep.floors.once(key, talk).await
    }

    /// The chain that is served, looked into whatever name it is for, with the evidence of it; `Err` is the
    /// outcome of a check that needs it.
    pub async fn examined(
        &self,
        endpoint: &Endpoint,
        starttls: Option<Starttls>,
    ) -> Result<(Arc<Examined>, Evidence), Outcome> {
        let target = self.target(endpoint, starttls);
        let handshake = self.handshake(endpoint, starttls).await;
        let served = match &*handshake {
            Handshake::Served(served) => served,
            Handshake::Ended(ended) => return Err(ended.outcome(target.seen(Evidence::default()))),
        };
        let examined = self.sweep.engine.examined(&served.chain, self.site);
        let examined = examined.ok_or_else(|| {
            let seen = target.seen(Evidence::default());
            Outcome::fail(
                Code::HandshakeFailed,
                seen.detail("the peer's certificate is not X.509"),
            )
        })?;
        let seen = target.seen(Evidence {
            leaf: Some(examined.leaf().clone()),
            chain: examined.links().to_vec(),
            tls_version: Some(served.tls_version.to_owned()),
            cipher: Some(served.cipher.clone()),
            ..Evidence::default()
        });
        Ok((examined, seen))
    }
}
