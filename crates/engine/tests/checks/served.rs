//! `imap_cert_san_993` and `smtp_cert_san_465`: what a mail client gets, in every state.

use super::{HOST, Stage};
use engine::Site;
use model::{Code, Endpoint, Group, Language, Priority, Reason, State};
use testkit::{Peer, Port, ca::Leaf, hostile};

/// A check with the door that it looks at.
type Looks = (&'static str, fn(&mut Site) -> &mut Option<Endpoint>);

const BOTH: [Looks; 2] = [
    ("imap_cert_san_993", |site| &mut site.imaps),
    ("smtp_cert_san_465", |site| &mut site.smtps),
];

#[tokio::test]
async fn a_good_certificate_is_ok_and_says_until_when() {
    let stage = Stage::set().await;
    for (check, _) in BOTH {
        let step = stage.step(check).await;
        assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
        assert_eq!(step.evidence.sni.as_deref(), Some(HOST));
        let leaf = step.evidence.leaf.as_ref().unwrap();
        let until = format!("Certificado válido até {}", leaf.not_after);
        assert_eq!(step.say(Language::Pt).message, until);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_a_failure_or_a_warning() {
    let mut stage = Stage::set().await;
    let ca = testkit::Ca::new("Test").unwrap();
    stage.site.extra_ca = Some(ca.write_root(stage.folder.path()).unwrap());
    let leaf = || ca.leaf().names([HOST]);
    let cases: [(Leaf<'_>, State, Code); 6] = [
        (leaf().days_left(90, 19), State::Warn, Code::ExpiresSoon),
        (leaf().expired(), State::Fail, Code::Expired),
        (leaf().not_yet_valid(), State::Fail, Code::NotYetValid),
        (leaf().self_signed(), State::Fail, Code::Untrusted),
        (ca.leaf().cn(HOST), State::Fail, Code::CnOnly),
        (ca.leaf().names(["mail.b.example"]), State::Fail, Code::WrongSite),
    ];
    for (leaf, state, code) in cases {
        let server = Peer::serving(&leaf.issue().unwrap()).await.unwrap();
        for (check, door) in BOTH {
            *door(&mut stage.site) = Some(server.endpoint());
            assert_eq!(stage.verdict(check).await, (state, code), "{check}");
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_fails_and_one_that_says_nothing_is_unknown() {
    let mut stage = Stage::set().await;
    let (closes, silent) = (
        hostile::closes_at_once().await.unwrap(),
        hostile::silent().await.unwrap(),
    );
    let nobody = Port::new().unwrap();
    for (check, door) in BOTH {
        for (endpoint, state, code, reason) in [
            (
                closes.endpoint(),
                State::Fail,
                Code::HandshakeFailed,
                Some(Reason::ClosedEarly),
            ),
            (silent.endpoint(), State::Unknown, Code::Timeout, None),
            (
                nobody.endpoint(),
                State::Unknown,
                Code::Unreachable,
                Some(Reason::Refused),
            ),
        ] {
            *door(&mut stage.site) = Some(endpoint.clone());
            let step = stage.step(check).await;
            assert_eq!((step.state, step.code), (state, code), "{check}");
            assert_eq!(step.evidence.reason, reason);
            assert_eq!(step.evidence.endpoint, Some(endpoint.to_string()));
        }
    }
}

#[tokio::test]
async fn a_site_without_the_door_skips_the_check_and_names_the_key() {
    let mut stage = Stage::set().await;
    for ((check, door), key) in BOTH.into_iter().zip(["sites.vm112.imaps", "sites.vm112.smtps"]) {
        *door(&mut stage.site) = None;
        let step = stage.step(check).await;
        assert_eq!(
            (step.state, step.code, step.state.ok()),
            (State::Skipped, Code::NotConfigured, None)
        );
        assert_eq!(step.evidence.wants.as_deref(), Some(key));
    }
}

#[tokio::test]
async fn imap_blocks_a_domain_and_smtp_warns() {
    let stage = Stage::set().await;
    for ((check, _), priority) in BOTH.into_iter().zip([Priority::P1, Priority::P2]) {
        let step = stage.step(check).await;
        assert_eq!((step.group, step.priority), (Group::MailTls, priority), "{check}");
    }
}
