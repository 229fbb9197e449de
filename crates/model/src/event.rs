//! What happened, as it is stored and streamed: each change once, in order.

use crate::{CheckId, Code, DomainName, State, Timestamp};
use serde::{Deserialize, Serialize};

/// One message of `GET /api/v1/stream`: `id` orders it, the kind is its SSE event name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Event {
    pub id: i64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A check changed its state (or said something for the first time, with `before` null).
    Check {
        domain: DomainName,
        check: CheckId,
        before: Option<State>,
        state: State,
        code: Code,
    },
}

impl What {
    /// The SSE event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Check { .. } => "check",
        }
    }
}
