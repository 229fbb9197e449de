//! Every leaf that was seen, and where.

use crate::{IMAP, Place, SMTP, minute_of, name, record, run};
use model::{Code, DomainName, Evidence, Leaf, State, Timestamp};
use store::{Run, SeenCertificate, Store};

on_both_engines! {
    a_leaf_is_kept_once_with_every_place
    what_a_check_sees_now_takes_the_place_of_what_it_saw
    they_are_read_by_expiry_page_by_page
    many_domains_are_counted_and_the_first_named
    a_key_that_does_not_belong_is_no_place_of_a_certificate
}

async fn a_leaf_is_kept_once_with_every_place(place: Place) {
    let store = place.with(&["a.example", "b.example"]).await;
    let deployed = Evidence {
        issued: Some(leaf(2)),
        served: Some(leaf(1)),
        leaf: Some(leaf(2)),
        endpoint: Some("127.0.0.1:465".into()),
        host: Some("ssh://root@vm".into()),
        ..Evidence::path("/etc/mail.crt")
    };
    record(
        &store,
        &[
            sees("a.example", 0, IMAP, served(1)),
            sees("b.example", 1, IMAP, served(1)),
            sees("b.example", 2, SMTP, deployed),
        ],
    )
    .await;
    let found = all(&store).await;
    assert_eq!(found.len(), 2);
    let (one, two) = (&found[0], &found[1]);
    assert_eq!((&one.leaf, one.first_seen), (&leaf(1), minute_of(0)));
    assert_eq!(one.domains, ["a.example", "b.example"].map(name));
    assert_eq!(places(one), ["served 127.0.0.1:465", "served 127.0.0.1:993"]);
    assert_eq!(places(two), ["file ssh://root@vm:/etc/mail.crt", "issued "]);
    assert_eq!((two.domains_in_all, &two.leaf), (1, &leaf(2)));
}

async fn what_a_check_sees_now_takes_the_place_of_what_it_saw(place: Place) {
    let store = place.with(&["a.example"]).await;
    record(&store, &[sees("a.example", 0, IMAP, served(1))]).await;
    record(
        &store,
        &[
            sees("a.example", 1, IMAP, served(2)),
            sees("a.example", 1, SMTP, served(2)),
        ],
    )
    .await;
    assert_eq!(digests(&all(&store).await), [leaf(2).sha256]);
    record(&store, &[sees("a.example", 2, IMAP, Evidence::default())]).await;
    assert_eq!(all(&store).await.len(), 1, "the other check still sees it");
    // A whole run without the other check switches it off.
    let whole = Run {
        is_whole: true,
        ..sees("a.example", 3, IMAP, Evidence::default())
    };
    record(&store, &[whole]).await;
    assert_eq!(all(&store).await, []);

    let mut tx = store.begin().await.unwrap();
    tx.forget_certificates().await.unwrap();
    tx.commit().await.unwrap();
    record(&store, &[sees("a.example", 4, IMAP, served(2))]).await;
    assert_eq!(
        all(&store).await[0].first_seen,
        minute_of(4),
        "it was forgotten meanwhile"
    );
}

async fn they_are_read_by_expiry_page_by_page(place: Place) {
    let names: Vec<String> = (0..5).map(|n| format!("d{n}.example")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let store = place.with(&names).await;
    for (name, serial) in names.iter().zip([3, 1, 4, 2, 5]) {
        record(&store, &[sees(name, 0, IMAP, served(serial))]).await;
    }
    let mut seen: Vec<SeenCertificate> = Vec::new();
    loop {
        let last = seen
            .last()
            .map(|last| (last.leaf.not_after, last.leaf.sha256.clone()));
        let (not_after, digest) = last.unwrap_or((Timestamp(0), String::new()));
        let page = store.certificates((not_after, &digest), 2, 9).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(digests(&seen), [1, 2, 3, 4, 5].map(|serial| leaf(serial).sha256));
}

async fn many_domains_are_counted_and_the_first_named(place: Place) {
    let names: Vec<String> = (10..60).map(|n| format!("d{n}.example")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let store = place.with(&names).await;
    let runs: Vec<Run> = names.iter().map(|name| sees(name, 0, IMAP, served(1))).collect();
    record(&store, &runs).await;
    let found = store.certificates((Timestamp(0), ""), 9, 2).await.unwrap();
    let first: Vec<DomainName> = ["d10.example", "d11.example"].map(name).into();
    assert_eq!((found[0].domains_in_all, &found[0].domains), (50, &first));
    assert_eq!(places(&found[0]), ["served 127.0.0.1:993"]);
}

async fn a_key_that_does_not_belong_is_no_place_of_a_certificate(place: Place) {
    let store = place.with(&["a.example"]).await;
    let mut run = sees(
        "a.example",
        0,
        IMAP,
        Evidence {
            leaf: Some(leaf(1)),
            issued: Some(leaf(1)),
            ..Evidence::path("/etc/mail.key")
        },
    );
    run.findings[0].code = Code::KeyMismatch;
    record(&store, &[run]).await;
    assert_eq!(places(&all(&store).await[0]), ["issued "]);
}

async fn all(store: &Store) -> Vec<SeenCertificate> {
    store.certificates((Timestamp(0), ""), 100, 100).await.unwrap()
}

fn digests(seen: &[SeenCertificate]) -> Vec<String> {
    seen.iter().map(|seen| seen.leaf.sha256.clone()).collect()
}

fn places(seen: &SeenCertificate) -> Vec<String> {
    let mut places: Vec<String> = seen
        .sightings
        .iter()
        .map(|sighting| format!("{:?} {}", sighting.place, sighting.location).to_lowercase())
        .collect();
    places.sort();
    places
}

fn sees(domain: &str, minute: i64, check: &'static str, evidence: Evidence) -> Run {
    let mut run = run(domain, minute, &[(check, State::Ok)]);
    run.findings[0].evidence = evidence;
    run
}

fn served(serial: u8) -> Evidence {
    Evidence {
        endpoint: Some("127.0.0.1:993".into()),
        leaf: Some(leaf(serial)),
        ..Evidence::default()
    }
}

fn leaf(serial: u8) -> Leaf {
    Leaf {
        cn: None,
        sans: vec!["mail.a.example".into()],
        sans_left_out: 0,
        issuer: "CN=CA".into(),
        serial: format!("{serial:02x}"),
        not_before: Timestamp::from_seconds(1_700_000_000),
        not_after: Timestamp::from_seconds(1_900_000_000 + i64::from(serial)),
        sha256: format!("{serial:02x}").repeat(32),
        public_key: "EC P-256".into(),
    }
}
