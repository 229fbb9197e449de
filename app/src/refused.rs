//! A form that came back: what was filled in, and what is wrong with it.

use model::{Error, draft::Draft};

/// The server provides it to the form's page, which shows the form again as it was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    pub draft: Draft,
    pub error: Error,
}
