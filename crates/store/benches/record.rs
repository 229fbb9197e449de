//! How fast runs are recorded and a board is read, as ratios to a bare sqlx loop in the same process.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it is a bench: it prints and it may stop"
)]

use model::{
    CheckId, Code, Domain, DomainName, Evidence, Leaf, Patience, State, Timestamp, certificate::Link,
};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::time::{Duration, Instant};
use store::{Finding, Run, Store};
use testkit::Postgres;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.db");
    println!("{DOMAINS} domains × {CHECKS} checks, one transaction a sweep");
    let url = ["sqlite://", file.to_str().unwrap()].concat();
    report(
        "SQLite",
        &url,
        bare_sqlite(folder.path().join("bare.db").to_str().unwrap()).await,
    )
    .await;
    let cluster = Postgres::start();
    report(
        "PostgreSQL",
        &cluster.database(),
        bare_postgres(&cluster.database()).await,
    )
    .await;
}

async fn report(engine: &str, url: &str, bare: Duration) {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for n in 0..DOMAINS {
        tx.seed_domain(&Domain::plain(domain(n))).await.unwrap();
    }
    tx.commit().await.unwrap();
    println!(
        "{engine}: a bare loop of {} upserts: {bare:.1?}",
        DOMAINS * CHECKS
    );
    let line = |what: &str, took: Duration| {
        let per_second = f64::from(DOMAINS * CHECKS) / took.as_secs_f64();
        let ratio = took.as_secs_f64() / bare.as_secs_f64();
        println!("  {what:32} {took:>9.1?}  {per_second:>9.0} steps/s  {ratio:.2} × bare");
    };
    for (what, at, state) in [
        ("record, everything new", 1, State::Ok),
        ("record, nothing changed", 2, State::Ok),
        ("record, every state changed", 3, State::Warn),
    ] {
        let sweep = sweep(at, state);
        let started = Instant::now();
        let mut tx = store.begin().await.unwrap();
        tx.record(&sweep, Patience::default()).await.unwrap();
        tx.commit().await.unwrap();
        line(what, started.elapsed());
    }
    let mut tx = store.begin().await.unwrap();
    tx.record(&sweep(4, State::Ok), Patience::default())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..3 {
        let started = Instant::now();
        let cells = store.cells().await.unwrap();
        line("cells", started.elapsed());
        assert_eq!(cells.len(), DOMAINS as usize);
    }
    let started = Instant::now();
    store.each_fault(|step| panic!("{step:?}")).await.unwrap();
    line("faults, none", started.elapsed());
    store.close().await;
}

/// What a program without a store would write: each answer by itself, no history, no events.
macro_rules! bare_loop {
    ($connection:expr) => {{
        let mut connection = $connection;
        sqlx::raw_sql(
            "create table steps (domain text, check_id text, state text, body text,
             checked_at bigint, primary key (domain, check_id))",
        )
        .execute(&mut connection)
        .await
        .unwrap();
        let mut took = Duration::ZERO;
        // The second round counts: it finds its rows, as every sweep but the first does.
        for at in 1..3 {
            let sweep = sweep(at, State::Ok);
            let started = Instant::now();
            let mut tx = connection.begin().await.unwrap();
            for run in &sweep {
                for finding in &run.findings {
                    sqlx::query(
                        "insert into steps values ($1, $2, $3, $4, $5)
                         on conflict (domain, check_id) do update set state = excluded.state,
                         body = excluded.body, checked_at = excluded.checked_at",
                    )
                    .bind(run.domain.as_str())
                    .bind(finding.check.as_str())
                    .bind(finding.state.as_str())
                    .bind(serde_json::to_string(&finding.evidence).unwrap())
                    .bind(run.at.0)
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                }
            }
            tx.commit().await.unwrap();
            took = started.elapsed();
        }
        took
    }};
}

async fn bare_sqlite(path: &str) -> Duration {
    let url = ["sqlite://", path, "?mode=rwc"].concat();
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("pragma journal_mode = wal; pragma synchronous = full")
        .execute(&mut connection)
        .await
        .unwrap();
    bare_loop!(connection)
}

async fn bare_postgres(url: &str) -> Duration {
    bare_loop!(PgConnection::connect(url).await.unwrap())
}

fn sweep(at: i64, state: State) -> Vec<Run> {
    (0..DOMAINS)
        .map(|n| Run {
            domain: domain(n),
            at: Timestamp::from_seconds(at),
            is_whole: true,
            holds: 15 * model::time::MINUTE,
            findings: (0..CHECKS)
                .map(|check| Finding {
                    check: CheckId::from_text(&["some_check_of_mail_", &check.to_string()].concat()),
                    state,
                    code: Code::Ok,
                    evidence: evidence(n),
                    duration_ms: 7,
                })
                .collect(),
        })
        .collect()
}

fn domain(n: u32) -> DomainName {
    DomainName::parse(&["customer-", &n.to_string(), ".example"].concat()).unwrap()
}

fn evidence(n: u32) -> Evidence {
    let link = Link {
        subject: "CN=R11, O=Let's Encrypt, C=US".into(),
        issuer: "CN=ISRG Root X1, O=Internet Security Research Group, C=US".into(),
        not_after: Timestamp::from_seconds(2_000_000_000),
        sha256: "59".repeat(32),
        public_key: "RSA 2048".into(),
    };
    Evidence {
        endpoint: Some("127.0.0.1:993".into()),
        sni: Some(domain(n).mail_host().to_string()),
        leaf: Some(Leaf {
            cn: Some("mail.example".into()),
            sans: (0..8).map(|n| domain(n).mail_host().to_string()).collect(),
            sans_left_out: 0,
            issuer: link.subject.clone(),
            serial: "04a1b2c3d4e5f60718293a4b5c6d7e8f9012".into(),
            not_before: Timestamp::from_seconds(1_790_000_000),
            not_after: Timestamp::from_seconds(1_797_776_000),
            sha256: "a5".repeat(32),
            public_key: "EC P-256".into(),
        }),
        tls_version: Some("TLSv1.3".into()),
        cipher: Some("TLS13_AES_256_GCM_SHA384".into()),
        chain: vec![link.clone(), link.clone(), link],
        ..Evidence::default()
    }
}

const DOMAINS: u32 = 1_000;
const CHECKS: u32 = 14;
