//! `tls_chain` and `tls_key_strength`: what is served with a leaf, and how strong it is.

use super::{HOST, OK, Stage};
use model::{Code, Reason, State, time::DAY};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use testkit::{
    Ca, Door,
    ca::{Issued, KeyKind, Usage},
    clock,
    servers::{Lax, lax_dovecot},
};

#[tokio::test]
async fn a_chain_is_complete_and_trusted_or_a_failure_and_untidy_is_a_warning() {
    let mut stage = Stage::set().await;
    let (root, stranger) = (root(&stage.ca), Ca::new("Somebody else's").unwrap());
    let good = stage.leaf().issue().unwrap();
    let intermediate = good.chain()[1].clone();
    let foreign = stranger.leaf().names([HOST]).issue().unwrap();
    let alone = |issued: Result<Issued, _>| issued.unwrap();
    let warn = |reason| ((State::Warn, Code::ChainUntidy), Some(reason));
    let untrusted = |reason| ((State::Fail, Code::Untrusted), Some(reason));
    for (issued, (verdict, reason)) in [
        (good.clone(), (OK, None)),
        // The name is no concern of this check.
        (
            alone(stage.ca.leaf().names(["mail.b.example"]).issue()),
            (OK, None),
        ),
        (good.clone().followed_by([root.clone()]), warn(Reason::RootSent)),
        (
            good.clone().followed_by([intermediate.clone()]),
            warn(Reason::UnrelatedCertificate),
        ),
        (
            good.clone().followed_by([foreign.chain()[1].clone()]),
            warn(Reason::UnrelatedCertificate),
        ),
        (
            good.clone().followed_by([CertificateDer::from(vec![0x30, 0])]),
            warn(Reason::UnrelatedCertificate),
        ),
        (
            alone(stage.leaf().without_intermediate().issue()).followed_by([root, intermediate]),
            warn(Reason::OutOfOrder),
        ),
        (
            alone(stage.leaf().without_intermediate().issue()),
            untrusted(Reason::IncompleteChain),
        ),
        (
            alone(stage.leaf().self_signed().issue()),
            untrusted(Reason::SelfSigned),
        ),
        (foreign, untrusted(Reason::UnknownCa)),
        (
            alone(stage.leaf().usage(Usage::ClientOnly).issue()),
            ((State::Fail, Code::Weak), Some(Reason::NoServerAuth)),
        ),
        (
            alone(stage.leaf().expired().issue()),
            ((State::Fail, Code::Expired), None),
        ),
        (
            alone(stage.leaf().not_yet_valid().issue()),
            ((State::Fail, Code::NotYetValid), None),
        ),
    ] {
        let _peer = stage.serves(&issued).await;
        let step = stage.step("tls_chain").await;
        assert_eq!((step.state, step.code), verdict, "{:?}", step.evidence);
        assert_eq!(step.evidence.reason, reason, "{:?}", step.evidence.detail);
    }
}

#[tokio::test]
async fn an_intermediate_that_has_expired_breaks_the_chain_of_a_leaf_that_has_not() {
    let mut stage = Stage::set().await;
    // The test CA lives for five more years.
    let day = clock::now().plus(6 * 365 * DAY);
    let issued = stage.leaf().valid(day.plus(-DAY), day.plus(89 * DAY)).issue();
    let _peer = stage.serves(&issued.unwrap()).await;
    let step = stage.step_on("tls_chain", day).await;
    assert_eq!((step.state, step.code), (State::Fail, Code::Untrusted));
    assert_eq!(step.evidence.reason, Some(Reason::IntermediateExpired));
}

#[tokio::test]
async fn small_keys_and_forgeable_signatures_are_failures() {
    let mut stage = Stage::set().await;
    for (issued, verdict, reason) in [
        (stage.leaf().key(KeyKind::Rsa2048).issue(), OK, None),
        (stage.leaf().key(KeyKind::Ed25519).issue(), OK, None),
        (stage.leaf().self_signed().issue(), OK, None),
        (
            stage.leaf().sha1().issue(),
            (State::Fail, Code::Weak),
            Some(Reason::Sha1Signature),
        ),
    ] {
        let _peer = stage.serves(&issued.unwrap()).await;
        let step = stage.step("tls_key_strength").await;
        assert_eq!((step.state, step.code), verdict, "{:?}", step.evidence);
        assert_eq!(step.evidence.reason, reason);
    }
    // No library of ours serves such a key, but dovecot can be brought to.
    let small = stage.leaf().key(KeyKind::Rsa1024).issue().unwrap();
    let server = lax_dovecot(&small, &[Lax::OldProtocols]).await;
    stage.has_only(server.at(Door::Imaps));
    let step = stage.step("tls_key_strength").await;
    assert_eq!(
        (step.state, step.code),
        (State::Fail, Code::Weak),
        "{:?}",
        step.evidence
    );
    assert_eq!(step.evidence.reason, Some(Reason::RsaUnder2048));
    assert_eq!(step.evidence.name.as_deref(), Some("CN=mail.a.example"));
    assert_eq!(stage.verdict("tls_chain").await, OK, "its chain is well");
}

fn root(ca: &Ca) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(ca.root_pem().as_bytes()).unwrap()
}
