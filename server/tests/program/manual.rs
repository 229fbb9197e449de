//! Help, completions and the manual page.

use crate::harness::Place;

#[test]
fn every_shell_gets_its_completions() {
    let place = Place::sqlite();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = place.run(&["completions", shell]);
        assert_eq!((done.code, done.err.as_str()), (Some(0), ""), "{shell}");
        assert!(
            done.out.contains("probe") && done.out.contains("no-system-roots"),
            "{shell}"
        );
    }
    assert_eq!(place.run(&["completions", "cmd"]).code, Some(2));
}

#[test]
fn every_subcommand_has_a_page_and_examples() {
    let place = Place::sqlite();
    let page = place.run(&["man"]).out;
    assert!(page.contains(".TH desk 1"), "{page}");
    for subcommand in [
        "serve",
        "demo",
        "check",
        "checks",
        "probe",
        "judge",
        "config",
        "completions",
    ] {
        assert!(page.contains(subcommand), "{page}");
        let done = place.run(&["man", subcommand]);
        assert_eq!(done.code, Some(0), "{subcommand}");
        assert!(
            done.out.starts_with(".ie") && done.out.contains(subcommand),
            "{}",
            done.out
        );
        let help = place.run(&[subcommand, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    }
    let done = place.run(&["man", "nonsense"]);
    assert_eq!(
        (done.code, done.err.as_str()),
        (Some(2), "desk: there is no subcommand nonsense\n")
    );
}

#[test]
fn alone_it_says_how_it_is_used() {
    let place = Place::sqlite();
    let done = place.run(&[]);
    assert_eq!(done.code, Some(2));
    assert!(done.err.contains("Usage: desk"), "{done:?}");
    let version = place.run(&["--version"]);
    assert_eq!(version.out, concat!("desk ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_document_of_the_checks_is_the_programs_own() {
    let place = Place::sqlite();
    let printed = place.run(&["checks", "--markdown"]).out;
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/checks.md")).unwrap();
    assert!(
        printed == kept,
        "docs/checks.md is of another day: run `cargo xtask docs`"
    );
    let list = place.run(&["checks"]).out;
    let ids: Vec<&str> = list.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(ids.contains(&"imap_cert_san_993"), "{list}");
    assert!(
        ids.iter().all(|id| kept.contains(&format!("| `{id}` |"))),
        "{list}"
    );
}

#[test]
fn the_document_of_the_roles_is_the_programs_own() {
    let place = Place::sqlite();
    let printed = place.run(&["roles", "--markdown"]).out;
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access.md")).unwrap();
    assert!(
        printed == kept,
        "docs/access.md is of another day: run `cargo xtask docs`"
    );
}
