//! The mail server knows the domain as active: `carbonio prov gd {domain} zimbraDomainStatus`, or what the
//! site puts in its place.

use super::Check;
use crate::{
    Facts,
    net::host::{self, CommandFault, Said},
};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::collections::HashMap;

pub static CHECK: Check = Check {
    id: CheckId::new("carbonio_domain"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "Domínio no Carbonio",
        en: "Carbonio domain",
    },
    ok_when: "the mail server's own command calls the domain `active`; one without `{domain}` is taken for a list \
              of all, and run once for all; `skipped` where the site names none and the host has no `carbonio`",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let not_configured = || facts.not_configured("carbonio_command");
    let configured = facts.site.carbonio_command.as_deref();
    // Without any site there is no host on which the usual command would mean something.
    if configured.is_none() && facts.site.name.is_empty() {
        return Err(not_configured());
    }
    let (host, domain) = (&facts.site.host, facts.domain.name.as_str());
    let template = configured.map_or_else(|| USUAL.map(String::from).to_vec(), <[String]>::to_vec);
    if !template.iter().any(|word| word.contains(DOMAIN)) {
        return in_list(facts, &template).await;
    }
    let argv: Vec<String> = template.iter().map(|word| word.replace(DOMAIN, domain)).collect();
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    let said = match facts.asked(host, &words).await {
        Ok(said) => said,
        // A mail server of another kind.
        Err(CommandFault::DidNotRun(_)) if configured.is_none() => return Err(not_configured()),
        Err(fault) => return Err(fault.outcome(facts.ran(host, &words))),
    };
    let seen = Evidence {
        name: Some(domain.to_owned()),
        exit_code: said.exit_code,
        ..facts.ran(host, &words)
    };
    Ok(judge(&said, domain, seen))
}

/// `carbonio prov gad -v zimbraDomainStatus`: the command starts a Java machine, which for each of thousands of
/// domains would be the mail server's main work.
async fn in_list(facts: &Facts<'_>, argv: &[String]) -> Result<Outcome, Outcome> {
    let (host, domain) = (&facts.site.host, facts.domain.name.as_str());
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    let about = format!("{} {argv:?}", host::name(host));
    let listed = facts.learned(about, || async {
        let said = facts.listing(host, &words).await?;
        let listed = Listed::read(&said.output);
        if said.exit_code == Some(0) && !listed.0.is_empty() {
            return Ok(listed);
        }
        let exit_code = said.exit_code;
        Err(Outcome::unknown(
            Code::CommandFailed,
            Evidence {
                exit_code,
                ..facts.ran(host, &words)
            }
            .detail(said.words()),
        ))
    });
    let listed = listed.await.map_err(|outcome| Outcome {
        evidence: Evidence {
            name: Some(domain.to_owned()),
            ..outcome.evidence
        },
        ..outcome
    })?;
    let seen = Evidence {
        name: Some(domain.to_owned()),
        exit_code: Some(0),
        ..facts.ran(host, &words)
    };
    Ok(match listed.0.get(domain).map(String::as_str) {
        Some("active") => Outcome::ok(seen.detail("active")),
        Some("") => Outcome::unknown(Code::CommandFailed, seen),
        Some(other) => Outcome::fail(Code::DomainInactive, seen.detail(other)),
        None => Outcome::fail(Code::DomainUnknown, seen),
    })
}

/// Each domain's status by its name in lower case, as `gad -v` prints them: `# name a.example`, attributes, an
/// empty line. Empty: none was said.
struct Listed(HashMap<String, String>);

impl Listed {
    fn read(output: &str) -> Self {
        let mut listed = HashMap::new();
        let mut name = None;
        for line in output.lines().map(str::trim) {
            if let Some(next) = line.strip_prefix("# name ") {
                name = Some(next.trim().to_ascii_lowercase());
                listed.entry(name.clone().unwrap_or_default()).or_default();
            } else if let (Some(status), Some(name)) = (line.strip_prefix(STATUS), &name) {
                listed.insert(name.clone(), status.trim().to_owned());
            }
        }
        Self(listed)
    }
}

fn judge(said: &Said, domain: &str, seen: Evidence) -> Outcome {
    match status(&said.output, domain) {
        _ if said.complaint.contains(NO_SUCH_DOMAIN) || said.output.contains(NO_SUCH_DOMAIN) => {
            Outcome::fail(Code::DomainUnknown, seen.detail(NO_SUCH_DOMAIN))
        }
        _ if said.exit_code != Some(0) => Outcome::unknown(Code::CommandFailed, seen.detail(said.words())),
        Some("active") => Outcome::ok(seen.detail("active")),
        Some(other) => Outcome::fail(Code::DomainInactive, seen.detail(other)),
        None => Outcome::unknown(Code::CommandFailed, seen.detail(said.words())),
    }
}

/// The value of `zimbraDomainStatus`, where what was printed is about this domain.
fn status<'a>(output: &'a str, domain: &str) -> Option<&'a str> {
    let mut lines = output.lines().map(str::trim);
    let is_another = |line: &str| {
        line.strip_prefix("# name ")
            .is_some_and(|name| !name.trim().eq_ignore_ascii_case(domain))
    };
    if output.lines().any(is_another) {
        return None;
    }
    let value = lines.find_map(|line| line.strip_prefix(STATUS))?.trim();
    (!value.is_empty()).then_some(value)
}

const DOMAIN: &str = "{domain}";
const STATUS: &str = "zimbraDomainStatus:";
/// Where the site names no other.
const USUAL: [&str; 5] = ["carbonio", "prov", "gd", DOMAIN, "zimbraDomainStatus"];
/// As zmprov has it, on standard error: `ERROR: account.NO_SUCH_DOMAIN (no such domain: a.example)`.
const NO_SUCH_DOMAIN: &str = "account.NO_SUCH_DOMAIN";
