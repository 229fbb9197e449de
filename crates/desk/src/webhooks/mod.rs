//! Webhooks: who may send them, what they say, and what follows.
//!
//! ```text
//!  bytes ─> proof (who) ─> report (what) ─> follows (so what) ─> the recorder: on disk ─> Receipt
//! ```

mod events;
mod follows;
mod keyring;
mod ligbox;
mod proof;
mod report;
mod rotation;
mod tally;
mod wazuh;

pub use events::WantedEvents;
pub(crate) use keyring::Keyring;
pub use proof::{Keys, Proof, Secret, Signature};
pub use report::Format;
pub use tally::Outcome;
pub(crate) use tally::Tally;

use crate::{
    Desk,
    intake::{Follows, Incoming, KnownBy},
    trouble::RETRY_AFTER,
};
use model::{Error, Result, Timestamp, evidence::tame, onboarding::Heard, webhook::Credential};
use report::{Said, Unreadable, read};
use sha2::{Digest, Sha256};
use std::fmt;

/// A system that may send webhooks.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The `{integration}` of the path.
    pub name: String,
    /// What desk.toml says; the keyring knows what counts.
    pub secret: Option<Secret>,
    pub url_key: Option<Secret>,
    pub format: Format,
    /// Wazuh's level from which on an alert wants a ticket.
    pub ticket_level: u8,
}

impl Integration {
    pub(crate) fn configured(&self, credential: Credential) -> Option<&Secret> {
        match credential {
            Credential::Secret => self.secret.as_ref(),
            Credential::UrlKey => self.url_key.as_ref(),
        }
    }
}

/// A webhook as it comes in.
pub struct Call<'a> {
    pub integration: &'a str,
    pub proof: Proof<'a>,
    pub body: &'a [u8],
}

/// What the sender of a webhook is told once it is on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    pub event_id: String,
    /// It came before, and nothing was done twice.
    pub is_duplicate: bool,
    /// What is wrong with it; it was kept for people to read.
    pub rejected: Option<String>,
}

/// Why a webhook was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// No such integration.
    Unknown,
    /// Nothing was proved, or something wrong was shown.
    Unproved,
    NotJson,
    Error(Error),
}

impl Desk {
    /// Refuses who has shown nothing, or something wrong already, before their body is waited for.
    pub fn expects(&self, integration: &str, proof: &Proof<'_>) -> Result<(), Refused> {
        let now = self.now();
        match self.integration(integration) {
            _ if proof.is_empty() => Err(Refused::Unproved),
            Some((nth, _)) if self.0.keyring.of(nth).refuses_early(proof, now) => {
                self.0.tally.note(nth, Outcome::Refused);
                Err(Refused::Unproved)
            }
            Some(_) => Ok(()),
            None => {
                // As long as for one that exists.
                let _ = self.0.nobody.refuses_early(proof, now);
                Err(Refused::Unknown)
            }
        }
    }

    /// What a sender is told whose body there is no room for now.
    pub fn has_no_room(&self, integration: &str) -> Refused {
        if let Some((nth, _)) = self.integration(integration) {
            self.0.tally.note(nth, Outcome::Unavailable);
        }
        Refused::Error(Error::Unavailable { retry_after: 1 })
    }

    /// Takes a webhook; returns once it is on disk, with all that follows from it.
    pub async fn take(&self, call: &Call<'_>) -> Result<Taken, Refused> {
        let now = self.now();
        let Some((nth, known)) = self.integration(call.integration) else {
            let _ = self.0.nobody.accepts(&call.proof, call.body, now);
            return Err(Refused::Unknown);
        };
        let taken = self.take_from(nth, known, call, now).await;
        self.0.tally.count(nth, &taken);
        taken
    }

    async fn take_from(
        &self,
        nth: usize,
        known: &Integration,
        call: &Call<'_>,
        now: Timestamp,
    ) -> Result<Taken, Refused> {
        if !self.0.keyring.of(nth).accepts(&call.proof, call.body, now) {
            return Err(Refused::Unproved);
        }
        let webhook_id = call.proof.signature.map(|signature| signature.id);
        let incoming = self.understand(known, call.body, webhook_id, now)?;
        let rejected = incoming.follows.rejected.clone();
        let checked = incoming.follows.checked.clone();
        // Whatever was wrong, the sender has it still and may send it again.
        let receipt = self.0.recorder.report(incoming).await.map_err(|_| {
            Refused::Error(Error::Unavailable {
                retry_after: RETRY_AFTER,
            })
        })?;
        if !receipt.is_duplicate {
            self.check_named(&checked);
        }
        Ok(Taken {
            event_id: receipt.event_id.to_string(),
            is_duplicate: receipt.is_duplicate,
            rejected,
        })
    }

    /// With its place in the configuration.
    fn integration(&self, name: &str) -> Option<(usize, &Integration)> {
        let all = self.0.setup.integrations.iter().enumerate();
        all.into_iter().find(|(_, known)| known.name == name)
    }

    /// What a body says, and what follows from it.
    fn understand(
        &self,
        from: &Integration,
        body: &[u8],
        webhook_id: Option<&str>,
        received_at: Timestamp,
    ) -> Result<Incoming, Refused> {
        let incoming = |event: String, known_by, follows| Incoming {
            integration: from.name.clone(),
            event,
            received_at,
            occurred_at: None,
            domain: None,
            body: text(body),
            known_by,
            follows,
        };
        let by_bytes = || KnownBy::Bytes(digest(body));
        match read(from.format, body) {
            Ok(report) => {
                let known_by = report.id.clone().or_else(|| webhook_id.map(|id| tame(id, 200)));
                let (domain, follows) = self.follows(from, &report.said);
                Ok(Incoming {
                    occurred_at: report.occurred_at,
                    domain,
                    ..incoming(report.event, known_by.map_or_else(by_bytes, KnownBy::Id), follows)
                })
            }
            Err(Unreadable::Wrong { field, why }) => {
                let rejected = Some(format!("{field}: {why}"));
                let follows = Follows {
                    rejected,
                    ..Follows::default()
                };
                Ok(incoming(String::new(), by_bytes(), follows))
            }
            Err(Unreadable::NotJson) => Err(Refused::NotJson),
        }
    }
}

/// The step and the reason that a webhook of the onboarding wizard names.
pub(crate) fn told(format: Format, body: &[u8]) -> (Option<String>, Option<String>) {
    match read(format, body).map(|report| report.said) {
        Ok(Said::Onboard { heard, .. }) => match heard {
            Heard::Step(step) => (Some(step), None),
            Heard::Failed { step, why } => (step, why),
            Heard::Started | Heard::Completed => (None, None),
        },
        _ => (None, None),
    }
}

/// Both databases keep it: UTF-8 without U+0000.
fn text(body: &[u8]) -> String {
    match str::from_utf8(body) {
        Ok(text) if !body.contains(&0) => text.to_owned(),
        _ => String::from_utf8_lossy(body).replace('\0', "\u{fffd}"),
    }
}

fn digest(body: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body))
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("integration", &self.integration)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
