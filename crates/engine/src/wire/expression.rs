//! Regular expressions out of other programs' files, matched in linear time and bounded in size.

use regex::{Regex, RegexBuilder};

/// `None` for what this engine does not know (look-around, back-references) or what grows too large.
pub(super) fn expression(pattern: &str, ignore_case: bool) -> Option<Regex> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(MOST_BYTES)
        .build()
        .ok()
}

/// Of one compiled expression.
const MOST_BYTES: usize = 128 * 1024;
/// In one file: more than any proxy has, and few enough to be tried on every host.
pub(super) const MOST_EXPRESSIONS: usize = 2_000;
