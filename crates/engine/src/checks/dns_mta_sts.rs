//! Senders are told to deliver over TLS alone, and to whom (MTA-STS, RFC 8461): a record announces the policy,
//! and the policy's page names the domain's mail servers.

use super::Check;
use crate::{
    Facts,
    net::{
        dns::{Record, RecordType},
        http::{Page, Web},
    },
    wire::mta_sts::{self, Mode, Policy},
};
use futures::FutureExt;
use model::{
    CheckId, Code, DomainName, Endpoint, Evidence, Group, Label, Priority, Reason, State, evidence::Outcome,
};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_mta_sts"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label {
        pt: "MTA-STS",
        en: "MTA-STS",
    },
    ok_when: "`_mta-sts` of the domain has one MTA-STS record, and the policy at https://mta-sts.{domain} (at the \
              site's `mta_sts` or its own address) comes as text/plain over a valid certificate, is enforced and covers \
              every MX (`warn` where nothing is published, and where the mode is testing or none)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let domain = facts.domain.name.as_str();
    let announced = facts.dns(&format!("_mta-sts.{domain}"), RecordType::TXT).await;
    let texts = announced.records()?.iter().filter_map(Record::text);
    let texts: Vec<&[u8]> = texts.filter(|text| mta_sts::is_meant(text)).collect();
    let seen = announced
        .seen()
        .found(texts.iter().map(|text| String::from_utf8_lossy(text)));
    let text = match texts.as_slice() {
        [] => return Ok(Outcome::warn(Code::NotPublished, seen)),
        [text] => text,
        // Senders take none of them (section 3.1).
        _ => return Err(Outcome::fail(Code::SeveralRecords, seen)),
    };
    if let Err(why) = mta_sts::id(text) {
        return Err(Outcome::fail(Code::InvalidRecord, seen.detail(why.to_string())));
    }

    let (policy, at_page) = policy(facts).await?;
    let mx = facts.dns(domain, RecordType::MX).await;
    let exchanges = mx.demanded()?.iter().filter_map(Record::exchange);
    let uncovered: Vec<String> = exchanges
        .filter(|(_, host)| !policy.covers(host))
        .map(|(_, host)| host.to_owned())
        .collect();
    let at_page = Evidence {
        expected: uncovered,
        ..at_page.found(&policy.mx)
    };
    Ok(match policy.mode {
        Mode::None => Outcome::warn(Code::PolicyWeak, seen.because(Reason::PolicyNone)),
        Mode::Enforce if !at_page.expected.is_empty() => Outcome::fail(Code::PolicyMismatch, at_page),
        // Nothing is lost yet, and something would be.
        Mode::Testing if !at_page.expected.is_empty() => Outcome::warn(Code::PolicyMismatch, at_page),
        Mode::Testing => Outcome::warn(Code::PolicyWeak, seen.because(Reason::PolicyOnTrial)),
        Mode::Enforce => Outcome::ok(Evidence {
            url: at_page.url,
            endpoint: at_page.endpoint,
            ..seen
        }),
    })
}

/// The policy, and where it was found.
async fn policy(facts: &Facts<'_>) -> Result<(Policy, Evidence), Outcome> {
    let web = server(facts).await?;
    let (certificate, fetched) = facts.judged_page(&web, PATH).await;
    let seen = web.seen(PATH);
    match certificate.state {
        State::Ok | State::Warn => {}
        _ => {
            return Err(Outcome {
                evidence: Evidence {
                    url: seen.url,
                    ..certificate.evidence
                },
                ..certificate
            });
        }
    }
    let page = fetched.map_err(|ended| ended.outcome(seen))?;
    let seen = page.seen(&web);
    if let Some(why) = unusable(&page) {
        return Err(Outcome::fail(Code::PolicyUnavailable, seen.detail(why)));
    }
    match Policy::read(&page.body) {
        Ok(policy) => Ok((policy, seen)),
        Err(why) => Err(Outcome::fail(Code::PolicyInvalid, seen.detail(why.to_string()))),
    }
}

async fn server(facts: &Facts<'_>) -> Result<Web, Outcome> {
    let host = format!("mta-sts.{}", facts.domain.name);
    let too_long = || Outcome::fail(Code::NoSuchName, Evidence::default().detail(&host));
    let name = DomainName::parse(&host).map_err(|_| too_long())?;
    let endpoint = match facts.site.mta_sts.clone() {
        Some(endpoint) => endpoint,
        None => own(facts, &host).await?,
    };
    Ok(Web {
        endpoint,
        name,
        port: 443,
    })
}

async fn own(facts: &Facts<'_>, host: &str) -> Result<Endpoint, Outcome> {
    let addresses = facts.addresses(host).await?;
    let first = addresses.all.first().map(ToString::to_string).unwrap_or_default();
    Endpoint::new(&first, 443).map_err(|_| Outcome::unknown(Code::DnsFailed, addresses.seen))
}

/// Why senders would not take the page (section 3.3): they follow no redirect, and want text.
fn unusable(page: &Page) -> Option<String> {
    let kind = page.content_type.as_deref().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if page.status != 200 {
        Some(format!("HTTP {}", page.status))
    } else if page.is_cut || page.body.len() > MOST_POLICY {
        Some(format!("> {} kB", MOST_POLICY / 1024))
    } else if !kind.eq_ignore_ascii_case("text/plain") {
        Some(format!("Content-Type: {kind}"))
    } else {
        None
    }
}

const PATH: &str = "/.well-known/mta-sts.txt";
/// Section 3.2 lets senders stop there.
const MOST_POLICY: usize = 64 * 1024;
