//! `dns_dmarc`: what receivers shall do with forged mail, in every state.

use super::World;
use model::{Code, State};
use testkit::servers::Zone;

const CHECK: &str = "dns_dmarc";

#[tokio::test]
async fn a_policy_is_judged_by_what_it_refuses() {
    let (ok, warn, fail) = (State::Ok, State::Warn, State::Fail);
    let stories = [
        (
            "a",
            "_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@a.example\"\n_dmarc TXT \"other\"",
            ok,
            Code::Ok,
        ),
        ("b", "_dmarc TXT \"v=DMARC1; p=quarantine\"", ok, Code::Ok),
        (
            "c",
            "_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@c.example\"",
            warn,
            Code::PolicyWeak,
        ),
        (
            "d",
            "_dmarc TXT \"v=DMARC1; p=reject; pct=10\"",
            warn,
            Code::PolicyWeak,
        ),
        (
            "e",
            "_dmarc TXT \"v=DMARC1; p=reject; t=y\"",
            warn,
            Code::PolicyWeak,
        ),
        ("f", "@ A 192.0.2.1", warn, Code::NotPublished),
        ("g", "_dmarc TXT \"v=DMARC1; p=rejct\"", fail, Code::InvalidRecord),
        (
            "h",
            "_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc TXT \"v=DMARC1; p=none\"",
            fail,
            Code::SeveralRecords,
        ),
        ("i", "_dmarc CNAME _dmarc.a.example.", ok, Code::Ok),
    ];
    let world = World::telling(&stories);
    world.agrees(CHECK, &stories).await;
}

#[tokio::test]
async fn a_name_below_takes_the_policy_of_the_nearest_domain_above_it() {
    let world = World::of(&[
        Zone::new("example", "_dmarc TXT \"v=DMARC1; p=none; psd=y\""),
        Zone::new("a.example", "_dmarc TXT \"v=DMARC1; p=reject\""),
        Zone::new("b.example", "_dmarc TXT \"v=DMARC1; p=reject; sp=none\""),
    ]);
    for (name, verdict) in [
        ("x.y.a.example", (State::Ok, Code::Ok)),
        ("x.b.example", (State::Warn, Code::PolicyWeak)),
        ("b.example", (State::Ok, Code::Ok)),
        ("c.example", (State::Warn, Code::PolicyWeak)),
    ] {
        assert_eq!(world.verdict(CHECK, name).await, verdict, "{name}");
    }
    let step = world.step(CHECK, "x.y.a.example").await;
    assert_eq!(step.evidence.question.as_deref(), Some("_dmarc.a.example TXT"));
}

#[tokio::test]
async fn without_an_answer_nothing_is_known() {
    // The name above cannot be asked for, and the policy may be there.
    let world = World::with("a.example", "");
    assert_eq!(
        world.verdict(CHECK, "a.example").await,
        (State::Unknown, Code::DnsFailed)
    );
    world.knows_nothing_without_answers(CHECK, "a.example").await;
}
