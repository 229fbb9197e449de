//! Compiles `frontend` to WebAssembly and lets wasm-bindgen write the JavaScript around it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use crate::command::{self, built, cargo, on_path, program};
use crate::setup::WASM;

pub(super) struct Script {
    pub(super) js: Vec<u8>,
    pub(super) wasm: Vec<u8>,
}

pub(super) fn build(profile: Profile) -> Result<Script> {
    let cargo_profile = match profile {
        Profile::Debug => "dev",
        Profile::Release => "wasm-release",
    };
    command::run(&mut cargo([
        "build",
        "--package",
        "frontend",
        "--target",
        WASM,
        "--profile",
        cargo_profile,
    ]))?;
    let compiled = built(WASM).join(match profile {
        Profile::Debug => "debug",
        Profile::Release => "wasm-release",
    });
    let parts = Parts::new(profile);
    let compiled = compiled.join("frontend.wasm");
    if !parts.are_newer_than(&compiled)? {
        parts.clear()?;
        if parts.optimised {
            optimise(&compiled, &parts.smaller())?;
            bind(&parts.smaller(), profile, &parts)?;
        } else {
            bind(&compiled, profile, &parts)?;
        }
    }
    parts.read()
}

/// What wasm-bindgen made of one profile's WebAssembly, kept for the next build.
struct Parts {
    folder: PathBuf,
    /// Whether `wasm-opt` goes over it: in a release, where it is on `PATH`.
    optimised: bool,
}

impl Parts {
    fn new(profile: Profile) -> Self {
        let optimised = profile == Profile::Release && on_path("wasm-opt").is_some();
        if profile == Profile::Release && !optimised {
            println!(
                "wasm-opt (Debian's `binaryen`) is not on PATH: the pages work, but load about 15 % more"
            );
        }
        Self {
            folder: built("bindgen").join(profile.folder()),
            optimised,
        }
    }

    fn js(&self) -> PathBuf {
        self.folder.join("desk.js")
    }

    fn wasm(&self) -> PathBuf {
        self.folder.join("desk_bg.wasm")
    }

    /// What `wasm-opt` made of cargo's output.
    fn smaller(&self) -> PathBuf {
        self.folder.join("frontend.wasm")
    }

    /// A half-written pair of an interrupted build must not look newer than the WebAssembly.
    fn clear(&self) -> Result<()> {
        let _ = fs::remove_dir_all(&self.folder);
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))
    }

    /// Whether the WebAssembly and this program, whose options matter too, are older than the parts.
    fn are_newer_than(&self, compiled: &Path) -> Result<bool> {
        let made = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
        let newest = made(compiled)
            .with_context(|| format!("cargo built no {}", compiled.display()))?
            .max(made(&std::env::current_exe()?)?);
        let oldest = made(&self.wasm()).and_then(|wasm| Ok(wasm.min(made(&self.js())?)));
        Ok(oldest.unwrap_or(SystemTime::UNIX_EPOCH) > newest)
    }

    fn read(&self) -> Result<Script> {
        let read = |path: PathBuf| fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
        Ok(Script {
            js: read(self.js())?,
            wasm: read(self.wasm())?,
        })
    }
}

fn bind(compiled: &Path, profile: Profile, parts: &Parts) -> Result<()> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("desk")
        .web(true)?
        .typescript(false)
        // The page says where the WebAssembly is, and may preload it for that.
        .omit_default_module_path(true)
        // Names make a panic in the browser's console readable, and weigh a third of the file.
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen")?;
    // They would be further files, for which the site has no place yet.
    let inline = output
        .snippets()
        .iter()
        .find(|(_, snippets)| !snippets.is_empty());
    if let Some(module) = inline
        .map(|(module, _)| module)
        .or_else(|| output.local_modules().keys().next())
    {
        bail!("{module} brings JavaScript of its own; let it be WebAssembly, or give it a place in the site");
    }
    output.emit(&parts.folder).context("wasm-bindgen")
}

/// Before wasm-bindgen: Debian's `wasm-opt` 108 mixes up the tables that it exports, and a page whose
/// `__wbindgen_externrefs` is the wrong one never comes alive.
fn optimise(compiled: &Path, smaller: &Path) -> Result<()> {
    command::run(program("wasm-opt", WASM_OPT).arg(compiled).arg("-o").arg(smaller))
}

/// rustc's own set of WebAssembly features, which older versions of wasm-opt do not read from the file.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
];
