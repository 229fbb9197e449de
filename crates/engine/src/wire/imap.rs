//! IMAP greetings and answers (RFC 9051 section 7), as far as STARTTLS needs them (section 6.2.1).

/// What one line of the server says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line<'a> {
    /// `* OK …`
    Ready(&'a str),
    /// `* PREAUTH …`: already logged in, so STARTTLS is impossible.
    Preauth,
    /// `* BYE …`
    Bye(&'a str),
    /// `* CAPABILITY …`
    Capability(&'a str),
    /// Any other untagged line.
    Untagged,
    /// `TAG OK|NO|BAD …`
    Tagged {
        tag: &'a str,
        ok: bool,
        text: &'a str,
    },
    /// `+ …`: the server waits for the rest of a command.
    GoOn,
    Garbage,
}

pub fn read(line: &str) -> Line<'_> {
    let (first, rest) = word(line);
    let (second, text) = word(rest);
    if first == "*" {
        return match second.to_ascii_uppercase().as_str() {
            "OK" => Line::Ready(text),
            "PREAUTH" => Line::Preauth,
            "BYE" => Line::Bye(text),
            "CAPABILITY" => Line::Capability(text),
            "" => Line::Garbage,
            _ => Line::Untagged,
        };
    }
    if first == "+" {
        return Line::GoOn;
    }
    match second.to_ascii_uppercase().as_str() {
        "OK" => Line::Tagged {
            tag: first,
            ok: true,
            text,
        },
        "NO" | "BAD" => Line::Tagged {
            tag: first,
            ok: false,
            text,
        },
        _ => Line::Garbage,
    }
}

/// Whether a capability list has the word, case-insensitively.
pub fn offers(list: &str, capability: &str) -> bool {
    list.split_ascii_whitespace()
        .any(|word| word.eq_ignore_ascii_case(capability))
}

/// Whether a refusal says that it is for want of TLS: `[PRIVACYREQUIRED]` (RFC 9051 section 7.1).
pub fn needs_privacy(text: &str) -> bool {
    let code = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    code.is_some_and(|(code, _)| code.trim().eq_ignore_ascii_case("PRIVACYREQUIRED"))
}

fn word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_lines_are_told_apart() {
        assert_eq!(
            read("* OK [CAPABILITY IMAP4rev1] Dovecot ready."),
            Line::Ready("[CAPABILITY IMAP4rev1] Dovecot ready.")
        );
        assert_eq!(read("* PREAUTH hello"), Line::Preauth);
        assert_eq!(
            read("* capability IMAP4rev1 STARTTLS"),
            Line::Capability("IMAP4rev1 STARTTLS")
        );
        assert_eq!(
            read("a1 NO not now"),
            Line::Tagged {
                tag: "a1",
                ok: false,
                text: "not now"
            }
        );
        assert_eq!((read("+ OK"), read("+")), (Line::GoOn, Line::GoOn));
        for garbage in ["", "*", "220 mx.example", "\u{0}\u{0}", "a1"] {
            assert_eq!(read(garbage), Line::Garbage, "{garbage:?}");
        }
    }

    #[test]
    fn a_refusal_says_whether_it_is_for_want_of_tls() {
        assert!(needs_privacy("[privacyrequired] Not in the clear"));
        for text in [
            "",
            "PRIVACYREQUIRED",
            "[AUTHENTICATIONFAILED] Wrong",
            "[PRIVACYREQUIRED",
        ] {
            assert!(!needs_privacy(text), "{text}");
        }
    }

    #[test]
    fn a_capability_is_a_whole_word() {
        assert!(offers("IMAP4rev1 starttls LOGINDISABLED", "STARTTLS"));
        assert!(!offers("IMAP4rev1 XSTARTTLS", "STARTTLS"));
    }
}
