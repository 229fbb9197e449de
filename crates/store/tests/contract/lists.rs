//! Lists of tickets: found by words, narrowed, newest first, page by page.

use crate::{Place, minute_of};
use model::ticket::{Case, Fault, Kind, Priority, Raised, Status};
use store::{Sought, Store};

on_both_engines! {
    what_is_found_by_words_comes_newest_first_narrowed_and_in_pages
}

async fn what_is_found_by_words_comes_newest_first_narrowed_and_in_pages(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    let mut cases: Vec<Case> = (1..=TICKETS).map(case).collect();
    // Much newer than all that is found.
    let mut newest = case(NEWEST);
    "disk full".clone_into(&mut newest.ticket.subject);
    cases.push(newest);
    tx.save_cases(&cases.iter().collect::<Vec<_>>()).await.unwrap();
    tx.write_words(&cases.iter().collect::<Vec<_>>()).await.unwrap();
    // An old one whose words are newer than all others.
    let mut renamed = case(RENAMED);
    "força bruta".clone_into(&mut renamed.ticket.subject);
    tx.save_cases(&[&renamed]).await.unwrap();
    tx.rewrite_words(&renamed).await.unwrap();
    tx.commit().await.unwrap();

    let forced = || (1..=TICKETS).rev().filter(|number| *number != RENAMED);
    let force = Sought {
        words: Some("FORCE bru"),
        whole: true,
        limit: 100,
        ..Sought::default()
    };
    assert_eq!(find(&store, &force).await, forced().collect::<Vec<_>>());
    let of_one = Sought {
        words: Some("forca"),
        ..force.clone()
    };
    assert_eq!(find(&store, &of_one).await, [RENAMED]);

    let mut pages = Vec::new();
    let mut page = Sought {
        limit: 7,
        ..force.clone()
    };
    loop {
        let found = find(&store, &page).await;
        let Some(last) = found.last() else { break };
        page.before = Some(*last);
        pages.extend(found);
    }
    assert_eq!(pages, forced().collect::<Vec<_>>());

    let resolved = Sought {
        status: &[Status::Resolved, Status::Waiting],
        before: Some(20),
        ..force.clone()
    };
    assert_eq!(find(&store, &resolved).await, [15, 10, 5]);
    let of_mini = Sought {
        assigned_to: Some("mini"),
        ..force.clone()
    };
    assert_eq!(find(&store, &of_mini).await, [0_i64; 0]);

    // Who reads no subjects finds none by them.
    for (words, found) in [("force", 0), ("security", TICKETS + 1), ("17", 1), (" -- ", 0)] {
        let open = Sought {
            words: Some(words),
            whole: false,
            ..force.clone()
        };
        let numbers = find(&store, &open).await;
        assert_eq!(numbers.len(), usize::try_from(found).unwrap(), "{words}");
    }
}

async fn find(store: &Store, sought: &Sought<'_>) -> Vec<i64> {
    let found = store.tickets(sought).await.unwrap();
    found.into_iter().map(|ticket| ticket.number).collect()
}

fn case(number: i64) -> Case {
    let agent = format!("agent{number}");
    let raised = Raised {
        fault: Fault::of_rule("5712", &agent),
        kind: Kind::Security,
        domain: None,
        tenant: None,
        subject: format!("sshd: brute force on {agent}"),
        priority: Priority::High,
        from: Some("wazuh".into()),
        seen: Vec::new(),
    };
    let mut case = Case::open(format!("id{number}"), number, raised, minute_of(number));
    if number % 5 == 0 {
        case.ticket.status = Status::Resolved;
    }
    case
}

const TICKETS: i64 = 60;
const RENAMED: i64 = 3;
const NEWEST: i64 = 1_000_000;
