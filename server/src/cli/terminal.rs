//! The terminal: the reader's language, colour where it is wanted, and a table.

use clap::builder::styling::{AnsiColor, Color, Style};
use model::{Language, State};
use std::io::{self, IsTerminal, Write};

/// Standard output as a person reads it.
pub(crate) struct Terminal {
    pub(crate) language: Language,
    colour: bool,
}

impl Terminal {
    /// Colour on a terminal alone, and not where `NO_COLOR` is set (no-color.org).
    pub(crate) fn new() -> Self {
        let colour =
            io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            language: language(),
            colour,
        }
    }

    pub(crate) fn paint(&self, text: &str, style: Style) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A state as its shape and word, in its colour.
    pub(crate) fn state(&self, state: State) -> String {
        let (shape, colour) = match state {
            State::Ok => ("●", AnsiColor::Green),
            State::Warn => ("▲", AnsiColor::Yellow),
            State::Fail => ("✗", AnsiColor::Red),
            State::Unknown => ("?", AnsiColor::Magenta),
            State::Skipped => ("–", AnsiColor::BrightBlack),
        };
        self.paint(
            &format!("{shape} {state:<7}"),
            Style::new().fg_color(Some(Color::Ansi(colour))),
        )
    }

    pub(crate) fn faint(&self, text: &str) -> String {
        self.paint(text, Style::new().dimmed())
    }

    pub(crate) fn strong(&self, text: &str) -> String {
        self.paint(text, Style::new().bold())
    }
}

/// The language of the locale, pt-BR where none is named.
pub(crate) fn language() -> Language {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_MESSAGES"))
        .or_else(|| set("LANG"));
    locale
        .map(|locale| Language::from_locale(&locale))
        .unwrap_or_default()
}

/// Writes to standard output. A reader that went away (`| head`) is no error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a line to standard error; there is nowhere left to complain when that fails.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
