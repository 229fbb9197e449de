//! The set `tls_policy`: chain, keys, protocol floor, expiry and renewal, at every door of a site.

mod chain;
mod expiry;
mod floor;

use super::{HOST, LIMITS, Stage, Verdict, domain, reproduced, sweep::Counted};
use engine::{Engine, Site, Trust, checks};
use model::{Code, Endpoint, Group, State, Step, Timestamp};
use std::sync::Arc;
use testkit::{
    Door, Peer, Port, Script,
    ca::{Issued, Leaf},
    hostile,
    servers::{dovecot, postfix},
    talk::Protocol,
};

const ALL: [&str; 5] = [
    "tls_chain",
    "tls_key_strength",
    "tls_protocol_floor",
    "tls_expiry",
    "tls_renewal_overdue",
];

const OK: Verdict = (State::Ok, Code::Ok);

impl Stage {
    fn leaf(&self) -> Leaf<'_> {
        self.ca.leaf().names([HOST])
    }

    /// IMAP over TLS alone is there, and serves this.
    async fn serves(&mut self, issued: &Issued) -> Peer {
        let peer = Peer::serving(issued).await.unwrap();
        self.has_only(peer.endpoint());
        peer
    }

    fn has_only(&mut self, imaps: Endpoint) {
        self.site = Site {
            imaps: Some(imaps),
            smtps: None,
            imap: None,
            submission: None,
            smtp: None,
            https: None,
            admin: None,
            ..self.site.clone()
        };
    }

    /// The same check at another time.
    async fn step_on(&self, check: &str, day: Timestamp) -> Step {
        let sites = std::slice::from_ref(&self.site);
        let engine = Engine::new(sites, Trust::nobody(), LIMITS, Arc::new(move || day)).unwrap();
        let chosen = [checks::find(check).unwrap()];
        let sweep = Arc::new(engine).sweep();
        sweep
            .run(&self.site, &[&domain("a.example")], &chosen)
            .await
            .remove(0)
            .remove(0)
    }
}

#[tokio::test]
async fn real_servers_are_well_at_every_door_and_the_evidence_names_them() {
    let mut stage = Stage::set().await;
    let (imap, smtp) = (dovecot(&stage.issued).await, postfix(&stage.issued).await);
    stage.site.imaps = Some(imap.at(Door::Imaps));
    stage.site.imap = Some(imap.at(Door::Imap));
    stage.site.smtps = Some(smtp.at(Door::Smtps));
    stage.site.submission = Some(smtp.at(Door::Submission));
    stage.site.smtp = Some(smtp.at(Door::Smtp));
    for check in ALL {
        let step = stage.step(check).await;
        assert_eq!((step.state, step.code), OK, "{check}: {:?}", step.evidence);
        let looked_at = [
            imap.at(Door::Imaps),
            smtp.at(Door::Smtps),
            smtp.at(Door::Submission),
            imap.at(Door::Imap),
            smtp.at(Door::Smtp),
        ];
        for door in looked_at {
            assert!(step.evidence.found.contains(&door.to_string()), "{check}: {door}");
        }
    }
}

#[tokio::test]
async fn the_gravest_door_speaks_for_all() {
    let mut stage = Stage::set().await;
    let expired = stage.leaf().expired().issue().unwrap();
    let peer = Script::new(Protocol::Imap, &expired)
        .unwrap()
        .start()
        .await
        .unwrap();
    let nobody = Port::new().unwrap();
    stage.site.smtps = Some(nobody.endpoint());
    let step = stage.step("tls_expiry").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreachable));
    stage.site.imap = Some(peer.endpoint());
    let step = stage.step("tls_expiry").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::Expired));
    assert_eq!(step.evidence.endpoint, Some(peer.endpoint().to_string()));
    assert_eq!(step.evidence.starttls.as_deref(), Some("imap"));
}

#[tokio::test]
async fn a_door_that_does_not_answer_is_unknown_and_a_site_without_doors_skips() {
    let mut stage = Stage::set().await;
    let silent = hostile::silent().await.unwrap();
    for check in ALL {
        stage.has_only(silent.endpoint());
        assert_eq!(
            stage.verdict(check).await,
            (State::Unknown, Code::Timeout),
            "{check}"
        );
        stage.site.imaps = None;
        let step = stage.step(check).await;
        assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
        assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.imaps"));
    }
}

#[tokio::test]
async fn all_checks_of_both_sets_open_at_most_four_connections_beside_the_handshake() {
    let mut stage = Stage::set().await;
    let imaps = Counted::serving(&stage.issued).await;
    let counted = async |protocol| {
        let script = Script::new(protocol, &stage.issued).unwrap();
        Counted::listen(move |stream| script.clone().serve(stream)).await
    };
    let (imap, submission, smtp) = (
        counted(Protocol::Imap).await,
        counted(Protocol::Smtp).await,
        counted(Protocol::Smtp).await,
    );
    stage.site.imaps = Some(imaps.peer.endpoint());
    stage.site.imap = Some(imap.peer.endpoint());
    stage.site.submission = Some(submission.peer.endpoint());
    stage.site.smtp = Some(smtp.peer.endpoint());
    let sets = [Group::MailStarttls, Group::TlsPolicy];
    let chosen: Vec<_> = checks::ALL
        .iter()
        .copied()
        .filter(|check| sets.contains(&check.group))
        .collect();
    let shared = domain("a.example").mail_host;
    let domains = ["a.example", "b.example", "c.example"].map(|name| model::Domain {
        mail_host: shared.clone(),
        ..domain(name)
    });
    let sweep = stage.sweep(&stage.site, &domains, &chosen).await;
    assert!(sweep.iter().flatten().all(|step| step.state == State::Ok));
    // The handshake and two for the floor; what is said before TLS; and the relay.
    assert_eq!(imaps.connections(), 1 + 2);
    assert_eq!(imap.connections(), 1 + 2 + 1);
    assert_eq!(submission.connections(), 1 + 2 + 1);
    assert_eq!(smtp.connections(), 1 + 2 + 1 + 1);
}
