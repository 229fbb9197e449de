//! Running checks because a person asked.

#![expect(clippy::unused_async, reason = "a server function is async in the browser")]

use crate::{door::Door, fault::Fault};
use leptos::prelude::*;
use model::{CheckId, DomainName};

/// All checks of a domain, or one of them; answers once they have run.
#[server(prefix = "/calls", endpoint = "run_checks")]
pub async fn run_checks(domain: DomainName, check: Option<CheckId>) -> Result<(), Fault> {
    let Door { desk, who, .. } = Door::open()?;
    answered(desk.check_now(&who, &domain, check.as_ref()).await)
}

/// Every domain, in the background.
#[server(prefix = "/calls", endpoint = "run_all_checks")]
pub async fn run_all_checks() -> Result<(), Fault> {
    let Door { desk, who, .. } = Door::open()?;
    answered(desk.check_all_now(&who))
}

/// A script gets the fault's status; a plain form is sent back to its page, which shows the fault.
fn answered(result: model::Result<()>) -> Result<(), Fault> {
    result.map_err(|error| {
        let fault = Fault(error);
        let accepts_html = use_context::<http::request::Parts>().is_some_and(|parts| {
            let accept = parts
                .headers
                .get(http::header::ACCEPT)
                .and_then(|value| value.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        });
        if !accepts_html {
            fault.answer();
        }
        fault
    })
}
