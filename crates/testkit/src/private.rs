//! Files replaced as a whole: a reader sees the old one or the new one, and nobody else sees a key.

use std::{fs, io, io::Write, path::Path};

/// Replaces a file in one step; it is readable by its owner alone (mode 0600).
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // tempfile makes it with 0600 under a name that nobody can guess.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|why| why.error)
}

/// Makes a folder that only its owner may enter (mode 0700), with those above it.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}
