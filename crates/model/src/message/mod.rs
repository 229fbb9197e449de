//! What a verdict says, in both languages: the code and its evidence made into one sentence.

mod en;
mod pt;
mod reason;

pub use reason::because;

use crate::{Code, Evidence, Language, Leaf};

/// One sentence without a full stop, plain text. `Wrong Site` stays in both languages: it is what
/// Thunderbird's users report.
pub fn say(code: Code, seen: &Evidence, language: Language) -> String {
    let words = Words::of(seen, language);
    match language {
        Language::Pt => pt::say(code, &words),
        Language::En => en::say(code, &words),
    }
}

/// The evidence as the parts of a sentence. What is missing is a question mark, never a gap.
struct Words<'a> {
    seen: &'a Evidence,
    sni: &'a str,
    endpoint: &'a str,
    /// The file, or the address where there is none.
    path: &'a str,
    host: &'a str,
    name: &'a str,
    question: &'a str,
    url: &'a str,
    location: &'a str,
    cn: &'a str,
    /// `200`, or `?`.
    status: String,
    found: String,
    expected: String,
    missing: String,
    /// `: why`, or nothing.
    because: String,
}

impl<'a> Words<'a> {
    fn of(seen: &'a Evidence, language: Language) -> Self {
        let reason = seen.reason.map(|reason| because(reason, language));
        let why = reason.or_else(|| seen.detail.clone());
        let leaf = seen.leaf.as_ref();
        Self {
            sni: or_unknown(seen.sni.as_deref()),
            endpoint: or_unknown(seen.endpoint.as_deref()),
            path: or_unknown(seen.path.as_deref().or(seen.url.as_deref())),
            host: seen.host.as_deref().unwrap_or("local"),
            name: or_unknown(seen.name.as_deref()),
            question: or_unknown(seen.question.as_deref()),
            url: or_unknown(seen.url.as_deref()),
            location: or_unknown(seen.location.as_deref()),
            cn: leaf.and_then(|leaf| leaf.cn.as_deref()).unwrap_or("—"),
            status: seen
                .status
                .map_or_else(|| "?".to_owned(), |status| status.to_string()),
            found: list(&seen.found),
            expected: list(&seen.expected),
            missing: list(&seen.missing),
            because: why.map(|why| format!(": {why}")).unwrap_or_default(),
            seen,
        }
    }

    fn until(&self) -> String {
        let leaf = self.seen.leaf.as_ref();
        leaf.map(|leaf| leaf.not_after.to_string()).unwrap_or_default()
    }

    fn since(&self) -> String {
        self.seen
            .since
            .map_or_else(|| "?".to_owned(), |since| since.to_string())
    }

    fn from(&self) -> String {
        let leaf = self.seen.leaf.as_ref();
        leaf.map(|leaf| leaf.not_before.to_string()).unwrap_or_default()
    }
}

fn or_unknown(text: Option<&str>) -> &str {
    text.unwrap_or("?")
}

/// The first few; how many more there are is a number.
fn list(items: &[String]) -> String {
    let shown = items.iter().take(FEW).map(String::as_str).collect::<Vec<_>>();
    match items.len().saturating_sub(FEW) {
        0 if items.is_empty() => "—".to_owned(),
        0 => shown.join(", "),
        more => format!("{} (+{more})", shown.join(", ")),
    }
}

fn serial(leaf: Option<&Leaf>) -> String {
    leaf.map_or_else(|| "?".to_owned(), Leaf::short_serial)
}

const FEW: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language::{En, Pt};

    #[test]
    fn the_sentence_that_users_report_stays_in_both_languages() {
        let seen = Evidence {
            sni: Some("mail.example.com".into()),
            ..Evidence::default()
        };
        assert_eq!(
            say(Code::WrongSite, &seen, Pt),
            "Wrong Site — SAN não inclui mail.example.com (CN=—)"
        );
        assert!(
            say(Code::WrongSite, &seen, En)
                .starts_with("Wrong Site — the SAN does not include mail.example.com")
        );
    }

    #[test]
    fn every_code_has_words_even_without_evidence() {
        for &code in Code::ALL {
            for language in [Pt, En] {
                assert!(
                    say(code, &Evidence::default(), language).chars().count() > 5,
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn a_long_list_is_cut_and_says_how_much_is_left_out() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).into();
        assert_eq!(list(&names), "a, b, c (+2)");
        assert_eq!(list(&names[..2]), "a, b");
        assert_eq!(list(&[]), "—");
    }
}
