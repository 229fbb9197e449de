//! Reads what people write into tickets, and says which field is wrong and why.

use super::wrong;
use model::{
    DomainName, Language, Result,
    evidence::tame,
    ticket::{Draft, Edit, Kind, NewTicket, Priority, TicketChanges},
};

pub(super) fn new_ticket(new: &NewTicket, language: Language) -> Result<Draft> {
    let domain = new
        .domain
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let domain = domain.map(|text| {
        DomainName::from_typed(text).map_err(|why| {
            let why = why.say(language);
            let (pt, en) = (
                format!("não é um nome de domínio: {why}"),
                format!("it is not a domain name: {why}"),
            );
            wrong("domain", language, &pt, &en)
        })
    });
    let written = new.body.as_deref().filter(|text| !text.trim().is_empty());
    Ok(Draft {
        subject: subject(&new.subject, language)?,
        body: written.map(|text| body("body", text, language)).transpose()?,
        priority: new.priority.unwrap_or(Priority::Normal),
        domain: domain.transpose()?,
        kind: new.kind.unwrap_or(Kind::Manual),
    })
}

pub(super) fn changes(wanted: TicketChanges, language: Language) -> Result<Edit> {
    let text = wanted.subject.map(|text| subject(&text, language));
    Ok(Edit {
        status: wanted.status,
        priority: wanted.priority,
        assigned_to: wanted.assigned_to,
        subject: text.transpose()?,
    })
}

/// Line breaks stay; other control characters do not.
pub(super) fn body(field: &str, text: &str, language: Language) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong(field, language, "está vazio", "it is empty"));
    }
    if text.chars().count() > LONGEST_BODY {
        return Err(wrong(
            field,
            language,
            "no máximo 20.000 caracteres",
            "at most 20,000 characters",
        ));
    }
    let lines = text.lines().map(|line| tame(line, LONGEST_BODY));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn subject(text: &str, language: Language) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong("subject", language, "está vazio", "it is empty"));
    }
    if text.chars().count() > LONGEST_SUBJECT {
        return Err(wrong(
            "subject",
            language,
            "no máximo 200 caracteres",
            "at most 200 characters",
        ));
    }
    Ok(tame(text, LONGEST_SUBJECT))
}

const LONGEST_SUBJECT: usize = 200;
const LONGEST_BODY: usize = 20_000;
