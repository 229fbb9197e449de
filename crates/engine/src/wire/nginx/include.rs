//! Which files an `include` stands for (nginx.org, `ngx_core_module`): a path or a pattern of glob(7), relative
//! to the folder of nginx.conf.

use crate::wire::expression::Expressions;
use std::path::{Component, Path, PathBuf};

/// An `include` as nginx may mean it: the folder of its main file is not known here, so each place in which
/// it could lie is a candidate, and the first in which something is counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Include {
    pub candidates: Vec<PathBuf>,
}

impl Include {
    /// `folder` is what was given to be read; nginx.conf lies in it or, where it holds the parts, above it.
    pub(super) fn new(argument: &str, file: &Path, folder: &Path) -> Self {
        let given = Path::new(argument);
        let bases = [Some(folder), folder.parent(), file.parent()];
        let mut candidates: Vec<PathBuf> = Vec::new();
        for base in bases.into_iter().flatten() {
            // An absolute path replaces the base.
            let path = straight(&base.join(given));
            if !candidates.contains(&path) {
                candidates.push(path);
            }
        }
        Self { candidates }
    }
}

/// Without the detours of `.` and `..`.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(straight.pop()),
            Component::CurDir => {}
            part => straight.push(part),
        }
    }
    straight
}

/// What has to be read for a candidate: the file, or the folder before the first wildcard.
pub fn source(candidate: &Path) -> PathBuf {
    let plain = |part: &Component<'_>| !is_pattern(part.as_os_str().to_str());
    candidate.components().take_while(plain).collect()
}

/// Those of the files that the candidate stands for, in their order.
pub(super) fn matching<'a>(
    candidate: &Path,
    files: impl Iterator<Item = &'a PathBuf>,
    expressions: &mut Expressions,
) -> Vec<&'a PathBuf> {
    let Some(text) = candidate.to_str().filter(|text| is_pattern(Some(text))) else {
        return files.filter(|file| *file == candidate).collect();
    };
    let Ok(pattern) = expressions.compile(&regular(text), false) else {
        return Vec::new();
    };
    let is_match = |file: &&PathBuf| file.to_str().is_some_and(|file| pattern.is_match(file));
    files.filter(is_match).collect()
}

fn is_pattern(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains(['*', '?', '[']))
}

/// glob(7) as a regular expression: no wildcard matches a slash, nor the dot that begins a name.
fn regular(glob: &str) -> String {
    let mut expression = "^".to_owned();
    let mut rest = glob.chars().peekable();
    let mut begins = true;
    while let Some(c) = rest.next() {
        match c {
            '*' if begins => expression.push_str("(?:[^/.][^/]*)?"),
            '*' => expression.push_str("[^/]*"),
            '?' if begins => expression.push_str("[^/.]"),
            '?' => expression.push_str("[^/]"),
            '[' => {
                expression.push('[');
                if rest.next_if_eq(&'!').is_some() {
                    expression.push('^');
                }
                let mut is_first = true;
                while let Some(c) = rest.next_if(|c| is_first || *c != ']') {
                    is_first = false;
                    if "[]\\&~^".contains(c) {
                        expression.push('\\');
                    }
                    expression.push(c);
                }
            }
            ']' => expression.push(']'),
            c => expression.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        begins = c == '/';
    }
    expression.push('$');
    expression
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_include_may_lie_in_three_places() {
        let include = Include::new(
            "./names.conf",
            Path::new("/n/conf/sites/a/x.conf"),
            Path::new("/n/conf/sites"),
        );
        assert_eq!(
            include.candidates,
            [
                "/n/conf/sites/names.conf",
                "/n/conf/names.conf",
                "/n/conf/sites/a/names.conf"
            ]
            .map(PathBuf::from)
        );
        let absolute = Include::new("/etc/x/*.conf", Path::new("/n/a"), Path::new("/n"));
        assert_eq!(absolute.candidates, [PathBuf::from("/etc/x/*.conf")]);
        assert_eq!(source(&absolute.candidates[0]), PathBuf::from("/etc/x"));
    }

    #[test]
    fn a_pattern_stands_for_the_files_that_glob_finds() {
        let files = [
            "/n/a.conf",
            "/n/b.conf",
            "/n/.c.conf",
            "/n/d/e.conf",
            "/n/a.conf.bak",
            "/n/f+.conf",
        ]
        .map(PathBuf::from);
        for (pattern, expected) in [
            ("/n/*.conf", &["/n/a.conf", "/n/b.conf", "/n/f+.conf"][..]),
            ("/n/?.conf", &["/n/a.conf", "/n/b.conf"]),
            ("/n/[!a].conf", &["/n/b.conf"]),
            ("/n/[a-c].conf", &["/n/a.conf", "/n/b.conf"]),
            ("/n/*/*.conf", &["/n/d/e.conf"]),
            ("/n/a.conf", &["/n/a.conf"]),
            ("/n/f+.con[f]", &["/n/f+.conf"]),
            ("/n/a.con", &[]),
            ("/n/[", &[]),
        ] {
            let found = matching(Path::new(pattern), files.iter(), &mut Expressions::default());
            let expected: Vec<_> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(found, expected.iter().collect::<Vec<_>>(), "{pattern}");
        }
    }
}
