//! The mail server knows the domain as active: `carbonio prov gd {domain} zimbraDomainStatus`, or what the
//! site puts in its place.

use super::Check;
use crate::{
    Facts,
    net::host::{CommandFault, Said},
};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("carbonio_domain"),
    group: Group::Infra,
    priority: Priority::P1,
    label: Label {
        pt: "Domínio no Carbonio",
        en: "Carbonio domain",
    },
    ok_when: "the mail server's own command calls the domain `active`; `skipped` where the site names none \
              and the host has no `carbonio`",
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
    let argv: Vec<String> = template
        .iter()
        .map(|word| word.replace("{domain}", domain))
        .collect();
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
    let value = lines
        .find_map(|line| line.strip_prefix("zimbraDomainStatus:"))?
        .trim();
    (!value.is_empty()).then_some(value)
}

/// Where the site names no other.
const USUAL: [&str; 5] = ["carbonio", "prov", "gd", "{domain}", "zimbraDomainStatus"];
/// As zmprov has it, on standard error: `ERROR: account.NO_SUCH_DOMAIN (no such domain: a.example)`.
const NO_SUCH_DOMAIN: &str = "account.NO_SUCH_DOMAIN";
