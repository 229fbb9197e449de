//! Starting: the first time, the second time, and when it cannot be.

use crate::{IMAP, Place, minute_of, name, record, run};
use model::State;
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};
use store::{OpenError, Store};
use testkit::Port;

on_both_engines! {
    the_second_start_finds_what_the_first_one_left
    several_starts_at_once_make_one_database
    a_database_from_a_newer_version_is_refused
    a_database_of_another_make_is_refused
    what_is_not_committed_never_was
    a_closed_store_answers_no_more
}

async fn the_second_start_finds_what_the_first_one_left(place: Place) {
    let store = place.with(&["a.example"]).await;
    store.ping().await.unwrap();
    record(&store, &[run("a.example", 0, &[(IMAP, State::Fail)])]).await;
    store.close().await;

    let store = place.open().await;
    assert_eq!(store.domains().await.unwrap()[0].name, name("a.example"));
    let steps = store.steps(None).await.unwrap();
    assert_eq!((steps[0].state, steps[0].since), (State::Fail, minute_of(0)));
    assert_eq!(store.last_event_id().await.unwrap(), 1);
}

async fn several_starts_at_once_make_one_database(place: Place) {
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = place.url.clone();
            tokio::spawn(async move { Store::open(&url).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap().close().await;
    }
}

async fn a_database_from_a_newer_version_is_refused(place: Place) {
    place.with(&["a.example"]).await.close().await;
    tamper(
        &place.url,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         select 9999, 'later', success, checksum, 0 from _sqlx_migrations where version = 1",
    )
    .await;

    let why = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(why, OpenError::Newer { version: 9_999, .. }), "{why:?}");
    let line = why.to_string();
    assert!(
        line.contains("newer version of the Desk") && line.contains("9999") && !line.contains('\n'),
        "{line}"
    );
}

async fn a_database_of_another_make_is_refused(place: Place) {
    place.open().await.close().await;
    tamper(
        &place.url,
        "update _sqlx_migrations set checksum = (select checksum from _sqlx_migrations where version = 2)
         where version = 1",
    )
    .await;
    let why = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(why, OpenError::Altered { version: 1, .. }), "{why:?}");
}

async fn what_is_not_committed_never_was(place: Place) {
    let store = place.with(&["a.example"]).await;
    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.remove_domain(&name("a.example"), minute_of(1))
            .await
            .unwrap()
            .is_some()
    );
    drop(tx);
    // The next writer gets its turn, though nobody ended the last one's.
    let tx = tokio::time::timeout(Duration::from_secs(5), store.begin())
        .await
        .expect("the lock is free")
        .unwrap();
    tx.commit().await.unwrap();
    assert!(store.domain(&name("a.example")).await.unwrap().is_some());
}

async fn a_closed_store_answers_no_more(place: Place) {
    let store = place.open().await;
    let other = store.clone();
    store.close().await;
    assert!(other.ping().await.is_err());
    assert!(other.begin().await.is_err());
}

/// Behind the store's back.
async fn tamper(url: &str, sql: &'static str) {
    if url.starts_with("sqlite") {
        let mut file = SqliteConnection::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
    } else {
        let mut server = PgConnection::connect(url).await.unwrap();
        sqlx::query(sql).execute(&mut server).await.unwrap();
    }
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_its_password() {
    for url in [
        "mysql://root:s3cret@127.0.0.1/desk",
        "desk.db",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite://desk.db?mode=memory",
        "postgres://root:s3cret@127.0.0.1:port/desk",
    ] {
        let line = refused(url).await;
        assert!(!line.contains("s3cret"), "{line}");
    }
    assert!(refused("mysql://x").await.contains("mysql"));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite://{}", folder.path().join(name).display());

    let line = refused(&at("missing/desk.db")).await;
    assert!(
        line.contains("missing/desk.db") && line.contains("folder does not exist"),
        "{line}"
    );
    assert!(!folder.path().join("missing").exists());

    fs::write(
        folder.path().join("letter.txt"),
        "Dear Sir or Madam, ".repeat(100),
    )
    .unwrap();
    let line = refused(&at("letter.txt")).await;
    assert!(line.ends_with("letter.txt is not an SQLite database"), "{line}");

    fs::create_dir(folder.path().join("folder")).unwrap();
    assert!(refused(&at("folder")).await.contains("cannot be opened"));

    // Nobody may make a file there, not even root.
    assert!(refused("sqlite:///proc/desk.db").await.contains("/proc/desk.db"));
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let url = format!("sqlite://{}", path.display());
    Store::open(&url).await.unwrap().close().await;
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[100..4096] {
        *byte ^= 0x5a;
    }
    fs::write(&path, bytes).unwrap();
    let line = refused(&url).await;
    assert!(line.contains("desk.db"), "{line}");
}

#[tokio::test]
async fn the_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = Store::open(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    for file in fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    store.close().await;
    assert!(
        !Path::new(&format!("{}-wal", path.display())).exists(),
        "all is in the one file"
    );
}

#[tokio::test]
async fn a_postgresql_that_is_not_there_is_said_at_once() {
    let closed = Port::new().unwrap();
    let port = closed.number();
    let line = refused(&format!("postgres://desk:s3cret@127.0.0.1:{port}/desk")).await;
    assert!(
        line.contains(&format!("desk at 127.0.0.1:{port}")) && line.contains("refused"),
        "{line}"
    );
    assert!(!line.contains("s3cret"), "{line}");

    let line = refused("postgres:///desk?host=/nowhere").await;
    assert!(line.contains("/nowhere"), "{line}");
}

/// The one line that the start prints.
async fn refused(url: &str) -> String {
    let why = tokio::time::timeout(Duration::from_secs(5), Store::open(url))
        .await
        .expect("it is said at once")
        .expect_err(url);
    let line = why.to_string();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}
