//! Tickets: one for each fault, from the moment it is known until it is proved to be gone.
//!
//! ```text
//!            raise                   green often enough, untouched by people
//!  (fault) ────────> open ──────────────────────────────────────────> resolved
//!                     │ ^ └─ raise again: occurrences + 1                 │
//!          a person   │ └──────────── raise within a day ────────────────┘
//!                     v
//!          in_progress, waiting: the recovery is noted, a person resolves
//! ```

mod draft;
mod life;
mod timeline;
mod view;

pub use draft::{Assignee, Draft, NewComment, NewTicket, TicketChanges};
pub use life::{Case, Edit, Green, Raised, Seen};
pub use timeline::{Entry, Moment};
pub use view::{Narrowed, View, Views};

use crate::{DomainName, Timestamp, mask};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A ticket as lists show it and programs read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Never guessed, never used again.
    pub id: String,
    /// What people call it: 1, 2, 3 …, never used again.
    pub number: i64,
    pub kind: Kind,
    pub domain: Option<DomainName>,
    pub tenant: Option<String>,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    /// A username.
    pub assigned_to: Option<String>,
    /// How often the fault was reported.
    pub occurrences: i64,
    pub created_at: Timestamp,
    /// When anything of it changed last.
    pub updated_at: Timestamp,
    /// When the fault was reported last.
    pub last_seen_at: Timestamp,
    /// Raised by every change that a person could overwrite; the `ETag`.
    pub version: i64,
}

/// A ticket with all that happened to it, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketCard {
    #[serde(flatten)]
    pub ticket: Ticket,
    /// What the Desk's own checks saw red since it was opened, each as it was seen last.
    pub seen: Vec<Seen>,
    pub timeline: Vec<Entry>,
}

/// One page of tickets, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tickets {
    pub items: Vec<Ticket>,
    pub next_cursor: Option<String>,
}

impl Ticket {
    /// Takes out the names of people that its subject may hold; masking knows addresses by their form, but names
    /// only when it is told them.
    pub fn hide_names(&mut self, names: &[String]) {
        self.subject = mask::names(&self.subject, names);
    }
}

impl TicketCard {
    pub fn hide_names(&mut self, names: &[String]) {
        self.ticket.hide_names(names);
        for entry in &mut self.timeline {
            if let Moment::Subject { before, after } = &mut entry.what {
                *before = mask::names(before, names);
                *after = mask::names(after, names);
            }
        }
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        $(#[$doc])*
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What a ticket is about.
    #[cfg_attr(feature = "openapi", schema(as = TicketKind))]
    Kind {
        /// The TLS that mail clients see.
        MailTls = "mail_tls",
        /// What else the checks prove: administration, webmail, routes, DNS.
        AdminTls = "admin_tls",
        Onboarding = "onboarding",
        /// An alert of Wazuh's.
        Security = "security",
        /// The relay for the Desk's own mail.
        MailRelay = "mail_relay",
        /// A person opened it.
        Manual = "manual",
    }
}

impl Kind {
    /// Whether the Desk's own checks can prove that the fault is gone.
    pub fn is_checked(self) -> bool {
        matches!(self, Self::MailTls | Self::AdminTls)
    }
}

words! {
    #[cfg_attr(feature = "openapi", schema(as = TicketStatus))]
    Status {
        Open = "open",
        InProgress = "in_progress",
        /// For somebody else.
        Waiting = "waiting",
        /// The fault is gone.
        Resolved = "resolved",
        /// Nobody will look at it again.
        Closed = "closed",
    }
}

impl Status {
    /// Whether its fault still has this ticket: a fault has at most one such.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::InProgress | Self::Waiting)
    }
}

words! {
    /// How soon a person should look, least first.
    #[cfg_attr(feature = "openapi", schema(as = TicketPriority))]
    Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

/// What one ticket stands for: a kind with a domain, or with a rule and an agent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fault(String);

impl Fault {
    pub fn of_domain(kind: Kind, domain: &DomainName) -> Self {
        Self(format!("{kind} {domain}"))
    }

    /// Agents are named by strangers; a tab is in none of their names (they are tamed).
    pub fn of_rule(rule: &str, agent: &str) -> Self {
        Self(format!("{}\t{rule}\t{agent}", Kind::Security))
    }

    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
