//! One question about TLS, asked at every door of a site where TLS is spoken: the gravest answer is the step's.

use crate::{Facts, Starttls};
use futures::future::join_all;
use model::{Endpoint, State, evidence::Outcome};

/// A door, and what is spoken there before TLS.
pub(super) type Door<'a> = (&'a Endpoint, Option<Starttls>);

/// Of answers of equal weight the first counts: the doors stand in the order in which mail clients use them.
/// `Err` is an answer too, for whoever needs something that a door did not give.
pub(super) async fn gravest<'a, F>(facts: &'a Facts<'a>, ask: impl Fn(Door<'a>) -> F) -> Outcome
where
    F: Future<Output = Result<Outcome, Outcome>> + 'a,
{
    let site = facts.site;
    let doors = [
        (&site.imaps, None),
        (&site.smtps, None),
        (&site.submission, Some(Starttls::Smtp)),
        (&site.imap, Some(Starttls::Imap)),
        (&site.smtp, Some(Starttls::Smtp)),
        (&site.https, None),
        (&site.admin, None),
    ];
    let doors = doors
        .into_iter()
        .filter_map(|(endpoint, starttls)| Some((endpoint.as_ref()?, starttls)));
    let answers = join_all(doors.map(ask)).await;
    let answers: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap_or_else(|outcome| outcome))
        .collect();
    let everywhere: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.evidence.endpoint.clone())
        .collect();
    let gravest = answers
        .into_iter()
        .reduce(|gravest, next| if next.state > gravest.state { next } else { gravest });
    let Some(mut gravest) = gravest else {
        return facts.not_configured("imaps");
    };
    if gravest.state == State::Ok {
        gravest.evidence = gravest.evidence.found(everywhere);
    }
    gravest
}
