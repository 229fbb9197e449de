//! What runs of the checks mean for tickets: a fault that lasts is reported like any other, and good runs in a row
//! prove that it is over.

use super::{Docket, Follows, Incoming, KnownBy};
use crate::latest::Latest;
use engine::{Check, checks};
use model::{
    CheckId, DomainName, Group, Language, Patience, State, Timestamp,
    check::Priority as Rank,
    event::{Event, What},
    message,
    patience::Bearing,
    ticket::{Fault, Green, Kind, Priority, Raised, Seen},
    webhook::DESK,
};
use serde_json::json;
use std::collections::BTreeMap;
use store::{Finding, Run, Tx};

/// The faults among the events that were announced just now, one report for each domain and kind.
pub(crate) fn reports(events: &[Event], runs: &[Run], latest: &Latest) -> Vec<Incoming> {
    let mut faults: BTreeMap<(&DomainName, Kind), Vec<(&'static Check, Seen)>> = BTreeMap::new();
    for event in events {
        if let What::Announced {
            domain,
            check,
            state,
            code,
        } = &event.what
            && Bearing::of(*state, *code) == Bearing::There
            && let Some(known) = registered(check)
            && let Some(seen) = found(runs, domain, check, event.at)
        {
            let kind = kind_of(known.group);
            faults.entry((domain, kind)).or_default().push((known, seen));
        }
    }
    let reports = faults
        .into_iter()
        .map(|((domain, kind), seen)| report(domain, kind, seen, latest));
    reports.collect()
}

/// Lets whole runs count for the live tickets of their domains.
pub(crate) async fn follow_runs(
    tx: &mut Tx,
    docket: &mut Docket,
    runs: &[Run],
    patience: Patience,
) -> Result<(), store::Error> {
    let whole: Vec<&Run> = runs.iter().filter(|run| run.is_whole).collect();
    if whole.is_empty() {
        return Ok(());
    }
    let domains: Vec<&str> = whole.iter().map(|run| run.domain.as_str()).collect();
    docket.load_live(tx, &domains).await?;
    for run in whole {
        for kind in [Kind::MailTls, Kind::AdminTls] {
            let Some(case) = docket.case(&run.domain, kind) else {
                continue;
            };
            match bearing(run, kind, &case.seen) {
                Bearing::There => docket.red(&run.domain, kind),
                Bearing::Over => docket.green(&run.domain, kind, green(run, kind), patience),
                Bearing::Unclear => {}
            }
        }
    }
    Ok(())
}

/// What a run says about a ticket as a whole: one check that is red is enough; and where nobody could see again
/// what had been red (or, where nothing had been, what makes a domain ready), nothing is proved.
fn bearing(run: &Run, kind: Kind, red: &[Seen]) -> Bearing {
    let of_kind = || {
        run.findings
            .iter()
            .filter_map(|finding| Some((registered(&finding.check)?, finding)))
            .filter(|(check, _)| kind_of(check.group) == kind)
    };
    let says = |finding: &Finding| Bearing::of(finding.state, finding.code);
    if of_kind().any(|(_, finding)| says(finding) == Bearing::There) {
        return Bearing::There;
    }
    let matters = |check: &Check| {
        if red.is_empty() {
            check.priority == Rank::P1
        } else {
            red.iter().any(|seen| seen.check == check.id)
        }
    };
    let unclear = of_kind().any(|(check, finding)| matters(check) && says(finding) == Bearing::Unclear);
    if unclear { Bearing::Unclear } else { Bearing::Over }
}

fn green(run: &Run, kind: Kind) -> Green {
    let proved = run.findings.iter().filter(|finding| {
        matches!(finding.state, State::Ok | State::Warn)
            && registered(&finding.check).is_some_and(|check| kind_of(check.group) == kind)
    });
    Green {
        at: run.at,
        seen: proved.map(|finding| seen(finding, run.at)).collect(),
    }
}

fn report(
    domain: &DomainName,
    kind: Kind,
    mut faults: Vec<(&'static Check, Seen)>,
    latest: &Latest,
) -> Incoming {
    faults.sort_by_key(|(check, _)| check.priority);
    let watched = latest.domain(domain);
    let mail_host = watched
        .as_ref()
        .map_or_else(|| domain.mail_host(), |known| known.mail_host.clone());
    let at = faults.iter().map(|(_, seen)| seen.at).max().unwrap_or_default();
    let leaf = faults.iter().find_map(|(_, seen)| seen.evidence.leaf.as_ref());
    let checks: Vec<&str> = faults.iter().map(|(check, _)| check.id.as_str()).collect();
    let event = match kind {
        Kind::MailTls => "infra.mail_tls.failed",
        _ => "admin.validation.failed",
    };
    let body = json!({
        "event": event,
        "occurred_at": at,
        "data": {
            "domain": domain,
            "mail_host": mail_host,
            "cn": leaf.and_then(|leaf| leaf.cn.as_deref()),
            "sans": leaf.map(|leaf| leaf.sans.as_slice()).unwrap_or_default(),
            "checks": checks,
            "seen": faults.iter().map(|(_, seen)| seen).collect::<Vec<_>>(),
        },
    });
    Incoming {
        integration: DESK.to_owned(),
        event: event.to_owned(),
        received_at: at,
        occurred_at: Some(at),
        domain: Some(domain.clone()),
        body: body.to_string(),
        known_by: KnownBy::Nothing,
        follows: Follows {
            ticket: Some(Box::new(Raised {
                fault: Fault::of_domain(kind, domain),
                kind,
                domain: Some(domain.clone()),
                tenant: watched.and_then(|known| known.tenant),
                subject: subject(domain, &faults),
                priority: urgency(kind, &faults),
                from: None,
                seen: faults.into_iter().map(|(_, seen)| seen).collect(),
            })),
            ..Follows::default()
        },
    }
}

/// In the Desk's first language, because a ticket has one subject for all its readers.
fn subject(domain: &DomainName, faults: &[(&'static Check, Seen)]) -> String {
    let worst = faults.first();
    let said = worst.map(|(_, seen)| message::say(seen.code, &seen.evidence, Language::Pt));
    format!("{domain}: {}", said.unwrap_or_default())
}

fn urgency(kind: Kind, faults: &[(&'static Check, Seen)]) -> Priority {
    let blocks = faults.iter().any(|(check, _)| check.priority == Rank::P1);
    match (kind, blocks) {
        (Kind::MailTls, true) => Priority::High,
        (_, true) => Priority::Normal,
        (_, false) => Priority::Low,
    }
}

fn found(runs: &[Run], domain: &DomainName, check: &CheckId, at: Timestamp) -> Option<Seen> {
    let run = runs
        .iter()
        .rev()
        .find(|run| run.domain == *domain && run.at == at)?;
    let finding = run.findings.iter().find(|finding| finding.check == *check)?;
    Some(seen(finding, at))
}

fn seen(finding: &Finding, at: Timestamp) -> Seen {
    Seen {
        check: finding.check.clone(),
        at,
        state: finding.state,
        code: finding.code,
        evidence: finding.evidence.brief(),
    }
}

fn registered(id: &CheckId) -> Option<&'static Check> {
    checks::ALL.iter().copied().find(|check| check.id == *id)
}

/// What clients see of TLS is one kind; all else that the checks prove is the other.
fn kind_of(group: Group) -> Kind {
    match group {
        Group::MailTls | Group::MailStarttls | Group::CertSync | Group::TlsPolicy => Kind::MailTls,
        Group::Infra | Group::Admin | Group::MailDns => Kind::AdminTls,
    }
}
