//! A form that came back: what was filled in, and what is wrong with it.

use model::{Error, draft::Draft};

/// The server provides it to the form's page, which shows the form again as it was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub draft: Draft,
    pub written: Written,
    pub error: Error,
}

/// What was written into a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    pub subject: String,
    pub body: String,
    pub domain: String,
}

impl Refused {
    /// A form with nothing in it that would have to be written again.
    pub fn because(error: Error) -> Self {
        Self {
            draft: Draft::default(),
            written: Written::default(),
            error,
        }
    }
}
