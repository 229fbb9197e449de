//! `tls_expiry` and `tls_renewal_overdue`: how much of a certificate's life is left, and what happened since.

use super::{OK, Stage};
use model::{Code, Language, State, time::DAY};

#[tokio::test]
async fn what_is_left_is_measured_by_the_certificates_own_lifetime() {
    let mut stage = Stage::set().await;
    let fine = OK;
    let (soon, last) = ((State::Warn, Code::ExpiresSoon), (State::Fail, Code::ExpiresSoon));
    for days in [6, 47, 90] {
        for (per_cent, verdict) in [
            (90, fine),
            (21, fine),
            (19, soon),
            (6, soon),
            (4, last),
            (1, last),
        ] {
            let issued = stage.leaf().days_left(days, per_cent).issue().unwrap();
            let _peer = stage.serves(&issued).await;
            let found = stage.verdict("tls_expiry").await;
            assert_eq!(found, verdict, "{per_cent} % of {days} days");
        }
    }
    for (issued, verdict) in [
        (stage.leaf().expired().issue(), (State::Fail, Code::Expired)),
        (
            stage.leaf().not_yet_valid().issue(),
            (State::Fail, Code::NotYetValid),
        ),
    ] {
        let _peer = stage.serves(&issued.unwrap()).await;
        assert_eq!(stage.verdict("tls_expiry").await, verdict);
    }
}

#[tokio::test]
async fn a_renewal_that_did_not_happen_says_since_when() {
    let mut stage = Stage::set().await;
    for (per_cent, verdict) in [
        (40, OK),
        (30, (State::Warn, Code::RenewalOverdue)),
        (15, (State::Fail, Code::RenewalOverdue)),
    ] {
        let issued = stage.leaf().days_left(90, per_cent).issue().unwrap();
        let _peer = stage.serves(&issued).await;
        issued.write(&stage.path("live")).unwrap();
        let step = stage.step("tls_renewal_overdue").await;
        assert_eq!((step.state, step.code), verdict, "{per_cent} %");
        let leaf = step.evidence.leaf.as_ref().unwrap();
        let due = (verdict != OK).then(|| leaf.not_after.plus(-30 * DAY));
        assert_eq!(step.evidence.since, due);
        if let Some(due) = due {
            let message = step.say(Language::Pt).message;
            assert!(message.contains(&format!("atrasada desde {due}")), "{message}");
        }
    }
}

#[tokio::test]
async fn a_newer_certificate_in_the_lineage_was_issued_and_is_not_served() {
    let mut stage = Stage::set().await;
    let served = stage.leaf().days_left(90, 15).issue().unwrap();
    let _peer = stage.serves(&served).await;
    stage.leaf().issue().unwrap().write(&stage.path("live")).unwrap();
    let verdict = stage.verdict("tls_renewal_overdue").await;
    assert_eq!(verdict, (State::Warn, Code::NotServed));

    // A newer one for other names is no renewal of this one.
    let other = stage.ca.leaf().names(["mail.b.example"]).issue().unwrap();
    other.write(&stage.path("live")).unwrap();
    let overdue = (State::Fail, Code::RenewalOverdue);
    assert_eq!(stage.verdict("tls_renewal_overdue").await, overdue);
    stage.site.lineage = None;
    assert_eq!(stage.verdict("tls_renewal_overdue").await, overdue);
    stage.site.lineage = Some(stage.path("nowhere"));
    let missing = (State::Fail, Code::FileMissing);
    assert_eq!(stage.verdict("tls_renewal_overdue").await, missing);
}
