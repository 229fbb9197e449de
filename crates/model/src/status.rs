//! A domain's status: its steps in the registry's order, and whether that makes it ready.

use crate::{
    CheckId, Code, Domain, DomainName, Evidence, Group, Label, Language, Priority, State, Timestamp, hint,
    message,
};
use serde::{Deserialize, Serialize};

/// One check's answer for one domain, before it is put into words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub id: CheckId,
    pub group: Group,
    pub priority: Priority,
    pub label: Label,
    pub state: State,
    pub code: Code,
    pub evidence: Evidence,
    pub checked_at: Timestamp,
    pub duration_ms: u32,
    /// `None` for a run that is not stored anywhere, as the command line's.
    pub standing: Option<Standing>,
}

/// A step's past, as far as its runs were stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// When the step's state began.
    pub since: Timestamp,
    /// Whether a fault stands that was announced: it failed several times in a row, and has not been well as
    /// often since. A step that fails without it is *failing*: shown at once, and perhaps gone the next time.
    pub announced: bool,
}

impl Step {
    /// The contract's JSON of a step, in the reader's language.
    pub fn say(&self, language: Language) -> SpokenStep {
        SpokenStep {
            id: self.id.clone(),
            group: self.group,
            priority: self.priority,
            label: self.label.in_language(language).to_owned(),
            state: self.state,
            ok: self.state.ok(),
            code: self.code,
            message: message::say(self.code, &self.evidence, language),
            hint: hint::say(self.code, &self.evidence, language),
            evidence: self.evidence.clone(),
            checked_at: self.checked_at,
            duration_ms: self.duration_ms,
            standing: self.standing,
        }
    }
}

/// A step as people and programs read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpokenStep {
    pub id: CheckId,
    pub group: Group,
    pub priority: Priority,
    pub label: String,
    pub state: State,
    pub ok: Option<bool>,
    pub code: Code,
    pub message: String,
    pub hint: String,
    pub evidence: Evidence,
    pub checked_at: Timestamp,
    pub duration_ms: u32,
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// A domain's status as the contract has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    pub domain: DomainName,
    pub mail_host: DomainName,
    pub site: String,
    pub ready: bool,
    pub admin_ready: bool,
    pub mail_tls_ready: bool,
    /// The latest of its steps; null before the first run.
    pub checked_at: Option<Timestamp>,
    pub steps: Vec<SpokenStep>,
}

impl Status {
    pub fn new(domain: &Domain, steps: &[Step], language: Language) -> Self {
        Self {
            domain: domain.name.clone(),
            mail_host: domain.mail_host.clone(),
            site: domain.site.clone(),
            ready: ready(steps),
            admin_ready: group_ready(steps, Group::Admin),
            mail_tls_ready: group_ready(steps, Group::MailTls),
            checked_at: steps.iter().map(|step| step.checked_at).max(),
            steps: steps.iter().map(|step| step.say(language)).collect(),
        }
    }
}

/// At least one P1 step ran, and every P1 step that is not skipped is ok or warn.
pub fn ready(steps: &[Step]) -> bool {
    all_good(steps.iter().filter(|step| step.priority == Priority::P1))
}

/// The same of all steps of a group, whatever their priority.
pub fn group_ready(steps: &[Step], group: Group) -> bool {
    all_good(steps.iter().filter(|step| step.group == group))
}

/// At least one of the steps ran, and none that ran is anything but ok or warn.
pub fn proved(steps: &[Step]) -> bool {
    all_good(steps.iter())
}

fn all_good<'a>(steps: impl Iterator<Item = &'a Step>) -> bool {
    let mut ran = false;
    for step in steps {
        match step.state.ok() {
            Some(true) => ran = true,
            Some(false) => return false,
            None => {}
        }
    }
    ran
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(priority: Priority, group: Group, state: State) -> Step {
        Step {
            id: CheckId::new("x"),
            group,
            priority,
            label: Label { pt: "x", en: "x" },
            state,
            code: Code::Ok,
            evidence: Evidence::default(),
            checked_at: Timestamp(0),
            duration_ms: 0,
            standing: None,
        }
    }

    #[test]
    fn ready_needs_a_proof_of_every_p1_step_and_nothing_of_p2() {
        use {Group::MailTls, Priority::*, State::*};
        assert!(!ready(&[]), "nothing ran");
        assert!(
            !ready(&[step(P1, MailTls, Skipped), step(P2, MailTls, Ok)]),
            "no P1 ran"
        );
        assert!(ready(&[
            step(P1, MailTls, Ok),
            step(P1, MailTls, Skipped),
            step(P1, MailTls, Warn)
        ]));
        assert!(ready(&[step(P1, MailTls, Ok), step(P2, MailTls, Fail)]));
        assert!(!ready(&[step(P1, MailTls, Ok), step(P1, MailTls, Unknown)]));
        assert!(!group_ready(
            &[step(P1, MailTls, Ok), step(P2, MailTls, Fail)],
            MailTls
        ));
        assert!(
            !group_ready(&[step(P1, MailTls, Ok)], Group::Admin),
            "no admin step ran"
        );
    }
}
