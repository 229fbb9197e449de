//! What to do next about a verdict: one sentence in both languages.

mod en;
mod pt;

use crate::{Code, Evidence, Language};

/// Empty where there is nothing to do.
pub fn say(code: Code, seen: &Evidence, language: Language) -> String {
    let words = Words {
        sni: seen.sni.as_deref().unwrap_or("?"),
        path: seen.path.as_deref().or(seen.url.as_deref()).unwrap_or("?"),
        host: seen.host.as_deref().unwrap_or("local"),
        endpoint: seen.endpoint.as_deref().unwrap_or("?"),
        name: seen.name.as_deref().unwrap_or("?"),
        question: seen.question.as_deref().unwrap_or("?"),
        url: seen.url.as_deref().unwrap_or("?"),
        seen,
    };
    match language {
        Language::Pt => pt::say(code, &words),
        Language::En => en::say(code, &words),
    }
}

struct Words<'a> {
    seen: &'a Evidence,
    sni: &'a str,
    path: &'a str,
    host: &'a str,
    endpoint: &'a str,
    name: &'a str,
    question: &'a str,
    url: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Pt};

    #[test]
    fn every_verdict_but_ok_says_what_to_do_in_one_sentence() {
        for &code in Code::ALL {
            for language in [Pt, En] {
                assert_eq!(
                    say(code, &Evidence::default(), language).is_empty(),
                    code == Code::Ok,
                    "{code}"
                );
            }
        }
    }
}
