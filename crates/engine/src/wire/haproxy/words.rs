//! The words of one line of haproxy.cfg (configuration manual 2.6, section 2.2, "Quoting and escaping").

/// Up to the comment. Variables of HAProxy's environment stay as they are written: nobody here knows them.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                // Empty quotes are a word too.
                word.get_or_insert_default();
            }
            (None, '#') => break,
            (None, ' ' | '\t' | '\r') => words.extend(word.take()),
            (None | Some('"'), '\\') => {
                let into = word.get_or_insert_default();
                match rest.next_if(|c| " \\#'\"".contains(*c)) {
                    Some(escaped) => into.push(escaped),
                    // Any other pair is kept whole, as in a regular expression's `\.`.
                    None => into.push('\\'),
                }
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_escapes_and_comments_are_read_as_haproxy_reads_them() {
        for (line, expected) in [
            (
                "  acl a\treq.ssl_sni x # y",
                &["acl", "a", "req.ssl_sni", "x"][..],
            ),
            ("a b#c d", &["a", "b"]),
            (r"a\ b \# \\ \.", &["a b", "#", r"\", r"\."]),
            (
                r#"'a "b" #\' "c 'd' \" #" """#,
                &["a \"b\" #\\", "c 'd' \" #", ""],
            ),
            ("# all of it", &[]),
            ("", &[]),
            ("\"open", &["open"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
