//! A body that takes its time is not waited for: whoever sends it may be nobody.

use axum::{Error, body::Body, extract::Request, middleware::Next, response::Response};
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Ends each body with an error that has not come whole within [`BODY`].
pub(crate) async fn hurry(request: Request, next: Next) -> Response {
    let until = Instant::now() + BODY;
    let request = request.map(|body| {
        let parts = stream::unfold(body.into_data_stream(), move |mut body| async move {
            let part = timeout_at(until, body.next()).await;
            let part = part.unwrap_or_else(|late| Some(Err(Error::new(late))))?;
            Some((part, body))
        });
        Body::from_stream(parts)
    });
    next.run(request).await
}

/// A mebibyte in it takes half a megabit a second.
const BODY: Duration = Duration::from_secs(20);
