//! `[tickets]`: how much patience a ticket takes.

use super::value::whole;
use model::Patience;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Tickets {
    /// Failing runs of a check in a row before a ticket.
    #[serde(deserialize_with = "whole::within::<1, 1000, _>")]
    pub(crate) open_after: u32,
    /// Good runs in a row before it is closed.
    #[serde(deserialize_with = "whole::within::<1, 1000, _>")]
    pub(crate) close_after: u32,
}

impl Tickets {
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            open_after: self.open_after,
            close_after: self.close_after,
        }
    }
}

impl Default for Tickets {
    fn default() -> Self {
        let Patience {
            open_after,
            close_after,
        } = Patience::default();
        Self {
            open_after,
            close_after,
        }
    }
}
