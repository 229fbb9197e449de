//! A verdict's sentence with its names, addresses and times set apart, as the eye looks for them.

use crate::parts::moment::Moment;
use leptos::prelude::*;
use model::{DomainName, Endpoint, Timestamp};

#[component]
pub fn Sentence(text: String) -> impl IntoView {
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(text) => text.to_owned().into_any(),
            Piece::Fault(text) => view! { <b>{text.to_owned()}</b> }.into_any(),
            Piece::Serial(text) => view! { <code class="serial">{text.to_owned()}</code> }.into_any(),
            Piece::Code(text) => view! { <code>{text.to_owned()}</code> }.into_any(),
            Piece::Time(at) => view! { <Moment at /> }.into_any(),
        })
        .collect_view()
}

#[derive(PartialEq, Eq, Debug)]
enum Piece<'a> {
    Plain(&'a str),
    /// What users report, word for word.
    Fault(&'a str),
    Code(&'a str),
    /// A serial number as people compare it: its first and last characters.
    Serial(&'a str),
    Time(Timestamp),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    if let Some(after) = text.strip_prefix(WRONG_SITE) {
        pieces.push(Piece::Fault(WRONG_SITE));
        rest = after;
    }
    // Everything up to a word that stands out is one plain piece.
    let (mut plain, mut at) = (0, 0);
    for word in rest.split_inclusive([' ', '(', ')', '=']) {
        let bare = word.trim_end_matches([' ', '(', ')', '=', ',', ':', ';', '.']);
        if let Some(piece) = standing_out(bare) {
            if plain < at {
                pieces.push(Piece::Plain(&rest[plain..at]));
            }
            pieces.push(piece);
            plain = at + bare.len();
        }
        at += word.len();
    }
    if plain < rest.len() {
        pieces.push(Piece::Plain(&rest[plain..]));
    }
    pieces
}

fn standing_out(word: &str) -> Option<Piece<'_>> {
    if let Some(at) = Timestamp::parse(word) {
        return Some(Piece::Time(at));
    }
    if word
        .split_once('…')
        .is_some_and(|(first, last)| is_hex(first) && is_hex(last))
    {
        return Some(Piece::Serial(word));
    }
    let is_code = (word.len() > 1 && word.starts_with('/'))
        || DomainName::parse(word).is_ok()
        || Endpoint::parse(word).is_ok();
    is_code.then_some(Piece::Code(word))
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}

const WRONG_SITE: &str = "Wrong Site";

#[cfg(test)]
mod tests {
    use super::{Piece::*, *};

    #[test]
    fn what_users_report_and_the_missing_name_stand_out() {
        assert_eq!(
            pieces("Wrong Site — SAN não inclui mail.a.example (CN=mail.b.example)"),
            [
                Fault("Wrong Site"),
                Plain(" — SAN não inclui "),
                Code("mail.a.example"),
                Plain(" (CN="),
                Code("mail.b.example"),
                Plain(")"),
            ]
        );
    }

    #[test]
    fn a_time_in_a_sentence_becomes_a_time_and_a_path_stays_a_path() {
        let at = Timestamp::parse("2026-11-23T07:00:00Z").unwrap();
        assert_eq!(
            pieces("Expira em 2026-11-23T07:00:00Z: a renovação"),
            [Plain("Expira em "), Time(at), Plain(": a renovação")]
        );
        assert_eq!(
            pieces("127.0.0.1:993 e /etc/x."),
            [Code("127.0.0.1:993"), Plain(" e "), Code("/etc/x"), Plain(".")]
        );
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn nothing_of_a_sentence_is_lost() {
        for text in [
            "é = (x.example) ",
            "====",
            "a.b",
            "Wrong Site",
            " / : . ",
            "04ab…ffe1.",
        ] {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Plain(text) | Fault(text) | Code(text) | Serial(text) => text.to_owned(),
                    Time(at) => at.to_string(),
                })
                .collect();
            assert_eq!(whole, text);
        }
    }
}
