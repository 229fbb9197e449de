//! `desk config`, as an operator runs it.

use std::{
    fs, io,
    path::Path,
    process::{Command, Output},
};

/// What the real program, given these variables and no others, writes to its output and its errors, and its
/// exit code.
fn desk(
    folder: &Path,
    words: &[&str],
    variables: &[(&str, &str)],
) -> io::Result<(String, String, Option<i32>)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    let command = command.current_dir(folder).env_clear();
    let Output {
        status,
        stdout,
        stderr,
    } = command.args(words).envs(variables.iter().copied()).output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((text(stdout), text(stderr), status.code()))
}

#[test]
fn a_good_file_is_summed_up_and_its_warnings_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[auth]\nbootstrap_password = \"sesame\"\n[sites.a]\n[[domains]]\nname = \"x.example\"\n";
    fs::write(folder.path().join("desk.toml"), text).unwrap();
    let (out, err, code) = desk(folder.path(), &["config", "check", "--config", "desk.toml"], &[]).unwrap();
    assert_eq!(
        out,
        "desk.toml: ok (1 site, 0 hosts, 1 domain, 0 integrations, 0 hooks)\n"
    );
    assert_eq!(
        err,
        "warning: desk.toml:2: auth.bootstrap_password: the secret itself stands here; better is \"env:NAME\" or \"file:/path\"\n"
    );
    assert_eq!(code, Some(0));
}

#[test]
fn a_bad_file_is_refused_with_a_line_for_each_fault() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("desk.toml"),
        "[server]\nlisen = 1\n[schedule]\nchecks = \"0s\"\n",
    )
    .unwrap();
    for words in [["config", "check"], ["config", "show"]] {
        let (out, err, code) = desk(folder.path(), &words, &[("DESK_CONFIG", "desk.toml")]).unwrap();
        assert_eq!(out, "");
        assert_eq!(
            err,
            "desk.toml:2: server.lisen: there is no such key; did you mean `listen`?\n\
             desk.toml:4: schedule.checks: \"0s\" is too short: at least \"1s\"\n"
        );
        assert_eq!(code, Some(2));
    }
}

#[test]
fn what_takes_effect_is_shown_without_any_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("desk.toml"),
        "[auth]\nbootstrap_password = \"sesame\"\n",
    )
    .unwrap();
    let variables = [
        ("JWT_SECRET", "sesame-0123456789abcdef0123456789"),
        ("DATABASE_URL", "postgres://desk:sesame@db/desk"),
    ];
    let (out, err, code) = desk(
        folder.path(),
        &["config", "show", "--config", "desk.toml"],
        &variables,
    )
    .unwrap();
    for line in [
        "jwt_secret = \"env:JWT_SECRET\"",
        "bootstrap_password = \"****\"",
        "url = \"postgres://desk:****@db/desk\"",
    ] {
        assert!(out.lines().any(|shown| shown == line), "{out}");
    }
    assert!(!out.contains("sesame") && !err.contains("sesame"));
    assert_eq!(code, Some(0));
}

#[test]
fn without_a_file_the_defaults_are_good() {
    let folder = tempfile::tempdir().unwrap();
    let (out, err, code) = desk(folder.path(), &["config", "check"], &[("DESK_CONFIG", "")]).unwrap();
    assert_eq!(
        out,
        "no file, the defaults: ok (0 sites, 0 hosts, 0 domains, 0 integrations, 0 hooks)\n"
    );
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is written"
    );
}
