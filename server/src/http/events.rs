//! `GET /api/v1/stream`: what happened, as Server-Sent Events that resume where they broke off.

use super::{
    Rejection, Web,
    actor::{Pass, Who},
    api::{Asked, document::Refusal},
};
use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Message, KeepAlive},
    },
};
use desk::{Actor, events::Tail};
use futures::{Stream, stream};
use model::{Permission, event::Event};
use serde::Deserialize;
use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The newest event that a page already shows; `Last-Event-ID` is newer where it is sent.
    after: Option<i64>,
}

/// What happens, as Server-Sent Events.
#[utoipa::path(
    get,
    path = "/api/v1/stream",
    tag = "events",
    params(Wanted, ("last-event-id" = Option<i64>, Header, description = "Where to go on.")),
    responses(
        (
            status = 200,
            content_type = "text/event-stream",
            body = String,
            description = "Goes on until somebody ends it.",
        ),
        Refusal<422>,
    ),
)]
pub(crate) async fn stream(
    State(web): State<Web>,
    Who(who): Who,
    Extension(pass): Extension<Pass>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Response {
    if let Err(why) = who.may(Permission::SeeChecks) {
        return Rejection::Error(why).into_response();
    }
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let after = resumed.or(wanted.after).unwrap_or_else(|| web.desk.last_event());
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    // Without this header a reverse proxy would hold events back to fill its buffer.
    (
        [("x-accel-buffering", "no")],
        Sse::new(messages(web, who, pass, after)).keep_alive(alive),
    )
        .into_response()
}

/// How many streams are open.
pub(super) fn open() -> usize {
    OPEN.load(Ordering::Relaxed)
}

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Counted for as long as it lives.
struct Counted;

impl Counted {
    fn new() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Reader {
    _counted: Counted,
    bell: watch::Receiver<i64>,
    web: Web,
    who: Actor,
    pass: Pass,
    /// When it was last asked whether the pass still lets them in.
    asked_at: Instant,
    after: i64,
    waiting: VecDeque<Message>,
}

fn messages(web: Web, who: Actor, pass: Pass, after: i64) -> impl Stream<Item = Result<Message, Infallible>> {
    let hello = VecDeque::from([Message::default()
        .retry(Duration::from_secs(2))
        .comment("ligbox desk")]);
    let reader = Reader {
        _counted: Counted::new(),
        bell: web.desk.event_bell(),
        web,
        who,
        pass,
        asked_at: Instant::now(),
        after,
        waiting: hello,
    };
    stream::unfold(reader, async |mut reader| {
        let message = reader.next().await?;
        Some((Ok(message), reader))
    })
}

impl Reader {
    /// The next message; `None` ends the stream: the Desk stops, or its reader may no longer read.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if self.asked_at.elapsed() >= ASK_AGAIN {
                self.may_stay().await?;
            }
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            match self.web.desk.events_after(&self.who, self.after).await.ok()? {
                Tail::Reset(last) => {
                    self.after = last;
                    self.waiting
                        .push_back(Message::default().event("reset").id(last.to_string()).data("{}"));
                }
                Tail::Events(events) if events.is_empty() => self.news().await?,
                Tail::Events(events) => {
                    self.after = events.last().map_or(self.after, |event| event.id);
                    let ours = events
                        .iter()
                        .filter(|event| self.web.desk.is_for(&self.who, event));
                    self.waiting.extend(ours.filter_map(message));
                }
            }
        }
    }

    /// Waits for the next event.
    async fn news(&mut self) -> Option<()> {
        loop {
            tokio::select! {
                () = self.web.stop.cancelled() => return None,
                rung = self.bell.changed() => return rung.ok(),
                () = sleep_until(self.asked_at + ASK_AGAIN) => self.may_stay().await?,
            }
        }
    }

    /// Asks the database, because another process may have dismissed the reader.
    async fn may_stay(&mut self) -> Option<()> {
        self.asked_at = Instant::now();
        let holder = self.pass.holder(&self.web, self.who.address()).await.ok()?;
        (holder == self.who).then_some(())
    }
}

fn message(event: &Event) -> Option<Message> {
    Message::default()
        .event(event.what.name())
        .id(event.id.to_string())
        .json_data(event)
        .ok()
}

/// A dismissed user's stream ends within a second.
const ASK_AGAIN: Duration = Duration::from_millis(750);
