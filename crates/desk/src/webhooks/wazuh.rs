//! What Wazuh posts: the alert of 4.x as it is, the same inside the envelopes of its Shuffle and Slack integrations,
//! and the notification of 5.x, whose levels are words.

use super::report::{Keys, Level, Report, Said, Unreadable, time};
use model::{evidence::tame, webhook::WAZUH};
use serde_json::Value;

pub(super) fn read(body: &Value) -> Result<Report, Unreadable> {
    // Shuffle's envelope has the whole alert; Slack's has only what a person reads of it.
    if body["all_fields"].is_object() {
        return alert(&body["all_fields"]);
    }
    if let Some(attachment) = body["attachments"].get(0).filter(|one| one.is_object()) {
        return slack(attachment);
    }
    alert(body)
}

/// An alert of 4.x, or a notification of 5.x.
fn alert(body: &Value) -> Result<Report, Unreadable> {
    let rule = [&body["rule"], &body["wazuh"]["rule"]]
        .into_iter()
        .find(|rule| rule.is_object());
    let rule = Keys {
        object: rule.unwrap_or(&Value::Null),
        prefix: "rule.",
    };
    let agents = [
        &body["agent"]["name"],
        &body["wazuh"]["agent"]["name"],
        &body["agentless"]["host"],
        &body["manager"]["name"],
        &body["wazuh"]["cluster"]["name"],
    ];
    let times = [&body["timestamp"], &body["@timestamp"]];
    let ids = [&body["id"], &body["event"]["id"]];
    Ok(report(
        ids.into_iter().find_map(word),
        times.into_iter().find_map(Value::as_str).and_then(time),
        Said::Security {
            rule: word(&rule.object["id"]).ok_or_else(|| rule.wrong("id", "it is missing"))?,
            agent: agents
                .into_iter()
                .find_map(word)
                .unwrap_or_else(|| NOBODY.to_owned()),
            level: level(&rule.object["level"]).ok_or_else(|| rule.wrong("level", LEVELS))?,
            description: word(&rule.object["description"]).or_else(|| word(&rule.object["title"])),
        },
    ))
}

/// `fields` are titles with values: `Agent` is `(001) - web01`, `Rule ID` is `5710 _(Level 5)_`.
fn slack(attachment: &Value) -> Result<Report, Unreadable> {
    let keys = Keys {
        object: attachment,
        prefix: "attachments[0].",
    };
    let fields = attachment["fields"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let field = |title: &str| {
        let found = fields.iter().find(|field| field["title"] == title)?;
        word(&found["value"])
    };
    let said = field("Rule ID").ok_or_else(|| keys.wrong("fields", "there is no Rule ID"))?;
    let (rule, rest) = said.split_once(' ').unwrap_or((&said, ""));
    let number: String = rest.chars().filter(char::is_ascii_digit).take(3).collect();
    let agent = field("Agent").map(|agent| match agent.split_once(" - ") {
        Some((_, name)) => name.to_owned(),
        None => agent,
    });
    Ok(report(
        word(&attachment["ts"]),
        None,
        Said::Security {
            rule: rule.to_owned(),
            agent: agent
                .or_else(|| field("Agentless Host"))
                .unwrap_or_else(|| NOBODY.to_owned()),
            level: level(&Value::String(number)).ok_or_else(|| keys.wrong("fields", LEVELS))?,
            description: word(&attachment["title"]).filter(|title| title != "N/A"),
        },
    ))
}

fn report(id: Option<String>, occurred_at: Option<model::Timestamp>, said: Said) -> Report {
    Report {
        event: WAZUH.to_owned(),
        id,
        occurred_at,
        said,
    }
}

/// A number, its digits, or a word of 5.x.
fn level(value: &Value) -> Option<Level> {
    let number = |number: u64| {
        u8::try_from(number)
            .ok()
            .filter(|number| *number <= 16)
            .map(Level::Number)
    };
    match value {
        Value::Number(value) => number(value.as_u64()?),
        Value::String(word) => match word.trim().to_ascii_lowercase().as_str() {
            "low" | "informational" | "info" => Some(Level::Low),
            "medium" => Some(Level::Medium),
            "high" => Some(Level::High),
            "critical" => Some(Level::Critical),
            digits => number(digits.parse().ok()?),
        },
        _ => None,
    }
}

/// A text, a number, or the first of a list of them; tamed, and not empty.
fn word(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => tame(text.trim(), LONGEST),
        Value::Number(number) => number.to_string(),
        Value::Array(all) => return all.first().filter(|first| !first.is_array()).and_then(word),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// An alert that says of nobody whose it is.
const NOBODY: &str = "unknown";
const LEVELS: &str = "neither 0 to 16 nor low, medium, high or critical";
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::super::report::{Format, Unreadable, read};
    use super::*;
    use model::Timestamp;
    use serde_json::json;

    #[test]
    fn the_same_alert_in_three_envelopes_is_the_same() {
        let raw = raw();
        let shuffle = json!({
            "severity": 3, "pretext": "WAZUH Alert", "title": raw["rule"]["description"], "text": raw["full_log"],
            "rule_id": "5712", "timestamp": raw["timestamp"], "id": raw["id"], "all_fields": raw,
        });
        let slack = json!({"attachments": [{
            "color": "danger", "pretext": "WAZUH Alert", "title": raw["rule"]["description"], "text": raw["full_log"],
            "fields": [
                {"title": "Agent", "value": "(007) - mail - 01"},
                {"title": "Location", "value": "/var/log/auth.log"},
                {"title": "Rule ID", "value": "5712 _(Level 10)_"},
            ],
            "ts": raw["id"],
        }]});
        let said = Said::Security {
            rule: "5712".into(),
            agent: "mail - 01".into(),
            level: Level::Number(10),
            description: Some("sshd: brute force".into()),
        };
        for body in [&raw, &shuffle, &slack] {
            let report = take(body).unwrap();
            assert_eq!(
                (&report.said, report.id.as_deref()),
                (&said, Some("1763794800.123")),
                "{body}"
            );
        }
        assert_eq!(
            take(&raw).unwrap().occurred_at,
            Timestamp::parse("2026-11-22T07:00:00.123Z")
        );
    }

    #[test]
    fn every_gap_of_a_real_alert_is_taken() {
        for gap in [
            "full_log",
            "agent",
            "data",
            "timestamp",
            "id",
            "manager",
            "location",
        ] {
            let mut alert = raw();
            alert.as_object_mut().unwrap().remove(gap);
            assert!(take(&alert).is_ok(), "{gap}");
        }
        let mut alert = raw();
        alert["rule"].as_object_mut().unwrap().remove("description");
        assert!(take(&alert).is_ok());
        let agent = |alert: &Value| match take(alert).unwrap().said {
            Said::Security { agent, .. } => agent,
            other => panic!("{other:?}"),
        };
        alert.as_object_mut().unwrap().remove("agent");
        assert_eq!(agent(&alert), "wazuh-manager");
        alert["agentless"] = json!({"host": "root@switch"});
        assert_eq!(agent(&alert), "root@switch");
        for gap in ["agentless", "manager"] {
            alert.as_object_mut().unwrap().remove(gap);
        }
        assert_eq!(agent(&alert), "unknown");
    }

    #[test]
    fn words_are_levels_since_5() {
        let notification = json!({
            "@timestamp": "2026-11-22T07:00:00.000Z",
            "event": {"id": "a1b2"},
            "wazuh": {"agent": {"name": "web01"}},
            "rule": {"id": ["rootcheck-1"], "level": "high", "title": "Rootkit"},
        });
        let report = take(&notification).unwrap();
        assert_eq!(report.id.as_deref(), Some("a1b2"));
        assert_eq!(
            report.said,
            Said::Security {
                rule: "rootcheck-1".into(),
                agent: "web01".into(),
                level: Level::High,
                description: Some("Rootkit".into()),
            }
        );
    }

    #[test]
    fn without_a_rule_or_a_level_it_is_no_alert() {
        for (alert, named) in [
            (json!({}), "rule.id"),
            (json!({"rule": {"id": "1"}}), "rule.level"),
            (json!({"rule": {"id": "1", "level": 17}}), "rule.level"),
            (json!({"rule": {"id": "1", "level": -1}}), "rule.level"),
            (json!({"rule": {"id": "1", "level": "severe"}}), "rule.level"),
            (json!({"attachments": [{}]}), "attachments[0].fields"),
            (json!({"all_fields": {}}), "rule.id"),
        ] {
            let Err(Unreadable::Wrong { field, .. }) = take(&alert) else {
                panic!("{alert}");
            };
            assert_eq!(field, named);
        }
    }

    fn raw() -> Value {
        json!({
            "timestamp": "2026-11-22T07:00:00.123+0000",
            "rule": {
                "level": 10, "description": "sshd: brute force", "id": "5712", "firedtimes": 1,
                "groups": ["syslog", "sshd"],
            },
            "agent": {"id": "007", "name": "mail - 01", "ip": "198.51.100.7"},
            "manager": {"name": "wazuh-manager"},
            "id": "1763794800.123",
            "full_log": "Nov 22 07:00:00 mail sshd[1]: Failed password",
            "decoder": {"name": "sshd"},
            "data": {"srcip": "203.0.113.9"},
            "location": "/var/log/auth.log",
        })
    }

    fn take(body: &Value) -> Result<Report, Unreadable> {
        read(Format::Wazuh, body.to_string().as_bytes())
    }
}
