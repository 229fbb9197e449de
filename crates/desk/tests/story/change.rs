//! A fault shows at once, is announced when it lasts, and its end is announced when that lasts.

use crate::{Day, name, operator};
use model::{CheckId, Language, State, board::Cell, event::What};

#[tokio::test]
async fn a_wrong_certificate_is_failing_at_once_and_announced_at_the_second_run() {
    let day = Day::begin(1).await;
    day.checks(0).await;
    let said = day.desk.last_event();

    // The certificate of everybody's :993 has expired by then.
    day.later(10 * 366 * model::time::DAY);
    day.checks(0).await;
    let begun = day.desk.now();
    assert_eq!(day.cell(), cell(State::Fail, false));
    assert!(day.cell().is_failing());
    day.checks(0).await;
    assert_eq!(day.cell(), cell(State::Fail, true));
    assert_eq!(day.announced(said).await, [State::Fail]);
    let card = day.desk.card(&operator(), &name(0), Language::En).await.unwrap();
    let steps = &card.status.steps;
    let imap = steps
        .iter()
        .find(|step| step.id.as_str() == "imap_cert_san_993")
        .unwrap();
    let standing = imap.standing.unwrap();
    assert_eq!((standing.since, standing.announced), (begun, true));

    day.later(-10 * 366 * model::time::DAY);
    day.checks(0).await;
    assert_eq!(day.cell(), cell(State::Ok, true), "once may be chance");
    day.checks(0).await;
    assert_eq!(day.cell(), cell(State::Ok, false));
    assert_eq!(day.announced(said).await, [State::Fail, State::Ok]);
}

#[tokio::test]
async fn a_run_of_one_check_counts_for_that_check_alone() {
    let day = Day::begin(1).await;
    day.later(10 * 366 * model::time::DAY);
    day.checks(0).await;
    let said = day.desk.last_event();
    let smtp = CheckId::new("smtp_cert_san_465");
    day.later(60_000);
    day.desk
        .check_now(&operator(), &name(0), Some(&smtp))
        .await
        .unwrap();
    assert_eq!(day.cell(), cell(State::Fail, false));
    let events = day.events_after(said).await;
    assert!(
        matches!(
            events.as_slice(),
            [What::Announced { check, .. }, What::Webhook { ticket: Some(1), .. }, What::Ticket { number: 1, .. }]
                if *check == smtp
        ),
        "{events:?}"
    );
}

impl Day {
    /// What the board shows of `:993`.
    fn cell(&self) -> Cell {
        let columns = self.desk.columns(&operator(), Language::En).unwrap();
        let imap = columns.iter().position(|column| column.id.as_str() == IMAP);
        self.row(0).cells[imap.unwrap()].unwrap()
    }

    /// What was said of `:993` beside its changes.
    async fn announced(&self, after: i64) -> Vec<State> {
        let events = self.events_after(after).await;
        let announced = events.into_iter().filter_map(|what| match what {
            What::Announced { check, state, .. } if check.as_str() == IMAP => Some(state),
            _ => None,
        });
        announced.collect()
    }
}

fn cell(state: State, announced: bool) -> Cell {
    Cell { state, announced }
}

const IMAP: &str = "imap_cert_san_993";
