//! Compresses files beforehand, so that the server only chooses between them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::place;

/// Writes `FILE.br` and `FILE.gz` where they are smaller than the file, and names them.
pub(super) fn beside(path: &Path, bytes: &[u8]) -> Result<Vec<PathBuf>> {
    let shrinks = path
        .extension()
        .is_some_and(|extension| SHRINKS.iter().any(|known| extension == *known));
    let mut written = Vec::new();
    if shrinks {
        for (extension, compress) in FORMS {
            let beside = path.with_added_extension(extension);
            if !beside.exists() {
                place(&beside, &compress(bytes)?)?;
            }
            if fs::metadata(&beside)?.len() < bytes.len() as u64 {
                written.push(beside);
            }
        }
    }
    Ok(written)
}

/// Removes what was made from a file's former content.
pub(super) fn forget(path: &Path) {
    for (extension, _) in FORMS {
        // Often there is none.
        let _ = fs::remove_file(path.with_added_extension(extension));
    }
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressor = CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    compressor.write_all(bytes)?;
    Ok(compressor.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressor = GzEncoder::new(Vec::new(), Compression::best());
    compressor.write_all(bytes)?;
    Ok(compressor.finish()?)
}

type Compress = fn(&[u8]) -> Result<Vec<u8>>;

const FORMS: [(&str, Compress); 2] = [("br", brotli), ("gz", gzip)];

/// Of 11; slow, but paid once a build.
const BROTLI_QUALITY: u32 = 11;

/// Base-2 logarithm of the bytes that a browser must remember; the most that it may be asked for is 24.
const BROTLI_WINDOW: u32 = 22;

/// Pictures and fonts in other formats are compressed already.
const SHRINKS: [&str; 7] = ["css", "ico", "js", "json", "svg", "txt", "wasm"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let style = b".cell { color: var(--ok) } ".repeat(300);
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&style).unwrap())
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, style);
        plain.clear();
        let packed = brotli(&style).unwrap();
        brotli::Decompressor::new(&*packed, 4096)
            .read_to_end(&mut plain)
            .unwrap();
        assert_eq!(plain, style);
        assert!(packed.len() * 10 < style.len());
    }
}
