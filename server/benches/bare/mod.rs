//! The least that a durable ingress can be: axum, one writer, and one fsync for all that came meanwhile.

use crate::served::Result;
use axum::{
    Router,
    body::Bytes,
    extract::{Path as In, State},
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use jsonwebtoken::{DecodingKey, Validation, decode};
use sqlx::{
    ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};
use testkit::Port;
use tokio::sync::{mpsc, oneshot};

/// The loop in a process of its own, stopped on drop.
pub(crate) struct Bare {
    child: Child,
    pub(crate) address: SocketAddr,
    _port: Port,
}

impl Bare {
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = Port::new()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        let child = Command::new(std::env::current_exe()?)
            .arg("bare")
            .arg(folder)
            .arg(address.to_string())
            .spawn()?;
        for _ in 0..100 {
            if TcpStream::connect(address).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self {
            child,
            address,
            _port: port,
        })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone)]
struct Loop {
    inbox: mpsc::Sender<(Bytes, oneshot::Sender<()>)>,
    readers: SqlitePool,
}

pub(crate) fn serve(folder: &Path, address: SocketAddr) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let options = SqliteConnectOptions::new()
                .filename(folder.join("bare.db"))
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let mut db = options.connect().await?;
            for table in [
                "create table events (id integer primary key, body text not null)",
                "create table tickets (number integer primary key, id text not null, kind text not null, domain text,
                     tenant text, subject text not null, status text not null, priority text not null,
                     assigned_to text, occurrences integer not null, created_at integer not null,
                     updated_at integer not null, last_seen_at integer not null, version integer not null)",
            ] {
                sqlx::query(table).execute(&mut db).await?;
            }
            let (inbox, waiting) = mpsc::channel(1024);
            tokio::spawn(write(db, waiting));
            let state = Loop {
                inbox,
                readers: SqlitePool::connect_lazy_with(options.pragma("query_only", "on")),
            };
            let app = Router::new()
                .route("/api/v1/webhooks/ingress/{integration}", post(take))
                .route("/api/v1/desk/tickets", get(list))
                .with_state(state);
            let listener = tokio::net::TcpListener::bind(address).await?;
            axum::serve(listener, app).await?;
            Ok(())
        })
}

async fn take(State(state): State<Loop>, In(_): In<String>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if headers.get("x-webhook-secret").is_none() {
        return StatusCode::UNAUTHORIZED;
    }
    let (written, answer) = oneshot::channel();
    let _ = state.inbox.send((body, written)).await;
    match answer.await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// An event each, and of a thousand tickets the one that it joins.
async fn write(mut db: SqliteConnection, mut waiting: mpsc::Receiver<(Bytes, oneshot::Sender<()>)>) {
    let mut id = 0_i64;
    while let Some(first) = waiting.recv().await {
        let mut batch = vec![first];
        while let Ok(next) = waiting.try_recv() {
            batch.push(next);
        }
        let Ok(mut tx) = db.begin_with("begin immediate").await else {
            return;
        };
        let mut events = QueryBuilder::<Sqlite>::new("insert into events (id, body) ");
        events.push_values(&batch, |mut row, (body, _)| {
            id += 1;
            row.push_bind(id).push_bind(String::from_utf8_lossy(body));
        });
        let stored = events.build().execute(&mut *tx).await;
        let mut tickets = QueryBuilder::<Sqlite>::new(
            "insert into tickets (number, id, kind, domain, subject, status, priority, occurrences, created_at,
                 updated_at, last_seen_at, version) ",
        );
        let mut number = id;
        tickets.push_values(&batch, |mut row, _| {
            number += 1;
            row.push_bind(number % 1_000)
                .push_bind("k7mq2xw9c4vd8nhz")
                .push_bind("mail_tls")
                .push_bind(format!("d{}.example", number % 1_000))
                .push_bind(SUBJECT)
                .push_bind("open")
                .push_bind("high")
                .push_bind(1)
                .push_bind(id)
                .push_bind(id)
                .push_bind(id)
                .push_bind(1);
        });
        tickets.push(
            " on conflict (number) do update set occurrences = occurrences + 1, updated_at = excluded.updated_at,
                 last_seen_at = excluded.last_seen_at",
        );
        let raised = tickets.build().execute(&mut *tx).await;
        if stored.is_err() || raised.is_err() || tx.commit().await.is_err() {
            return;
        }
        for (_, written) in batch {
            let _ = written.send(());
        }
    }
}

/// A ticket with all that the API tells of one, so that both answer alike.
#[derive(sqlx::FromRow, serde::Serialize)]
struct Ticket {
    number: i64,
    id: String,
    kind: String,
    domain: Option<String>,
    tenant: Option<String>,
    subject: String,
    status: String,
    priority: String,
    assigned_to: Option<String>,
    occurrences: i64,
    created_at: i64,
    updated_at: i64,
    last_seen_at: i64,
    version: i64,
}

/// Verifies a token and reads 50 rows.
async fn list(State(state): State<Loop>, headers: HeaderMap) -> Result<String, StatusCode> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = token
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    // Somebody else's key: the work is the same.
    let _ = decode::<serde_json::Value>(token, &DecodingKey::from_secret(&[7; 32]), &Validation::default());
    let rows: Vec<Ticket> = sqlx::query_as("select * from tickets order by number desc limit 50")
        .fetch_all(&state.readers)
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    serde_json::to_string(&rows).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

const SUBJECT: &str = "d7.example: TLS de e-mail falha em mail.d7.example (o certificado é de other.example)";
