//! The renewal will happen by itself: its script can be executed, and a timer or a cron entry runs it.

use super::Check;
use crate::{Facts, net::host::FileFault, site::Renewal, wire::cron};
use futures::FutureExt;
use model::{CheckId, Code, Evidence, Group, Label, Priority, evidence::Outcome};
use std::path::Path;

pub static CHECK: Check = Check {
    id: CheckId::new("cert_renew_ready"),
    group: Group::MailTls,
    priority: Priority::P2,
    label: Label {
        pt: "Renovação",
        en: "Renewal",
    },
    ok_when: "the renewal script is executable and a systemd timer (active and enabled) or a cron entry runs it",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let script = facts
        .site
        .renew_script
        .as_deref()
        .ok_or_else(|| facts.not_configured("renew_script"))?;
    let renewal = facts
        .site
        .renewal
        .as_ref()
        .ok_or_else(|| facts.not_configured("renew_timer"))?;
    match facts.is_executable(&facts.site.host, script).await {
        Ok(true) => {}
        Ok(false) => return Ok(Outcome::fail(Code::ScriptNotExecutable, facts.at(script))),
        Err(FileFault::Missing) => return Ok(Outcome::fail(Code::ScriptMissing, facts.at(script))),
        Err(fault) => return Err(fault.outcome(&facts.site.host, script)),
    }
    match renewal {
        Renewal::Timer(unit) => timer(facts, unit).await?,
        Renewal::Cron(file) => cron(facts, file, script).await?,
    }
    Ok(Outcome::ok(facts.at(script)))
}

async fn timer(facts: &Facts<'_>, unit: &str) -> Result<(), Outcome> {
    let at = |detail: &str| {
        Evidence {
            path: Some(unit.to_owned()),
            ..facts.at(Path::new(""))
        }
        .detail(detail)
    };
    let active = facts
        .command(&facts.site.host, &["systemctl", "is-active", "--", unit])
        .await?;
    match active.first_line() {
        "active" => {}
        "inactive" | "failed" | "activating" | "deactivating" | "unknown" => {
            return Err(Outcome::fail(Code::TimerInactive, at(active.first_line())));
        }
        _ => {
            return Err(Outcome::unknown(
                Code::CommandFailed,
                at(&format!("systemctl is-active: {}", active.words())),
            ));
        }
    }
    let enabled = facts
        .command(&facts.site.host, &["systemctl", "is-enabled", "--", unit])
        .await?;
    match enabled.first_line() {
        // A static or generated unit is started by something else at every boot.
        "enabled" | "static" | "generated" | "alias" | "indirect" => Ok(()),
        "disabled" | "masked" | "linked" | "enabled-runtime" | "linked-runtime" | "masked-runtime"
        | "transient" | "bad" | "not-found" => {
            Err(Outcome::fail(Code::TimerDisabled, at(enabled.first_line())))
        }
        _ => Err(Outcome::unknown(
            Code::CommandFailed,
            at(&format!("systemctl is-enabled: {}", enabled.words())),
        )),
    }
}

async fn cron(facts: &Facts<'_>, file: &Path, script: &Path) -> Result<(), Outcome> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let table = facts.parsed(&facts.site.host, file, MOST_CRON, text).await?;
    if cron::runs(&table, &script.to_string_lossy()) {
        Ok(())
    } else {
        Err(Outcome::fail(Code::CronLacksScript, facts.at(file)))
    }
}

const MOST_CRON: u64 = 256 * 1024;
