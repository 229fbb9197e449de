//! The board and a domain's card: what the pages show, already in the reader's language.

use crate::{
    CheckId, Domain, DomainName, Group, Leaf, Priority, SpokenStep, State, Status, Timestamp, truths::Truths,
};
use serde::{Deserialize, Serialize};

/// The page `/`: the matrix, broken rows first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Board {
    pub columns: Vec<Column>,
    /// Every row; of more than [`MOST_ROWS`] the first that the filter keeps.
    pub rows: Vec<Row>,
    /// How many more the filter keeps.
    pub left_out: usize,
    pub figures: Figures,
    pub sites: Vec<String>,
    /// The newest event that the rows already show: where a live page resumes.
    pub last_event: i64,
}

/// More than anybody reads at once, and still a small page.
pub const MOST_ROWS: usize = 500;

impl Board {
    /// Whether some rows are not there, so that a wider filter has to be asked for.
    pub fn is_cut(&self) -> bool {
        self.figures.domains > MOST_ROWS
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    pub id: CheckId,
    pub group: Group,
    pub priority: Priority,
    pub label: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Row {
    pub domain: DomainName,
    pub mail_host: DomainName,
    pub site: String,
    pub tenant: Option<String>,
    pub verdict: Verdict,
    /// The worst step's message: the one sentence that says what is wrong. Empty when nothing is.
    pub fault: String,
    pub fault_check: Option<CheckId>,
    /// One per column; `None` before the first run of that check.
    pub cells: Vec<Option<Cell>>,
    /// Since when the worst step has been in its state.
    pub since: Option<Timestamp>,
    pub checked_at: Option<Timestamp>,
    /// The earliest `not_after` among the leaves seen.
    pub expires_at: Option<Timestamp>,
}

impl Row {
    /// What [`Filter::q`] looks through, in lower case.
    pub fn names(&self) -> String {
        names(&self.domain, &self.mail_host, self.tenant.as_deref())
    }
}

fn names(domain: &DomainName, mail_host: &DomainName, tenant: Option<&str>) -> String {
    format!("{domain} {mail_host} {}", tenant.unwrap_or_default()).to_lowercase()
}

/// One check of one domain, as a cell shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cell {
    pub state: State,
    /// Whether a fault of this check was announced and is not over yet.
    pub announced: bool,
}

impl Cell {
    /// It fails, but not often enough in a row to be announced.
    pub fn is_failing(self) -> bool {
        self.state == State::Fail && !self.announced
    }
}

/// What of the board is wanted. Every part narrows; the default shows all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Part of the domain's, mail host's or tenant's name.
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub site: Option<String>,
    #[serde(default)]
    pub state: Option<Verdict>,
}

impl Filter {
    /// The one rule of the server and of the browser as one types; `names` are [`Row::names`].
    pub fn keeps(&self, names: &str, site: &str, verdict: Verdict) -> bool {
        self.state.is_none_or(|state| state == verdict)
            && self.site.as_deref().is_none_or(|wanted| wanted == site)
            && names.contains(&self.q.trim().to_lowercase())
    }

    /// The same before there is a row. Names are put together only where they are looked through.
    pub fn keeps_domain(&self, domain: &Domain, verdict: Verdict) -> bool {
        let names = if self.q.trim().is_empty() {
            String::new()
        } else {
            names(&domain.name, &domain.mail_host, domain.tenant.as_deref())
        };
        self.keeps(&names, &domain.site, verdict)
    }
}

/// What a row says in one word. The order is that of the board.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A P1 step is proved wrong.
    Fail,
    /// No P1 step failed, but one could not be determined.
    Unknown,
    /// Ready, and something wants a look.
    Warn,
    /// No check has run yet.
    Pending,
    /// Proved.
    Ready,
}

impl Verdict {
    pub const ALL: [Self; 5] = [Self::Fail, Self::Unknown, Self::Warn, Self::Pending, Self::Ready];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Pending => "pending",
            Self::Ready => "ready",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// The figures above the board, counted over all domains, whatever the filter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    pub domains: usize,
    pub ready: usize,
    pub fail: usize,
    pub unknown: usize,
    pub warn: usize,
    pub pending: usize,
    pub next_expiry: Option<Expiry>,
    pub checked_at: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expiry {
    pub at: Timestamp,
    pub domain: DomainName,
}

/// `GET /api/v1/desk/overview`: how everything is, in figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    #[serde(flatten)]
    pub figures: Figures,
    /// Tickets that want somebody's attention.
    pub open_tickets: i64,
}

/// `GET /api/v1/desk/domains/{domain}` and the page of a domain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Card {
    #[serde(flatten)]
    pub status: Status,
    pub tenant: Option<String>,
    pub aliases: Vec<DomainName>,
    pub verdict: Verdict,
    pub truths: Truths,
    /// The leaves of the four columns of the TLS card that exist.
    pub history: Vec<Strip>,
    pub last_event: i64,
    /// When this answer was made: what "ago" counts from.
    pub now: Timestamp,
}

/// One check's last 24 hours, as spans of one state each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Strip {
    pub check: CheckId,
    pub label: String,
    pub spans: Vec<Span>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
    /// `None`: not known, the Desk was not watching.
    pub state: Option<State>,
}

/// The panel beside the board: one step of one domain with all that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Detail {
    pub domain: DomainName,
    pub mail_host: DomainName,
    pub step: SpokenStep,
    pub since: Option<Timestamp>,
    pub truths: Truths,
    pub strip: Strip,
    /// The one command that reproduces what the Desk saw.
    pub reproduce: Option<String>,
    pub now: Timestamp,
}

impl Detail {
    pub fn leaf(&self) -> Option<&Leaf> {
        self.step.evidence.leaf.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_filter_keeps_every_row_and_each_part_narrows() {
        let keeps = |q: &str, site: Option<&str>, state| {
            let filter = Filter {
                q: q.to_owned(),
                site: site.map(str::to_owned),
                state,
            };
            filter.keeps(
                "betinsport.example mail.betinsport.example jogos do sul",
                "vm112",
                Verdict::Fail,
            )
        };
        assert!(keeps("", None, None));
        assert!(keeps("  MAIL.betin ", Some("vm112"), Some(Verdict::Fail)));
        assert!(keeps("Jogos do", None, None));
        assert!(!keeps("norte", None, None));
        assert!(!keeps("", Some("vm113"), None));
        assert!(!keeps("", None, Some(Verdict::Ready)));
    }
}
