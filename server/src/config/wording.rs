//! Serde's messages in an operator's words: the one catalogue of them.

use super::key::Step;

/// What is wrong at a key, and the key that is missing where one is.
pub(super) fn of<'m>(message: &'m str, key: &[Step]) -> (Option<&'m str>, String) {
    if let Some(field) = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'))
    {
        return (Some(field), "it is missing".to_owned());
    }
    if let (Some(known), [.., Step::Name(name)]) = (message.strip_prefix("unknown field `"), key) {
        // A key may contain a backtick: it is cut off as it was written.
        let known = known.strip_prefix(name.as_str()).unwrap_or(known);
        return (None, unknown_key(name, &in_backticks(known)));
    }
    if let Some(known) = message.strip_prefix("unknown variant `") {
        let (name, known) = known.split_once('`').unwrap_or((known, ""));
        let known: Vec<String> = in_backticks(known)
            .iter()
            .map(|known| format!("{known:?}"))
            .collect();
        return (None, format!("{name:?} is none of {}", known.join(", ")));
    }
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message
            .strip_prefix(kind)
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            let expected = match (expected, key) {
                // All lists at the top are of tables.
                ("a sequence", [Step::Name(list)]) => format!("a list of tables, as in [[{list}]]"),
                _ => plain(expected),
            };
            return (None, format!("expected {expected}, found {}", plain(found)));
        }
    }
    (None, plain(message))
}

/// The names that serde lists between backticks.
fn in_backticks(text: &str) -> Vec<&str> {
    text.trim_start_matches('`')
        .split('`')
        .skip(1)
        .step_by(2)
        .collect()
}

fn unknown_key(name: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known));
    match near
        .min()
        .filter(|(distance, known)| *distance <= 2.min(known.len() / 2))
    {
        Some((_, known)) => format!("there is no such key; did you mean `{known}`?"),
        None => format!("there is no such key; there are {}", known.join(", ")),
    }
}

fn plain(text: &str) -> String {
    let known = PLAIN.iter().find(|(serde, _)| *serde == text);
    known.map_or(text, |(_, plain)| plain).to_owned()
}

const PLAIN: [(&str, &str); 12] = [
    ("a sequence", "a list, as in [\"…\"]"),
    ("sequence", "a list"),
    ("a boolean", "true or false"),
    ("wanted string or table", "expected text in quotes"),
    ("a map", "a table"),
    ("map", "a table"),
    ("path string", "a path in quotes"),
    ("a string", "text in quotes"),
    (
        "socket address",
        "an address with a port, as in \"127.0.0.1:8080\"",
    ),
    ("IP address", "an IP address, as in \"203.0.113.50\""),
    (
        "invalid socket address syntax",
        "it is no address with a port, as in 127.0.0.1:8080",
    ),
    (
        "invalid IP address syntax",
        "it is no IP address, as in 203.0.113.50 or 2001:db8::1",
    ),
];
