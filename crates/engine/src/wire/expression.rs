//! Regular expressions out of other programs' files, matched in linear time and bounded in size and number.

use regex::{Regex, RegexBuilder};

/// How many more of a file are compiled.
#[derive(Debug)]
pub(super) struct Expressions {
    left: usize,
}

/// Why an expression is not tried on a host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotCompiled {
    /// Broken, or of a kind that this engine does not know (look-around, back-references).
    Refused,
    /// It is too large, or one too many.
    TooMuch,
}

impl Expressions {
    pub(super) fn compile(&mut self, pattern: &str, ignore_case: bool) -> Result<Regex, NotCompiled> {
        self.left = self.left.checked_sub(1).ok_or(NotCompiled::TooMuch)?;
        let mut builder = RegexBuilder::new(pattern);
        let built = builder
            .case_insensitive(ignore_case)
            .size_limit(MOST_BYTES)
            .build();
        built.map_err(|why| match why {
            regex::Error::CompiledTooBig(_) => NotCompiled::TooMuch,
            _ => NotCompiled::Refused,
        })
    }
}

impl Default for Expressions {
    fn default() -> Self {
        Self { left: MOST }
    }
}

/// Of one compiled expression.
const MOST_BYTES: usize = 128 * 1024;
/// In one file: more than any proxy has, and few enough to be tried on every host.
const MOST: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_bounded_in_size_and_number() {
        let mut expressions = Expressions::default();
        let mut refused = |pattern| expressions.compile(pattern, false).err();
        assert_eq!(refused("^a$"), None);
        assert_eq!(refused("(?!x)"), Some(NotCompiled::Refused));
        assert_eq!(refused("(.{1000}){1000}"), Some(NotCompiled::TooMuch));
        assert!((0..MOST).any(|_| refused("a").is_some()));
        assert_eq!(refused("a"), Some(NotCompiled::TooMuch));
    }
}
