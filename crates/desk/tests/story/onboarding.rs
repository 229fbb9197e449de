//! A new domain waits for the wizard, gets stuck, and is proved by the checks alone.

use crate::{Day, name, operator};
use desk::{
    onboarding::Wanted,
    webhooks::{Call, Proof},
};
use model::{
    DomainName, Language, Timestamp,
    onboarding::{Funnel, Onboarding, Stage, Wait},
    time::{DAY, MINUTE},
};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_domain_that_does_not_move_for_a_day_is_stuck_until_it_does() {
    let day = Day::begin(1).await;
    let nova = DomainName::parse("nova.example").unwrap();
    day.hears("started", &nova, None).await;
    assert!(!day.stands(&nova).await.stuck);
    day.later(DAY);
    let stuck = day.stands(&nova).await;
    assert_eq!((stuck.stage, stuck.stuck), (Stage::Started, true));
    day.hears("step", &nova, None).await;
    assert!(!day.stands(&nova).await.stuck);
}

#[tokio::test]
async fn a_wizard_whose_clock_is_ahead_does_not_have_the_last_word_for_ever() {
    let day = Day::begin(1).await;
    let nova = DomainName::parse("nova.example").unwrap();
    day.hears("failed", &nova, Some(day.desk.now().plus(30 * DAY)))
        .await;
    assert_eq!(day.stands(&nova).await.since, day.desk.now());
    day.later(MINUTE);
    day.hears("step", &nova, None).await;
    assert_eq!(day.stands(&nova).await.stage, Stage::Step);
}

#[tokio::test]
async fn what_the_wizard_takes_for_done_is_proved_by_checks_that_run_afterwards() {
    let day = Day::begin(1).await;
    day.checks(0).await;
    day.later(MINUTE);
    day.hears("completed", &name(0), None).await;
    // The end asks for the checks.
    day.is_proved().await;
    day.later(10 * 366 * DAY);
    day.checks(0).await;
    let stands = day.stands(&name(0)).await;
    let Wait::Checks { checks } = &stands.waits_for else {
        panic!("{stands:?}");
    };
    assert_eq!((stands.stage, stands.stuck), (Stage::Completed, true));
    let red: Vec<&str> = checks.iter().map(|check| check.check.as_str()).collect();
    assert_eq!(red, ["imap_cert_san_993"]);
    assert_eq!(
        day.funnel().await.stages.last().map(|proved| proved.reached),
        Some(0)
    );
}

impl Day {
    async fn hears(&self, event: &str, domain: &DomainName, at: Option<Timestamp>) {
        let data = json!({"domain": domain, "step": "dns"});
        let body = json!({"event": format!("onboard.{event}"), "occurred_at": at, "data": data}).to_string();
        let call = Call {
            integration: "vm",
            proof: Proof {
                secret: Some(SECRET.as_bytes()),
                ..Proof::default()
            },
            body: body.as_bytes(),
        };
        self.desk.take(&call).await.unwrap();
    }

    async fn funnel(&self) -> Funnel {
        let wanted = Wanted {
            limit: 9,
            ..Wanted::default()
        };
        let funnel = self.desk.funnel(&operator(), &wanted, Language::En).await;
        funnel.unwrap().into_inner()
    }

    async fn stands(&self, domain: &DomainName) -> Onboarding {
        let items = self.funnel().await.items.unwrap();
        items.into_iter().find(|item| item.domain == *domain).unwrap()
    }

    async fn is_proved(&self) {
        let mut bell = self.desk.event_bell();
        let proved = async {
            while self.stands(&name(0)).await.stage != Stage::Proved {
                // A run that says what the last one said rings no bell.
                let _ = tokio::time::timeout(Duration::from_millis(50), bell.changed()).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), proved)
            .await
            .unwrap();
    }
}

pub(crate) const SECRET: &str = "a secret between machines";
