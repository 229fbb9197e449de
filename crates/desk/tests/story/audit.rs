//! Audits: one at a time, judged from what they saw themselves, and finished by whoever starts next.

use crate::{Day, TOKEN, name, operator, person};
use desk::{Actor, audit::WantedCards};
use model::{
    Domain, DomainName, Error, Language, Role, State, Timestamp,
    audit::{Cycle, Origin, Overview, Scorecard},
    event::What,
    time::{DAY, HOUR, SECOND},
    trail::Action,
};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn every_domain_is_judged_and_what_costs_points_is_named() {
    let day = Day::begin(2).await;
    // Its mail server is gone.
    let stranger = Domain {
        site: "far".to_owned(),
        tenant: Some("far-away".to_owned()),
        ..Domain::plain(DomainName::parse("a.example").unwrap())
    };
    day.desk.seed(std::slice::from_ref(&stranger)).await.unwrap();
    let runs = Runs::begin(&day);
    let said = day.desk.last_event();
    let id = day.desk.begin_audit(&operator()).await.unwrap();
    let cycle = day.has_ended(id).await;
    runs.stop().await;
    assert_eq!(
        (cycle.origin, cycle.asked_by.as_deref(), cycle.domains),
        (Origin::Person, Some("root"), 3)
    );

    let cards = day.cards(WantedCards::default()).await;
    let scores: Vec<_> = cards
        .iter()
        .map(|card| (card.domain.as_str(), card.score))
        .collect();
    assert_eq!(
        scores[1..],
        [("d00000.example", Some(100)), ("d00001.example", Some(100))]
    );
    let worst = &cards[0];
    assert_eq!(
        (worst.domain.as_str(), worst.tenant.as_deref()),
        ("a.example", Some("far-away"))
    );
    let (value, lost): (u8, u32) = (
        worst.score.unwrap(),
        worst.costs.iter().map(|cost| cost.points).sum(),
    );
    assert_eq!(u32::from(value) + lost, 100);
    let imap = &worst.costs[0];
    assert_eq!(
        (imap.check.as_str(), imap.label.as_str(), imap.state),
        ("imap_cert_san_993", "IMAP TLS :993", State::Unknown)
    );

    let overview = day.overview().await;
    assert_eq!(overview.latest.as_ref(), Some(&cycle));
    assert_eq!(overview.mean, cycle.mean);
    assert_eq!(overview.distribution[0].domains, 2);
    assert_eq!(overview.worst, cards);
    let tenants: Vec<_> = overview
        .tenants
        .iter()
        .map(|one| (one.tenant.as_deref(), one.mean))
        .collect();
    assert_eq!(tenants, [(Some("far-away"), Some(value)), (None, Some(100))]);
    assert_eq!((overview.running, overview.trend), (None, vec![cycle]));
    let told: Vec<_> = day.events_after(said).await;
    let told = told.iter().filter(|what| matches!(what, What::Audit { .. }));
    assert_eq!(told.count(), 2, "it began and it is over");
}

#[tokio::test]
async fn a_domain_that_turns_unknown_loses_its_points() {
    let mut day = Day::begin(2).await;
    let runs = Runs::begin(&day);
    day.audit().await;
    day.later(HOUR);
    day.crowd.take();
    day.audit().await;
    runs.stop().await;
    let cards = day.cards(WantedCards::default()).await;
    for card in &cards {
        assert_eq!(card.before, Some(100));
        assert!(card.score < Some(50), "{card:?}");
        assert!(
            card.costs.iter().all(|cost| cost.state == State::Unknown),
            "{card:?}"
        );
        let names: Vec<_> = card.costs.iter().map(|cost| cost.check.as_str()).collect();
        assert!(
            names.contains(&"imap_cert_san_993") && names.contains(&"smtp_cert_san_465"),
            "{names:?}"
        );
    }
    let earlier = WantedCards {
        cycle: Some(1),
        ..WantedCards::default()
    };
    assert!(
        day.cards(earlier)
            .await
            .iter()
            .all(|card| card.score == Some(100))
    );
    let trend: Vec<_> = day
        .overview()
        .await
        .trend
        .iter()
        .map(|cycle| cycle.cycle_id)
        .collect();
    assert_eq!(trend, [2, 1]);
}

#[tokio::test]
async fn two_audits_at_once_are_one_and_the_trail_has_who_began_it() {
    let day = Day::begin(1).await;
    let (lead, root) = (person(Role::OpsLead), operator());
    let (one, other) = tokio::join!(day.desk.begin_audit(&lead), day.desk.begin_audit(&root));
    assert_eq!((one, other), (Ok(1), Ok(1)));
    let running = day.overview().await.running.unwrap();
    assert_eq!((running.cycle.cycle_id, running.done, running.of), (1, 0, 1));
    let runs = Runs::begin(&day);
    day.has_ended(1).await;
    // Nobody's deed.
    day.later(SECOND);
    assert_eq!(day.desk.begin_audit(&Actor::Machine).await, Ok(2));
    let by_machine = day.has_ended(2).await;
    assert_eq!((by_machine.origin, by_machine.asked_by), (Origin::Machine, None));
    runs.stop().await;
    let trail = day.desk.trail(&operator(), None, 50).await.unwrap();
    let deeds: Vec<_> = trail
        .items
        .iter()
        .map(|entry| (entry.deed.action, entry.deed.object.as_str()))
        .collect();
    assert_eq!(deeds, [(Action::AuditBegun, "1")]);
}

#[tokio::test]
async fn an_audit_that_died_with_its_process_is_run_anew_by_the_next_one() {
    let mut day = Day::begin(2).await;
    day.desk.begin_audit(&operator()).await.unwrap();
    let mut tx = day.desk.store().begin().await.unwrap();
    tx.start_cycle(1, day.desk.now()).await.unwrap();
    tx.commit().await.unwrap();
    day.checks(0).await;
    // What the dead one has seen is no evidence any more.
    day.crowd.take();
    day.later(HOUR);
    day.starts_again().await;
    let running = day.overview().await.running.unwrap();
    assert_eq!((running.cycle.cycle_id, running.done, running.of), (1, 0, 2));
    let runs = Runs::begin(&day);
    let cycle = day.has_ended(1).await;
    runs.stop().await;
    assert_eq!(cycle.began_at, Some(day.desk.now()));
    let cards = day.cards(WantedCards::default()).await;
    assert!(
        cards.len() == 2 && cards.iter().all(|card| card.score < Some(50)),
        "{cards:?}"
    );
    assert_eq!(day.overview().await.trend.len(), 1, "and once");
}

#[tokio::test]
async fn told_to_stop_it_judges_nothing_and_goes_on_at_the_next_start() {
    let day = Day::begin(1).await;
    day.desk.begin_audit(&operator()).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    day.desk.run_audits(stop).await;
    assert!(day.overview().await.running.is_some());
    let runs = Runs::begin(&day);
    day.has_ended(1).await;
    runs.stop().await;
}

#[tokio::test]
async fn the_schedule_audits_at_its_time_and_makes_up_once_for_what_it_missed() {
    let mut day = Day::begin(1).await;
    let four = Timestamp(day.desk.now().midnight().0 + DAY + 4 * HOUR);
    day.later(four.since(day.desk.now()) - 300);
    assert_eq!(day.overview().await.next_at, Some(four));
    let runs = Runs::begin(&day);
    assert!(day.overview().await.running.is_none(), "not yet");
    day.later(300);
    let cycle = day.has_ended(1).await;
    assert_eq!(
        (cycle.origin, cycle.asked_by, cycle.asked_at),
        (Origin::Schedule, None, four)
    );
    runs.stop().await;

    // Three nights without a Desk.
    day.later(3 * DAY);
    day.starts_again().await;
    let runs = Runs::begin(&day);
    let missed = day.has_ended(2).await;
    assert_eq!(missed.origin, Origin::Schedule);
    runs.stop().await;
    let overview = day.overview().await;
    assert_eq!((overview.trend.len(), overview.running), (2, None));
    let health = day.desk.health(&operator()).await.unwrap();
    assert_eq!(
        (health.audits.last_at, health.audits.next_at),
        (Some(missed.asked_at), Some(four.plus(4 * DAY)))
    );
}

#[tokio::test]
async fn who_may_not_audit_does_not_and_a_noc_does_not_learn_who_did() {
    let day = Day::begin(1).await;
    let desk = &day.desk;
    let (technician, noc) = (person(Role::Technician), person(Role::Noc));
    for who in [&technician, &noc, &Actor::Nobody] {
        let why = if *who == Actor::Nobody {
            Error::Anonymous
        } else {
            Error::Denied
        };
        assert_eq!(desk.begin_audit(who).await, Err(why));
    }
    for who in [&technician, &Actor::Machine] {
        assert_eq!(
            desk.audit_overview(who, None, Language::En).await,
            Err(Error::Denied)
        );
        let cards = desk.scorecards(who, &WantedCards::default(), Language::En).await;
        assert_eq!(cards, Err(Error::Denied));
        assert_eq!(desk.last_score(who, &name(0)).await, Err(Error::Denied));
    }
    let runs = Runs::begin(&day);
    day.audit().await;
    runs.stop().await;
    let seen = desk.audit_overview(&noc, None, Language::En).await.unwrap();
    assert_eq!(seen.latest.as_ref().unwrap().asked_by.as_deref(), Some("r•••"));
    assert_eq!(seen.trend[0].asked_by.as_deref(), Some("r•••"));
    assert_eq!(desk.last_score(&noc, &name(0)).await, Ok(Some(100)));
    assert!(matches!(
        desk.audit_overview(&noc, Some(7), Language::En).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn the_internal_token_is_one_machine_and_anything_else_is_nobody() {
    let day = Day::begin(1).await;
    let bearer = |shown: &str| day.desk.bearer_of_internal_token(shown.as_bytes());
    assert_eq!(bearer(TOKEN), Actor::Machine);
    for wrong in [
        "",
        "a token",
        "a token between machines ",
        "A TOKEN BETWEEN MACHINES",
    ] {
        assert_eq!(bearer(wrong), Actor::Nobody, "{wrong:?}");
    }
}

/// The audits' own task.
struct Runs {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Runs {
    fn begin(day: &Day) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let (desk, stop) = (day.desk.clone(), stop.clone());
            async move { desk.run_audits(stop).await }
        });
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

impl Day {
    async fn audit(&self) {
        let id = self.desk.begin_audit(&operator()).await.unwrap();
        self.has_ended(id).await;
    }

    async fn has_ended(&self, id: i64) -> Cycle {
        let mut bell = self.desk.event_bell();
        let ended = async {
            loop {
                let cycle = self.desk.store().cycle(id).await.unwrap();
                if let Some(cycle) = cycle.filter(|cycle| cycle.ended_at.is_some()) {
                    return cycle;
                }
                bell.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), ended)
            .await
            .unwrap()
    }

    async fn overview(&self) -> Overview {
        let overview = self.desk.audit_overview(&operator(), None, Language::En).await;
        overview.unwrap().into_inner()
    }

    async fn cards(&self, wanted: WantedCards) -> Vec<Scorecard> {
        let wanted = WantedCards { limit: 50, ..wanted };
        let cards = self.desk.scorecards(&operator(), &wanted, Language::En).await;
        cards.unwrap().into_inner().items
    }
}
