//! The Desk's own form of a webhook: `{ "event", "id"?, "occurred_at"?, "data": {…} }`, or the payload's keys beside
//! `event`.

use super::report::{Keys, Report, Said, Unreadable};
use model::onboarding::Heard;
use serde_json::Value;

pub(super) fn read(body: &Value) -> Result<Report, Unreadable> {
    let outer = Keys {
        object: body,
        prefix: "",
    };
    if !body.is_object() {
        return Err(outer.wrong("body", "it is no object"));
    }
    let event = outer
        .text("event")?
        .ok_or_else(|| outer.wrong("event", "it is missing"))?;
    let data = match &body["data"] {
        Value::Null => Keys {
            object: body,
            prefix: "",
        },
        data @ Value::Object(_) => Keys {
            object: data,
            prefix: "data.",
        },
        _ => return Err(outer.wrong("data", "it is no object")),
    };
    Ok(Report {
        id: id(&outer)?,
        occurred_at: outer.time("occurred_at")?,
        said: said(&event, &data)?,
        event,
    })
}

fn said(event: &str, data: &Keys<'_>) -> Result<Said, Unreadable> {
    Ok(match event {
        "infra.mail_tls.failed" => Said::MailTlsFailed {
            domain: data.domain("domain")?,
            mail_host: data.optional_domain("mail_host")?,
            cn: data.text("cn")?,
            sans: data.texts("sans")?,
        },
        "infra.cert.deployed" => Said::CertDeployed {
            names: match data.domains("domains")? {
                none if none.is_empty() => return Err(data.wrong("domains", "it is missing")),
                some => some,
            },
            expiry: data.time("expiry")?,
            serial: data.text("serial")?,
        },
        "admin.validation.failed" => Said::AdminFailed {
            domain: data.domain("domain")?,
            checks: data.texts("checks")?,
        },
        "onboard.started" => onboard(data, Heard::Started)?,
        "onboard.step" => {
            let step = data.step()?.ok_or_else(|| data.wrong("step", "it is missing"))?;
            onboard(data, Heard::Step(step))?
        }
        "onboard.completed" => onboard(data, Heard::Completed)?,
        "onboard.failed" => {
            let (step, why) = (data.step()?, data.text("error")?);
            onboard(data, Heard::Failed { step, why })?
        }
        _ => Said::Unknown,
    })
}

fn onboard(data: &Keys<'_>, heard: Heard) -> Result<Said, Unreadable> {
    Ok(Said::Onboard {
        domain: data.domain("domain")?,
        tenant: data.text("tenant")?,
        heard,
    })
}

/// A number is an id too.
fn id(outer: &Keys<'_>) -> Result<Option<String>, Unreadable> {
    match &outer.object["id"] {
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => outer.text("id"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::{Format, read};
    use super::*;
    use model::{DomainName, Timestamp};

    #[test]
    fn the_payload_stands_under_data_or_beside_the_event() {
        let nested = r#"{"event": "infra.mail_tls.failed", "id": "e1", "occurred_at": "2026-11-22T07:00:00Z",
            "data": {"domain": "A.example", "mail_host": "mail.a.example", "cn": null, "sans": ["x.example"]}}"#;
        let flat = r#"{"event": "infra.mail_tls.failed", "id": "e1", "occurred_at": "2026-11-22T07:00:00Z",
            "domain": "a.example", "mail_host": "mail.a.example", "sans": ["x.example"]}"#;
        let report = read(Format::Desk, nested.as_bytes()).unwrap();
        assert_eq!(read(Format::Desk, flat.as_bytes()).unwrap(), report);
        assert_eq!(report.id.as_deref(), Some("e1"));
        assert_eq!(report.occurred_at, Timestamp::parse("2026-11-22T07:00:00Z"));
        let Said::MailTlsFailed { domain, cn, sans, .. } = report.said else {
            panic!();
        };
        assert_eq!(domain, DomainName::parse("a.example").unwrap());
        assert_eq!((cn, sans), (None, vec!["x.example".to_owned()]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, named) in [
            ("{}", "event"),
            (r#""infra""#, "body"),
            (r#"{"event": "infra.mail_tls.failed"}"#, "domain"),
            (r#"{"event": "infra.mail_tls.failed", "data": {}}"#, "data.domain"),
            (
                r#"{"event": "infra.mail_tls.failed", "data": {"domain": "no domain"}}"#,
                "data.domain",
            ),
            (r#"{"event": "infra.mail_tls.failed", "data": 3}"#, "data"),
            (
                r#"{"event": "infra.cert.deployed", "data": {"domains": []}}"#,
                "data.domains",
            ),
            (
                r#"{"event": "infra.cert.deployed", "domains": ["a.example"], "expiry": "soon"}"#,
                "expiry",
            ),
            (r#"{"event": "onboard.step", "domain": "a.example"}"#, "step"),
            (r#"{"event": "x", "occurred_at": 3}"#, "occurred_at"),
        ] {
            let Err(Unreadable::Wrong { field, .. }) = read(Format::Desk, body.as_bytes()) else {
                panic!("{body}");
            };
            assert_eq!(field, named, "{body}");
        }
    }

    #[test]
    fn an_unknown_type_is_understood_as_such() {
        let report = read(
            Format::Desk,
            br#"{"event": "billing.paid", "id": 7, "amount": 3}"#,
        )
        .unwrap();
        assert_eq!((report.said, report.id.as_deref()), (Said::Unknown, Some("7")));
    }
}
