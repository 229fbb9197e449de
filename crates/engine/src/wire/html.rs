//! Whether a page lets somebody log in: its forms and their password inputs, as a browser sees them (HTML Living
//! Standard, sections 13.2.5 and 13.2.6 on reading, 4.10.17.3 on whose form an input belongs to).

use html5gum::{HtmlString, StartTag, State, Token, Tokenizer};
use std::collections::HashMap;

/// Whether a form of the page has a password input. What a browser makes no elements of does not count: comments,
/// scripts, templates, what is for browsers without scripts. Time and memory are those of the page's size.
pub fn has_login_form(page: &[u8]) -> bool {
    let mut tokenizer = Tokenizer::new(page);
    let mut seen = Seen::default();
    while let Some(Ok(token)) = tokenizer.next() {
        match token {
            Token::StartTag(tag) => {
                seen.open(&tag);
                if let Some(state) = contents(&tag.name) {
                    tokenizer.set_state(state);
                }
            }
            Token::EndTag(tag) => seen.close(&tag.name),
            _ => {}
        }
    }
    seen.has_login_form()
}

/// What was seen of a page so far. An element that is never closed goes on to the page's end, and a form within a
/// form is none: where its inputs belong hangs on the outer one's tags alone.
#[derive(Debug, Default)]
struct Seen {
    /// A form is open, wherever in the tree its tag stood.
    is_in_form: bool,
    /// Templates that are open.
    templates: usize,
    has_password_in_form: bool,
    /// The first element of each `id`, and whether it is a form.
    by_id: HashMap<HtmlString, bool>,
    /// The `form` of each password input that has one.
    forms_by_id: Vec<HtmlString>,
}

impl Seen {
    fn open(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        if name == b"template" {
            self.templates += 1;
        }
        let is_form = name == b"form";
        if self.templates > 0 || (is_form && self.is_in_form) {
            return;
        }
        self.is_in_form |= is_form;
        if let Some(id) = attribute(tag, b"id") {
            self.by_id.entry(id.clone()).or_insert(is_form);
        }
        let is_password = attribute(tag, b"type").is_some_and(|kind| kind.eq_ignore_ascii_case(b"password"));
        if name == b"input" && is_password {
            match attribute(tag, b"form") {
                Some(id) => self.forms_by_id.push(id.clone()),
                None => self.has_password_in_form |= self.is_in_form,
            }
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"template" => self.templates = self.templates.saturating_sub(1),
            b"form" if self.templates == 0 => self.is_in_form = false,
            _ => {}
        }
    }

    fn has_login_form(&self) -> bool {
        let is_form = |id| self.by_id.get(id) == Some(&true);
        self.has_password_in_form || self.forms_by_id.iter().any(is_form)
    }
}

fn attribute<'a>(tag: &'a StartTag<()>, name: &[u8]) -> Option<&'a HtmlString> {
    tag.attributes.get(name).map(|value| &value.value)
}

/// How the inside of an element is read, where it is not read as elements.
fn contents(name: &[u8]) -> Option<State> {
    match name {
        b"script" => Some(State::ScriptData),
        b"title" | b"textarea" => Some(State::RcData),
        b"style" | b"xmp" | b"iframe" | b"noembed" | b"noframes" | b"noscript" => Some(State::RawText),
        b"plaintext" => Some(State::PlainText),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_password_is_seen_however_it_is_written() {
        for page in [
            "<form><input type=password></form>",
            "<!doctype html><FORM METHOD=post><Input TYPE = 'PassWord' name=p></FORM>",
            "<form action=/login><p><div><input disabled type=\"password\"/>",
            "<form><input type=&#112;assword></form>",
            "<form><input type=pass\0word><input\ntype=password\nautofocus></form>",
            // Stray and crossed tags.
            "</form><table><form><tr><td><input type=password></table>",
            "<div><form></div><input type=password></form>",
            "<form><form><input type=password></form>",
            // Elsewhere on the page.
            "<input type=password form=login><form id=login></form>",
            "<form id=login></form><input form=login type=password>",
            // What ends before the form.
            "<!-- <form> --><form><input type=password></form>",
            "<script>if (a < b) '<!-- '</script><form><input type=password></form>",
            "<template></template></template><form><input type=password></form>",
            "<title>Log in</title><noscript>No.</noscript><form><input type=password></form>",
        ] {
            assert!(has_login_form(page.as_bytes()), "{page}");
        }
    }

    #[test]
    fn what_a_browser_shows_no_login_for_is_none() {
        for page in [
            "",
            "\0\u{feff}<",
            "<form><input type=text name=password></form>",
            "<form><input name=password></form>",
            "<form><input type=' password '></form>",
            "<form><input type=text type=password></form>",
            "<input type=password>",
            "<form></form><input type=password>",
            "<form><form></form><input type=password>",
            "&lt;form>&lt;input type=password>",
            "<form><input type=password",
            "<form><inputs type=password></form>",
            // Not of the page.
            "<!-- <form><input type=password></form> -->",
            "<!--><!-- <form><input type=password></form>",
            "<!x <form><!x <input type=password>",
            "<script>document.write('<form><input type=password></form>')</script>",
            "<SCRIPT><!--<script></script><form><input type=password></form>",
            "<style><form><input type=password></style>",
            "<title><form><input type=password></title>",
            "<textarea><form><input type=password></form>",
            "<noscript><form><input type=password></form></noscript>",
            "<noframes><form><input type=password></form></noframes>",
            "<iframe><form><input type=password></form></iframe>",
            "<xmp><form><input type=password></form></xmp>",
            "<plaintext></plaintext><form><input type=password></form>",
            "<template><form><input type=password></form></template>",
            "<template><template></template><form><input type=password></form>",
            "<form><template><input type=password></template></form>",
            // No form of that name, or another element before it.
            "<form><input type=password form=login></form>",
            "<form><input type=password form=''></form>",
            "<p id=login></p><form id=login></form><input type=password form=login>",
            "<form><form id=inner></form><input type=password form=inner>",
            "<template><form id=login></form></template><input type=password form=login>",
        ] {
            assert!(!has_login_form(page.as_bytes()), "{page}");
        }
    }

    #[test]
    fn a_page_of_nothing_but_tags_costs_what_its_size_does() {
        for piece in [
            "<form ",
            "<form>",
            "<input id=a ",
            "<template>",
            "<a a=",
            "<!--",
            "</form",
        ] {
            assert!(
                !has_login_form(piece.repeat(256 * 1024 / piece.len()).as_bytes()),
                "{piece}"
            );
        }
    }
}
