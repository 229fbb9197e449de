//! A body that takes its time is not waited for: whoever sends it may be nobody.

use axum::{
    BoxError,
    body::{Body, Bytes},
    extract::Request,
};
use hyper::body::{Body as _, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Has the body end with an error if it has not come whole within [`BODY`].
pub(crate) fn hurry(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    let until = Instant::now() + BODY;
    request.map(|body| {
        Body::new(Hurried {
            body,
            until,
            late: None,
        })
    })
}

/// Most bodies are there with their head: only one that is waited for gets a clock.
struct Hurried {
    body: Body,
    until: Instant,
    late: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Hurried {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(part) = Pin::new(&mut this.body).poll_frame(context) {
            return Poll::Ready(part.map(|part| part.map_err(Into::into)));
        }
        let until = this.until;
        let late = this.late.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(late.as_mut().poll(context));
        Poll::Ready(Some(Err("it took too long".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A mebibyte in it takes half a megabit a second.
const BODY: Duration = Duration::from_secs(20);
