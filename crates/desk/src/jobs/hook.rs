//! Delivers a notice to a hook: Standard Webhooks 1.0, signed anew at each try.

use super::JobError;
use crate::{
    Desk,
    hooks::{Hook, Notice},
    intake::ticket_event,
    passwords::random_word,
};
use engine::net::{
    Ended,
    post::{Answered, Letter},
};
use model::{
    Timestamp,
    ticket::{Entry, Moment, Ticket},
};
use serde::{Deserialize, Serialize};

/// What is to be told to whom. A receiver that gets it twice knows it by its id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    hook: String,
    /// `webhook-id`, the same at every try.
    id: String,
    notice: Notice,
    /// The ticket's id.
    ticket: String,
    /// The bytes that are signed and sent.
    payload: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: Notice,
    timestamp: Timestamp,
    data: &'a Ticket,
}

impl Delivery {
    pub(crate) const NAME: &'static str = "hook";

    pub(crate) fn of(hook: &Hook, notice: Notice, ticket: &Ticket) -> Self {
        let payload = Payload {
            r#type: notice,
            timestamp: ticket.updated_at,
            data: ticket,
        };
        Self {
            hook: hook.name.clone(),
            id: format!("msg_{}", random_word(ID)),
            notice,
            ticket: ticket.id.clone(),
            payload: json(&payload),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        json(self)
    }

    pub(super) async fn run(&self, desk: &Desk) -> Result<(), JobError> {
        let hooks = &desk.0.setup.hooks;
        let hook = hooks.iter().find(|hook| hook.name == self.hook);
        let hook = hook.ok_or_else(|| JobError::fail("no hook of this name is configured"))?;
        let at = desk.now().seconds();
        let (timestamp, signature) = (
            at.to_string(),
            hook.secret.sign(&self.id, at, self.payload.as_bytes()),
        );
        let letter = Letter {
            url: &hook.url,
            headers: &[
                ("webhook-id", &self.id),
                ("webhook-timestamp", &timestamp),
                ("webhook-signature", &signature),
            ],
            body: &self.payload,
        };
        judge(desk.0.engine.post(letter).await)?;
        // Where it cannot be noted it is delivered again, which the receiver knows by the id.
        self.note(desk)
            .await
            .map_err(|why| JobError::retry(format!("it was delivered, and not noted: {why}")))
    }

    /// A line in the ticket's time line. The ticket may be gone.
    async fn note(&self, desk: &Desk) -> Result<(), store::Error> {
        let mut tx = desk.0.store.begin().await?;
        let Some(mut case) = tx.case(&self.ticket).await? else {
            return Ok(());
        };
        case.lines += 1;
        case.ticket.updated_at = desk.now();
        let told = Entry {
            at: case.ticket.updated_at,
            who: None,
            what: Moment::Notified {
                event: self.notice.as_str().to_owned(),
                to: self.hook.clone(),
            },
        };
        tx.save_cases(&[&case]).await?;
        tx.tell(&[(case.ticket.number, case.lines, told)]).await?;
        let happened = vec![(case.ticket.updated_at, ticket_event(&case.ticket))];
        let events = tx.append(happened).await?;
        tx.commit().await?;
        desk.0.recorder.ring(&events, false);
        Ok(())
    }
}

/// What the receiver's answer means. The address stands in no reason: it may hold a key.
fn judge(answered: Result<Answered, Ended>) -> Result<(), JobError> {
    let answered = answered.map_err(|ended| {
        let reason = ended.reason.map(|reason| reason.to_string());
        let why = ended.detail.or(reason).unwrap_or_default();
        JobError::retry(format!("{}: {why}", ended.code))
    })?;
    let why = format!("the receiver answered {}", answered.status);
    match answered.status {
        200..=299 => Ok(()),
        // Too slow, or too much: that passes.
        408 | 429 => Err(JobError::Retry {
            why,
            after: answered.retry_after,
        }),
        400..=499 => Err(JobError::fail(why)),
        _ => Err(JobError::Retry {
            why,
            after: answered.retry_after,
        }),
    }
}

/// These have names for keys and no maps, so that it never fails.
fn json(what: &impl Serialize) -> String {
    serde_json::to_string(what).unwrap_or_default()
}

/// Letters and digits: 119 bits.
const ID: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Code, Reason};
    use std::time::Duration;

    #[test]
    fn what_an_answer_means_for_the_next_try() {
        let answered = |status, seconds: Option<u64>| {
            judge(Ok(Answered {
                status,
                retry_after: seconds.map(Duration::from_secs),
            }))
        };
        for status in [200, 202, 204, 299] {
            assert_eq!(answered(status, None), Ok(()));
        }
        for status in [400, 401, 404, 410, 499] {
            let why = format!("the receiver answered {status}");
            assert_eq!(answered(status, Some(7)), Err(JobError::Fail { why }));
        }
        for status in [301, 307, 408, 429, 500, 503, 599] {
            let after = Some(Duration::from_secs(7));
            let why = format!("the receiver answered {status}");
            assert_eq!(answered(status, Some(7)), Err(JobError::Retry { why, after }));
        }
        let ended = Ended::new(Code::Unreachable, Reason::Refused);
        assert!(matches!(judge(Err(ended)), Err(JobError::Retry { .. })));
    }
}
