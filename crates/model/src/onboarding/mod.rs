//! How a customer's domain comes in: what the wizard of the mail server says of it, and what is proved in the end.
//!
//! ```text
//!  started ─> dns ─> certificate ─> mailboxes ─> completed ─> proved
//!     │        └───────── the wizard's own steps ───┘             └─ by the Desk's own checks
//!     └─> failed: a ticket, until a later step shows that it goes on
//! ```

mod progress;

pub use progress::{Failure, Heard, Met, Progress};

use crate::{CheckId, DomainName, State, Timestamp, mask};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How far a domain has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OnboardingStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The wizard has begun.
    Started,
    /// It is at one of its own steps.
    Step,
    /// It says that it is done.
    Completed,
    /// The Desk's own checks have found the domain ready since.
    Proved,
    /// It has stopped.
    Failed,
}

impl Stage {
    pub const ALL: [Self; 5] = [
        Self::Started,
        Self::Step,
        Self::Completed,
        Self::Proved,
        Self::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Step => "step",
            Self::Completed => "completed",
            Self::Proved => "proved",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `GET /api/v1/onboard/funnel`: how many have come how far, and where each stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// From `started` over the wizard's steps, in the order in which domains meet them, to `proved`.
    pub stages: Vec<Count>,
    /// How many have stopped, wherever.
    pub failed: usize,
    /// Where each domain stands, those that are stuck first; null for who sees counts alone.
    pub items: Option<Vec<Onboarding>>,
    pub next_cursor: Option<String>,
}

/// One stage of the funnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OnboardingCount))]
pub struct Count {
    pub stage: Stage,
    /// The wizard's own word, where `stage` is `step`.
    pub step: Option<String>,
    /// How many have come this far or farther.
    pub reached: usize,
    /// How many stand here and go on.
    pub here: usize,
    /// How many have stopped here.
    pub failed: usize,
}

/// Where a domain stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Onboarding {
    pub domain: DomainName,
    pub tenant: Option<String>,
    pub stage: Stage,
    /// The wizard's last step, in its own words.
    pub step: Option<String>,
    /// When it came to this stage.
    pub since: Timestamp,
    /// It has failed, or has not moved for a day without being proved.
    pub stuck: bool,
    /// Whether the Desk checks the domain.
    pub watched: bool,
    pub waits_for: Wait,
    /// The last event about it.
    pub event_id: String,
}

/// What would bring a domain on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OnboardingWait))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Wait {
    /// The wizard: the step that other domains met next, or null where its end is next.
    Wizard {
        next: Option<String>,
    },
    /// Somebody who mends what has stopped it.
    Repair {
        why: Option<String>,
        /// The number of the ticket.
        ticket: Option<i64>,
    },
    /// Proof: the P1 checks that are not green, or none where they have yet to run since the wizard's end.
    Checks {
        checks: Vec<NotGreen>,
    },
    /// Somebody who has the Desk watch it: nothing is green without evidence.
    Watching,
    Nothing,
}

/// A check without which a domain is not ready.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotGreen {
    pub check: CheckId,
    pub label: String,
    /// Null before its first run.
    pub state: Option<State>,
}

/// `GET /api/v1/onboard/domains/{domain}`: where it stands, and how it came there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OnboardingStory))]
pub struct Story {
    #[serde(flatten)]
    pub onboarding: Onboarding,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// Oldest first, those of earlier rounds too.
    pub events: Vec<Told>,
}

/// One event of the wizard's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OnboardingEvent))]
pub struct Told {
    pub event_id: String,
    /// Such as `onboard.step`.
    #[serde(rename = "type")]
    pub event: String,
    /// By the wizard's clock where it says so, and never later than it came in.
    pub at: Timestamp,
    pub received_at: Timestamp,
    pub step: Option<String>,
    /// Why it failed.
    pub why: Option<String>,
    /// The number of the ticket that it opened or joined.
    pub ticket: Option<i64>,
}

/// A customer: `GET /api/v1/tenants`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tenant {
    pub name: String,
    /// How many of its domains are watched.
    pub domains: usize,
    /// How many of these are ready.
    pub ready: usize,
    pub open_tickets: i64,
}

/// One page of them, by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tenants {
    pub items: Vec<Tenant>,
    pub next_cursor: Option<String>,
}

impl Funnel {
    /// Takes out the names of people that a step may hold; masking knows names only when it is told them.
    pub fn hide_names(&mut self, names: &[String]) {
        for step in self.stages.iter_mut().filter_map(|count| count.step.as_mut()) {
            *step = mask::names(step, names);
        }
    }
}
