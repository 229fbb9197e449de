//! The engine against the world: real mail servers, real proxies' configurations, peers that mean harm, and the demo's lab.

#![expect(clippy::unwrap_used, reason = "a story that cannot be set up fails")]

mod configurations;
mod hostile;
mod lab;
mod letters;
mod real_servers;

use engine::{Engine, Limits, Site, Starttls, Sweep, Target, Trust, checks};
use model::{Domain, DomainName, Endpoint, Step, evidence::Outcome};
use std::sync::Arc;
use testkit::{Ca, clock};

/// Somebody who watches sites through the engine, and trusts the CA that they name.
struct Operator {
    engine: Arc<Engine>,
    site: Site,
}

impl Operator {
    fn of(sites: &[Site], limits: Limits) -> Self {
        let engine = Engine::new(sites, Trust::nobody(), limits, Arc::new(clock::now)).unwrap();
        Self {
            engine: Arc::new(engine),
            site: sites[0].clone(),
        }
    }

    /// Watches one endpoint after the other, and trusts the CA, whose file is read once.
    fn trusting(ca: &Ca, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site {
            name: "test".to_owned(),
            extra_ca: Some(ca.write_root(folder.path()).unwrap()),
            ..Site::default()
        };
        Self::of(&[site], limits)
    }

    /// What a mail client that wants `host` gets there.
    async fn sees(&self, endpoint: &Endpoint, starttls: Option<Starttls>, host: &str) -> Outcome {
        let target = Target {
            endpoint: endpoint.clone(),
            starttls,
            sni: name(host),
        };
        self.engine.examine(&target, &self.site).await
    }

    /// One sweep over one domain: the verdict of a check.
    async fn checks(&self, site: &Site, domain: &Domain, check: &str) -> Step {
        let sweep: Sweep = self.engine.sweep();
        let check = checks::find(check).unwrap();
        sweep.run(site, &[domain], &[check]).await.remove(0).remove(0)
    }
}

fn name(text: &str) -> DomainName {
    DomainName::parse(text).unwrap()
}
