//! A descriptor kept for when there are no others: whoever comes then is told to come again, and not left waiting.

use std::{fs::File, io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

#[derive(Debug)]
pub(super) struct Spare {
    kept: Option<File>,
    /// Whether a caller without TLS can be answered.
    is_plain: bool,
    /// It is being used, and the log says so already.
    is_used: bool,
}

impl Spare {
    pub(super) fn new(is_plain: bool) -> Self {
        Self {
            kept: File::open(NOTHING).ok(),
            is_plain,
            is_used: false,
        }
    }

    /// Lets one caller in on the spare descriptor, and out again.
    pub(super) async fn turn_away(&mut self, listener: &TcpListener, why: &io::Error) {
        if !self.is_used {
            self.is_used = true;
            tracing::error!("Turns callers away until others leave: {why}");
        }
        if self.kept.take().is_some()
            && let Ok(Ok((stream, _))) = timeout(PATIENCE, listener.accept()).await
            && self.is_plain
        {
            let _ = timeout(PATIENCE, answer(stream)).await;
        }
        self.kept = File::open(NOTHING).ok();
        if self.kept.is_none() {
            // Somebody else was faster.
            sleep(PATIENCE).await;
        }
    }

    pub(super) fn is_not_needed(&mut self) {
        if self.is_used {
            self.is_used = false;
            tracing::info!("Takes callers again");
        }
    }
}

/// Hears the beginning of the request first: a connection that is closed with something unread loses the answer.
async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut request = vec![0; 16 * 1024];
    if stream.read(&mut request).await? == 0 {
        return Ok(());
    }
    stream.write_all(ANSWER).await?;
    stream.shutdown().await?;
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}

const NOTHING: &str = "/dev/null";
const PATIENCE: Duration = Duration::from_millis(250);
const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
Content-Type: application/problem+json\r\n\
Retry-After: 2\r\n\
Cache-Control: no-store\r\n\
Connection: close\r\n\
Content-Length: 145\r\n\r\n\
{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"too many connections are open; try again in 2 s\",\"code\":\"unavailable\"}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let text = std::str::from_utf8(ANSWER).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("Content-Length: {}", body.len())),
            "{}",
            body.len()
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(body).unwrap()["code"],
            "unavailable"
        );
    }
}
