//! What was: the changes, told in the reader's language, and the days, though their runs are forgotten.

use crate::{Day, name, operator};
use desk::{Actor, history::Asked};
use model::{CheckId, Error, Language, State, Timestamp, history::Calendar, time::DAY};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn each_change_is_told_in_the_readers_language_newest_first() {
    let mut day = Day::begin(1).await;
    day.checks(0).await;
    day.crowd.take();
    day.checks(0).await;
    day.checks(0).await;
    let of_imap = Asked {
        check: Some(CheckId::new(IMAP)),
        ..all()
    };
    let read = async |asked: &Asked, language| {
        let changes = day.desk.changes(&operator(), &name(0), asked, language).await;
        changes.unwrap()
    };
    let english = read(&of_imap, Language::En).await;
    let told: Vec<_> = english
        .items
        .iter()
        .map(|change| (change.before, change.after))
        .collect();
    assert_eq!(told, [(Some(State::Ok), State::Unknown), (None, State::Ok)]);
    let newest = &english.items[0];
    assert!(
        newest.message.contains("accepts no connection"),
        "{}",
        newest.message
    );
    assert_eq!(
        (newest.label.as_str(), english.next_cursor.clone()),
        ("IMAP TLS :993", None)
    );
    let portuguese = read(&of_imap, Language::Pt).await;
    assert!(portuguese.items[0].message.contains("não aceita conexão"));

    // Page by page.
    let one = Asked {
        limit: 1,
        ..of_imap.clone()
    };
    let first = read(&one, Language::En).await;
    let next = Asked {
        before: first.next_cursor.as_ref().map(|cursor| cursor.parse().unwrap()),
        ..one
    };
    let second = read(&next, Language::En).await;
    assert_eq!(
        (second.items[0].before, second.next_cursor.as_ref()),
        (None, None)
    );
    let since = Asked {
        since: Some(newest.at),
        ..of_imap
    };
    assert_eq!(read(&since, Language::En).await.items.len(), 1);
}

#[tokio::test]
async fn who_asks_for_what_is_not_there_is_told_so() {
    let day = Day::begin(1).await;
    let ask = async |who: &Actor, n, check: Option<&str>| {
        let asked = Asked {
            check: check.map(CheckId::from_text),
            ..all()
        };
        day.desk.changes(who, &name(n), &asked, Language::En).await
    };
    assert_eq!(ask(&operator(), 0, None).await.unwrap().items, []);
    assert!(matches!(
        ask(&operator(), 7, None).await,
        Err(Error::NotFound { .. })
    ));
    assert!(matches!(
        ask(&operator(), 0, Some("no_check")).await,
        Err(Error::NotFound { .. })
    ));
    assert_eq!(ask(&Actor::Nobody, 0, None).await, Err(Error::Anonymous));
}

#[tokio::test]
async fn a_calendar_reaches_further_back_than_the_runs_are_kept() {
    let day = Day::begin(1).await;
    let first = day.desk.now().midnight();
    for _ in 0..20 {
        day.checks(0).await;
        day.later(DAY);
        day.desk.keep_house(&CancellationToken::new()).await.unwrap();
    }
    day.checks(0).await;
    let calendars = day
        .desk
        .calendars(&operator(), &name(0), Language::En)
        .await
        .unwrap();
    let Calendar { label, days, .. } = calendars
        .into_iter()
        .find(|calendar| calendar.check.as_str() == IMAP)
        .unwrap();
    assert_eq!((label.as_str(), days.len()), ("IMAP TLS :993", 90));
    assert_eq!(days[89].at, day.desk.now().midnight());
    let watched: Vec<_> = days.iter().filter(|day| day.tally.runs() > 0).collect();
    assert_eq!((watched.len(), watched[0].at), (21, first));
    assert!(
        watched
            .iter()
            .all(|day| day.tally.runs() == 1 && day.tally.worst() == Some(State::Ok))
    );
    let kept = day.desk.store().stretches(&name(0), Timestamp(0)).await.unwrap();
    assert_eq!(kept.len(), 15, "fourteen days and today");

    // Told to stop, it begins nothing.
    let stopped = CancellationToken::new();
    stopped.cancel();
    day.later(30 * DAY);
    day.desk.keep_house(&stopped).await.unwrap();
    assert_eq!(
        day.desk
            .store()
            .stretches(&name(0), Timestamp(0))
            .await
            .unwrap()
            .len(),
        15
    );
}

#[tokio::test]
async fn a_reader_of_the_stream_is_told_when_what_it_missed_is_forgotten() {
    let day = Day::begin(1).await;
    day.checks(0).await;
    let last = day.desk.last_event();
    day.later(15 * DAY);
    day.desk.keep_house(&CancellationToken::new()).await.unwrap();
    for missed in [0, last - 1] {
        let tail = day.desk.events_after(&operator(), missed).await.unwrap();
        assert!(
            matches!(tail, desk::events::Tail::Reset(id) if id == last),
            "{tail:?}"
        );
    }
    assert_eq!(day.events_after(last).await, []);
    let told = day
        .desk
        .changes(&operator(), &name(0), &all(), Language::En)
        .await
        .unwrap();
    assert!(!told.items.is_empty(), "people still read them");
}

fn all() -> Asked {
    Asked {
        check: None,
        since: None,
        before: None,
        limit: 50,
    }
}

const IMAP: &str = "imap_cert_san_993";
