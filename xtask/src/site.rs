//! Builds `target/site`: everything that the browser loads.
//!
//! ```text
//! target/site/
//!   pkg/desk.js  pkg/desk.wasm    `frontend`, compiled and bound; the names that leptos' `HydrationScripts` asks for
//!   static/main.css               `style/main.css` with its imports, minified
//!   static/…                      `public/` as it is
//!   ….br  ….gz                    beside every file that shrinks (release only)
//! ```
//!
//! The names are plain: the server serves the folder below a prefix that changes with its content, and so a
//! sheet names its fonts relative to itself. A build leaves alone what did not change, and removes what is
//! no longer wanted: whoever takes the folder into a binary takes in what this build made.

mod compress;
mod script;
mod style;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Built in seconds.
    Debug,
    /// Optimised, and compressed beforehand.
    Release,
}

impl Profile {
    /// Where below `target` cargo puts the binary.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

pub(crate) fn build(profile: Profile) -> Result<()> {
    let mut site = Site::default();
    site.add_public(Path::new("public"))?;
    let sheet = style::bundle(Path::new("style/main.css"), |name| {
        site.has(&format!("static/{name}"))
    })?;
    site.add("static/main.css", sheet.into_bytes())?;
    let script = script::build(profile)?;
    site.add("pkg/desk.js", script.js)?;
    site.add("pkg/desk.wasm", script.wasm)?;
    site.write(Path::new("target/site"), profile)
}

/// The files by their paths below the site's folder.
#[derive(Default)]
struct Site(BTreeMap<String, Vec<u8>>);

impl Site {
    fn add_public(&mut self, folder: &Path) -> Result<()> {
        for file in files(folder)? {
            let name = file
                .strip_prefix(folder)?
                .to_str()
                .context("a name in public/ is not UTF-8")?;
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            self.add(&format!("static/{name}"), bytes)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<()> {
        if self.0.insert(name.to_owned(), bytes).is_some() {
            bail!("two files want to be {name}");
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn write(&self, folder: &Path, profile: Profile) -> Result<()> {
        let mut wanted = Vec::new();
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            if fs::read(&path).ok().as_ref() != Some(bytes) {
                compress::forget(&path);
                place(&path, bytes)?;
            }
            if profile == Profile::Release {
                wanted.extend(compress::beside(&path, bytes)?);
            }
            wanted.push(path);
        }
        for old in files(folder)?.iter().filter(|path| !wanted.contains(path)) {
            fs::remove_file(old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
        Ok(())
    }
}

/// All files below a folder, but the hidden ones, which are an editor's or the system's.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder
        .read_dir()
        .with_context(|| format!("cannot read {}", folder.display()))?
    {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Writes a file whole or not at all: an interrupted build leaves no half file under a good name.
fn place(path: &Path, bytes: &[u8]) -> Result<()> {
    let unfinished = path.with_added_extension("unfinished");
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(&unfinished, bytes)?;
        fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_file_that_is_no_longer_wanted_goes() {
        let folder = Scratch::new();
        site(&[
            ("static/main.css", "a { color: red }"),
            ("static/old.svg", "<svg/>"),
        ])
        .write(folder.path(), Profile::Debug)
        .unwrap();
        site(&[("static/main.css", "a { color: green }")])
            .write(folder.path(), Profile::Debug)
            .unwrap();

        let main = folder.path().join("static/main.css");
        assert_eq!(fs::read_to_string(&main).unwrap(), "a { color: green }");
        assert_eq!(files(folder.path()).unwrap(), [main]);
    }

    #[test]
    fn what_is_unchanged_is_not_written_again() {
        let folder = Scratch::new();
        let site = site(&[("static/main.css", &"a { color: red } ".repeat(50))]);
        site.write(folder.path(), Profile::Release).unwrap();
        let written = times(folder.path());
        site.write(folder.path(), Profile::Release).unwrap();
        assert_eq!(written.len(), 3, "the file, .br and .gz");
        assert_eq!(written, times(folder.path()));
    }

    #[test]
    fn a_changed_file_is_compressed_again() {
        let folder = Scratch::new();
        let packed = folder.path().join("static/main.css.br");
        site(&[("static/main.css", &"a { color: red } ".repeat(50))])
            .write(folder.path(), Profile::Release)
            .unwrap();
        let before = fs::read(&packed).unwrap();
        site(&[("static/main.css", &"b { color: blue } ".repeat(50))])
            .write(folder.path(), Profile::Release)
            .unwrap();
        assert_ne!(before, fs::read(&packed).unwrap());
    }

    #[test]
    fn a_debug_build_leaves_no_compressed_file_of_a_release_behind() {
        let folder = Scratch::new();
        let site = site(&[("static/main.css", &"a { color: red } ".repeat(50))]);
        site.write(folder.path(), Profile::Release).unwrap();
        site.write(folder.path(), Profile::Debug).unwrap();
        assert_eq!(
            files(folder.path()).unwrap(),
            [folder.path().join("static/main.css")]
        );
    }

    #[test]
    fn two_files_cannot_share_a_name() {
        let mut site = site(&[("static/main.css", "one")]);
        assert_eq!(
            site.add("static/main.css", b"two".to_vec())
                .unwrap_err()
                .to_string(),
            "two files want to be static/main.css"
        );
    }

    fn site(files: &[(&str, &str)]) -> Site {
        Site(
            files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }

    fn times(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
        let files = files(folder).unwrap().into_iter();
        files
            .map(|path| (path.clone(), path.metadata().unwrap().modified().unwrap()))
            .collect()
    }
}
