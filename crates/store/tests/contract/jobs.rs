//! Jobs: due with what they follow from, never before their time, and kept when they are given up.

use crate::{Place, minute_of};
use model::{Timestamp, job::Depths};
use store::{DueJob, JobEnd, NewJob, Store, Tried};

on_both_engines! {
    a_job_is_there_when_what_it_follows_from_is_committed_and_not_before
    a_job_is_due_from_its_time_on_and_the_longest_overdue_comes_first
    a_long_lane_leaves_the_others_their_places
    what_is_done_is_gone_and_what_came_to_nothing_waits_longer
    what_was_given_up_is_kept_until_it_is_tried_again_or_dropped
    what_was_given_up_long_ago_is_forgotten
    thousands_of_jobs_are_enqueued_at_once
}

async fn a_job_is_there_when_what_it_follows_from_is_committed_and_not_before(place: Place) {
    let store = place.open().await;
    let mut tx = store.begin().await.unwrap();
    tx.enqueue(&[job("siem", 0)]).await.unwrap();
    drop(tx);
    assert_eq!(due(&store, 9).await, []);

    let mut tx = store.begin().await.unwrap();
    tx.enqueue(&[job("siem", 0)]).await.unwrap();
    tx.commit().await.unwrap();
    let expected = DueJob {
        id: 1,
        name: "hook".into(),
        lane: "siem".into(),
        body: "{\"ã\": \"'; --🦀\"}".into(),
        tries: 0,
    };
    assert_eq!(due(&store, 0).await, [expected]);
}

async fn a_job_is_due_from_its_time_on_and_the_longest_overdue_comes_first(place: Place) {
    let store = place.open().await;
    enqueue(&store, &[job("siem", 7), job("siem", 3), job("siem", 3)]).await;
    assert_eq!(due(&store, 2).await, []);
    assert_eq!(store.next_job_at(minute_of(2)).await.unwrap(), Some(minute_of(3)));
    assert_eq!(ids(&due(&store, 3).await), [2, 3]);
    assert_eq!(store.next_job_at(minute_of(3)).await.unwrap(), Some(minute_of(7)));
    assert_eq!(ids(&due(&store, 7).await), [2, 3, 1]);
    assert_eq!(store.next_job_at(minute_of(7)).await.unwrap(), None);
}

async fn a_long_lane_leaves_the_others_their_places(place: Place) {
    let store = place.open().await;
    let mut jobs = vec![job("slow", 0); 50];
    jobs.push(job("siem", 5));
    enqueue(&store, &jobs).await;
    let due = store.due_jobs(minute_of(5), 3).await.unwrap();
    let of = |lane: &str| due.iter().filter(|job| job.lane == lane).count();
    assert_eq!((of("slow"), of("siem")), (3, 1));
}

async fn what_is_done_is_gone_and_what_came_to_nothing_waits_longer(place: Place) {
    let store = place.open().await;
    enqueue(&store, &[job("siem", 0), job("siem", 0), job("siem", 0)]).await;
    settle(
        &store,
        &[
            tried(1, JobEnd::Done),
            tried(
                2,
                JobEnd::Again {
                    due_at: minute_of(9),
                    why: "503".into(),
                },
            ),
            // Settled again after a crash between the deed and its note.
            tried(1, JobEnd::Done),
        ],
    )
    .await;
    assert_eq!(ids(&due(&store, 8).await), [3]);
    let later = due(&store, 9).await;
    assert_eq!(
        later.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(),
        [(3, 0), (2, 1)]
    );
}

async fn what_was_given_up_is_kept_until_it_is_tried_again_or_dropped(place: Place) {
    let store = place.open().await;
    enqueue(&store, &[job("siem", 0), job("siem", 0), job("siem", 0)]).await;
    let given_up = || JobEnd::GivenUp {
        why: "410 Gone".into(),
    };
    settle(&store, &[tried(1, given_up()), tried(3, given_up())]).await;
    assert_eq!(ids(&due(&store, 99).await), [2]);
    let depths = Depths {
        waiting: 1,
        in_flight: 0,
        dead: 2,
    };
    assert_eq!(store.job_depths().await.unwrap(), depths);

    let dead = store.dead_jobs(i64::MAX, 1).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].id, dead[0].about.as_str(), dead[0].tries),
        (3, "siem: ticket.opened", 1)
    );
    assert_eq!(
        (dead[0].error.as_str(), dead[0].tried_at),
        ("410 Gone", minute_of(1))
    );
    assert_eq!(store.dead_jobs(3, 50).await.unwrap()[0].id, 1);

    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.revive_job(2, minute_of(5)).await.unwrap(), None);
    assert_eq!(tx.drop_job(2).await.unwrap(), None);
    assert_eq!(
        tx.revive_job(3, minute_of(5)).await.unwrap().as_ref(),
        Some(&dead[0])
    );
    assert_eq!(tx.drop_job(1).await.unwrap().map(|job| job.id), Some(1));
    assert_eq!(tx.drop_job(1).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(store.dead_jobs(i64::MAX, 50).await.unwrap(), []);
    let due = due(&store, 5).await;
    assert_eq!(
        due.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(),
        [(2, 0), (3, 0)]
    );
}

async fn what_was_given_up_long_ago_is_forgotten(place: Place) {
    let store = place.open().await;
    enqueue(&store, &[job("siem", 0), job("siem", 0)]).await;
    settle(&store, &[tried(1, JobEnd::GivenUp { why: "410".into() })]).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.forget_jobs(minute_of(1)).await.unwrap(), 0);
    assert_eq!(tx.forget_jobs(minute_of(2)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(ids(&due(&store, 9).await), [2]);
}

async fn thousands_of_jobs_are_enqueued_at_once(place: Place) {
    let store = place.open().await;
    enqueue(&store, &vec![job("siem", 0); 2_345]).await;
    let due = store.due_jobs(minute_of(0), 5_000).await.unwrap();
    assert_eq!(ids(&due), (1..=2_345).collect::<Vec<_>>());
    let done: Vec<Tried> = due.iter().map(|job| tried(job.id, JobEnd::Done)).collect();
    settle(&store, &done).await;
    assert_eq!(store.job_depths().await.unwrap(), Depths::default());
}

fn job(lane: &'static str, due: i64) -> NewJob<'static> {
    NewJob {
        name: "hook",
        lane,
        about: "siem: ticket.opened",
        body: "{\"ã\": \"'; --🦀\"}",
        due_at: minute_of(due),
    }
}

fn tried(id: i64, end: JobEnd) -> Tried {
    Tried {
        id,
        at: minute_of(1),
        end,
    }
}

async fn enqueue(store: &Store, jobs: &[NewJob<'_>]) {
    let mut tx = store.begin().await.unwrap();
    tx.enqueue(jobs).await.unwrap();
    tx.commit().await.unwrap();
}

async fn settle(store: &Store, tried: &[Tried]) {
    let mut tx = store.begin().await.unwrap();
    tx.settle_jobs(tried).await.unwrap();
    tx.commit().await.unwrap();
}

async fn due(store: &Store, minute: i64) -> Vec<DueJob> {
    let at: Timestamp = minute_of(minute);
    store.due_jobs(at, 50).await.unwrap()
}

fn ids(jobs: &[DueJob]) -> Vec<i64> {
    jobs.iter().map(|job| job.id).collect()
}
