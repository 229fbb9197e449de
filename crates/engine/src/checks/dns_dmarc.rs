//! What receivers shall do with forged mail of the domain (DMARC, RFC 9989): its own record, or that of the
//! nearest domain above it that has one.

use super::Check;
use crate::{
    Facts,
    net::dns::{Record, RecordType},
    wire::dmarc::{Dmarc, Policy},
};
use futures::FutureExt;
use model::{CheckId, Code, Group, Label, Priority, Reason, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_dmarc"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label {
        pt: "DMARC",
        en: "DMARC",
    },
    ok_when: "the domain, or the nearest domain above it that has any, has one DMARC record, whose policy for the \
              domain is quarantine or reject (`warn` when it is none or on trial, or when nothing is published: mail \
              still arrives, but forgeries do too)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let own = facts.domain.name.as_str();
    let first = facts.dns(&at(own), RecordType::TXT).await;
    let mut answer = first.clone();
    let mut above = own;
    loop {
        let texts = answer.records()?.iter().filter_map(Record::text);
        let texts: Vec<&[u8]> = texts.filter(|text| Dmarc::is_meant(text)).collect();
        let seen = answer
            .seen()
            .found(texts.iter().map(|text| String::from_utf8_lossy(text)));
        match texts.as_slice() {
            [] => {}
            [text] => {
                let dmarc = Dmarc::read(text).map_err(|why| {
                    Outcome::fail(Code::InvalidRecord, seen.clone().detail(why.to_string()))
                })?;
                let policy = if above == own {
                    dmarc.policy
                } else {
                    dmarc.subdomain_policy
                };
                return Ok(match policy {
                    Policy::None => Outcome::warn(Code::PolicyWeak, seen.because(Reason::PolicyNone)),
                    _ if dmarc.is_trial => {
                        Outcome::warn(Code::PolicyWeak, seen.because(Reason::PolicyOnTrial))
                    }
                    _ => Outcome::ok(seen),
                });
            }
            // Receivers take none of them.
            _ => return Err(Outcome::fail(Code::SeveralRecords, seen)),
        }
        let Some(next) = parent(above) else {
            return Ok(Outcome::warn(Code::NotPublished, first.seen()));
        };
        above = next;
        answer = facts.dns(&at(above), RecordType::TXT).await;
    }
}

fn at(domain: &str) -> String {
    format!("_dmarc.{domain}")
}

/// The next step of the tree walk (RFC 9989 section 4.10): one label up, and at once to seven labels from a
/// name that has more than eight.
fn parent(domain: &str) -> Option<&str> {
    let (_, mut parent) = domain.split_once('.')?;
    if domain.split('.').count() > 8 {
        while parent.split('.').count() > 7 {
            parent = parent.split_once('.')?.1;
        }
    }
    Some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_takes_eight_steps_at_most() {
        assert_eq!(parent("a.example.com"), Some("example.com"));
        assert_eq!(parent("com"), None);
        let deep = "a.b.c.d.e.f.g.h.i.example.com";
        assert_eq!(parent(deep), Some("e.f.g.h.i.example.com"));
        let mut steps = 1;
        let mut at = deep;
        while let Some(next) = parent(at) {
            at = next;
            steps += 1;
        }
        assert_eq!(steps, 8);
    }
}
