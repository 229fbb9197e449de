//! Bundles `style/main.css` and what it imports into one small sheet.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::dependencies::{Dependency, DependencyOptions, UrlDependency};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

/// Inlines imports and minifies; nothing is rewritten for browsers older than nesting and `light-dark()` (2024).
/// A `url(…)` is relative to `static/main.css`, wherever it was written; `exists` knows the names there.
///
/// # Errors
/// A sheet that cannot be read or parsed, and a `url(…)` that names no file of ours.
pub(super) fn bundle(entry: &Path, exists: impl Fn(&str) -> bool) -> Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    // The error borrows the sheets, which end with this function.
    let mut sheet = bundler
        .bundle(entry)
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            analyze_dependencies: Some(DependencyOptions {
                remove_imports: false,
            }),
            ..PrinterOptions::default()
        })
        .with_context(|| format!("cannot print {}", entry.display()))?;
    let mut code = printed.code;
    for dependency in printed.dependencies.unwrap_or_default() {
        match dependency {
            Dependency::Url(url) => code = code.replace(&url.placeholder, &checked(&url, &exists)?),
            Dependency::Import(import) => bail!("@import of {}: every sheet is ours", import.url),
        }
    }
    Ok(code)
}

/// What to write between the quotes of `url("…")`.
fn checked(dependency: &UrlDependency, exists: impl Fn(&str) -> bool) -> Result<String> {
    let url = &dependency.url;
    let path = url.split(['#', '?']).next().unwrap_or(url);
    if !path.is_empty() && !path.starts_with("data:") && !exists(path) {
        let (file, line) = (&dependency.loc.file_path, dependency.loc.start.line);
        bail!("{file}:{line}: url({url}) names no file; fonts/inter.woff2 would be public/fonts/inter.woff2");
    }
    Ok(url.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use std::fs;

    #[test]
    fn imports_become_one_sheet() {
        let folder = sheets(&[
            (
                "main.css",
                "@import './cell.css';\n.board { color: light-dark(#000, #fff); & .cell { color: red } }",
            ),
            (
                "cell.css",
                ".cell { background: url(icons.svg#dot) } .hole { background: url('data:image/svg+xml,<svg a=\"b\"/>') }",
            ),
        ]);
        let css = bundle(&folder.path().join("main.css"), |name| name == "icons.svg").unwrap();
        assert!(css.starts_with(".cell{"), "{css}");
        assert!(css.contains(r#"url("icons.svg#dot")"#), "{css}");
        assert!(
            css.contains(r#"url("data:image/svg+xml,<svg a=\"b\"/>")"#),
            "{css}"
        );
        assert!(css.contains("light-dark(") && css.contains("& .cell{"), "{css}");
    }

    #[test]
    fn a_picture_that_is_not_there_is_named_with_its_line() {
        let folder = sheets(&[("main.css", ".a { color: red }\n.b { background: url(gone.svg) }")]);
        let said = bundle(&folder.path().join("main.css"), |_| false)
            .unwrap_err()
            .to_string();
        assert!(said.contains("main.css:2: url(gone.svg) names no file"), "{said}");
    }

    #[test]
    fn a_sheet_that_cannot_be_read_is_named_with_its_place() {
        let folder = sheets(&[("main.css", "@import './gone.css';")]);
        let said = bundle(&folder.path().join("main.css"), |_| false)
            .unwrap_err()
            .to_string();
        assert!(said.contains("main.css"), "{said}");
    }

    fn sheets(sheets: &[(&str, &str)]) -> Scratch {
        let folder = Scratch::new();
        for (file, text) in sheets {
            fs::write(folder.path().join(file), text).unwrap();
        }
        folder
    }
}
