//! Mail for the domain comes to the mail host: its MX leads there (RFC 5321 section 5.1), and the mail host
//! has an address, one that the site expects where it names any.

use super::Check;
use crate::{
    Facts,
    facts::Addresses,
    net::dns::{Answer, Record, RecordType},
};
use futures::{FutureExt, future::join};
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_mail"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label { pt: "DNS", en: "DNS" },
    ok_when: "an MX of the domain is the mail host (or one of the site's `mx`) and no other is preferred to it, and the \
              mail host has an address, which is one of `expected_addresses` where the site names any (`warn` when a \
              foreign MX is preferred, or some of the addresses are not expected)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    // Without any site a mail host's ports are judged as they are, wherever its mail goes.
    if facts.site.name.is_empty() {
        return Err(Outcome::skipped("sites"));
    }
    let host = facts.domain.mail_host.as_str();
    let (mx, addresses) = join(
        facts.dns(facts.domain.name.as_str(), RecordType::MX),
        facts.addresses(host),
    )
    .await;
    let wanted: Vec<&str> = [host]
        .into_iter()
        .chain(facts.site.mx.iter().map(AsRef::as_ref))
        .collect();
    let foreign_first = exchanges(&mx, &wanted)?;
    let addresses = addresses?;
    let strangers = reaches(facts, &addresses)?;

    if foreign_first {
        return Ok(Outcome::warn(Code::WrongRecord, expecting(mx.seen(), &wanted)));
    }
    if strangers {
        let expected = &facts.site.expected_addresses;
        return Ok(Outcome::warn(
            Code::WrongRecord,
            expecting(addresses.seen, expected),
        ));
    }
    Ok(Outcome::ok(Evidence {
        found: [mx.seen().found, addresses.seen.found].concat(),
        ..mx.seen()
    }))
}

/// Whether another host is preferred to every wanted one; `Err` where none of the wanted is among them.
fn exchanges(mx: &Answer, wanted: &[&str]) -> Result<bool, Outcome> {
    let exchanges: Vec<_> = mx.demanded()?.iter().filter_map(Record::exchange).collect();
    let (ours, foreign): (Vec<_>, Vec<_>) = exchanges.iter().partition(|(_, name)| wanted.contains(name));
    let best = |of: Vec<(u16, &str)>| of.iter().map(|(preference, _)| *preference).min();
    match (best(ours), best(foreign)) {
        (None, _) => Err(Outcome::fail(Code::WrongRecord, expecting(mx.seen(), wanted))),
        (Some(ours), foreign) => Ok(foreign.is_some_and(|foreign| foreign < ours)),
    }
}

/// Whether some of the addresses are not expected; `Err` where none is.
fn reaches(facts: &Facts<'_>, addresses: &Addresses) -> Result<bool, Outcome> {
    let expected = &facts.site.expected_addresses;
    if expected.is_empty() {
        return Ok(false);
    }
    let strangers = addresses
        .all
        .iter()
        .filter(|address| !expected.contains(address))
        .count();
    if strangers < addresses.all.len() {
        return Ok(strangers > 0);
    }
    // The expected one may be among those that could not be asked for.
    if let Some(unknown) = &addresses.unknown {
        return Err(unknown.clone());
    }
    Err(Outcome::fail(
        Code::WrongRecord,
        expecting(addresses.seen.clone(), expected),
    ))
}

fn expecting<T: ToString>(seen: Evidence, expected: &[T]) -> Evidence {
    Evidence {
        expected: expected.iter().map(T::to_string).collect(),
        ..seen
    }
}
