//! `cert_renew_ready` with a systemd timer: what the `systemctl` found in PATH answers.
//!
//! PATH belongs to the whole process, so a story with another one is told again in a child.

use super::{Stage, write};
use engine::site::Renewal;
use futures::future::join_all;
use model::{Code, State, Step};
use std::{env, path::Path, process::Command};

const CHECK: &str = "cert_renew_ready";

async fn step(unit: &str) -> Step {
    let mut stage = Stage::set().await;
    stage.site.renewal = Some(Renewal::Timer(unit.to_owned()));
    stage.step(CHECK).await
}

/// A systemctl that reads its answers from the unit's name: `ACTIVE_ENABLED.timer`.
const ANSWERS_BY_NAME: &str = r#"#!/bin/sh
test "$#" = 3 && test "$2" = -- || exit 64
unit=${3%.timer}
case $1 in
  is-active) answer=${unit%%_*} ;;
  is-enabled) answer=${unit#*_} ;;
esac
case $answer in
  endless) exec /usr/bin/yes active ;;
  hangs) exec /usr/bin/sleep 60 ;;
  broken) echo 'Failed to connect to bus' >&2; exit 1 ;;
  *) echo "$answer" ;;
esac
"#;

#[tokio::test]
async fn a_timer_is_ready_when_it_is_active_and_comes_back_after_a_reboot() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("systemctl"), ANSWERS_BY_NAME, 0o755);
    if !in_a_child(
        "timer::a_timer_is_ready_when_it_is_active_and_comes_back_after_a_reboot",
        folder.path(),
    ) {
        return;
    }
    let (ok, inactive, disabled) = (
        (State::Ok, Code::Ok),
        (State::Fail, Code::TimerInactive),
        (State::Fail, Code::TimerDisabled),
    );
    let no_answer = (State::Unknown, Code::CommandFailed);
    let told = join_all(
        [
            ("active_enabled", ok),
            ("active_static", ok),
            ("inactive_enabled", inactive),
            ("failed_enabled", inactive),
            ("active_disabled", disabled),
            ("active_masked", disabled),
            // Gone with the next boot.
            ("active_enabled-runtime", disabled),
            ("ACTIVE_enabled", no_answer),
            ("active_yes", no_answer),
            ("broken_enabled", no_answer),
            ("active_broken", no_answer),
            ("endless_enabled", ok),
            ("hangs_enabled", no_answer),
        ]
        .map(async |(unit, verdict)| (unit, verdict, step(&format!("{unit}.timer")).await)),
    );
    for (unit, verdict, step) in told.await {
        assert_eq!((step.state, step.code), verdict, "{unit}");
        if unit.contains("broken") {
            let why = step.evidence.detail.unwrap();
            assert!(why.contains("Failed to connect to bus"), "{why}");
        }
    }
}

#[tokio::test]
async fn where_there_is_no_systemctl_nothing_is_known_of_a_timer() {
    let folder = tempfile::tempdir().unwrap();
    if !in_a_child(
        "timer::where_there_is_no_systemctl_nothing_is_known_of_a_timer",
        folder.path(),
    ) {
        return;
    }
    let step = step("certbot.timer").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::CommandFailed));
    assert!(step.evidence.detail.unwrap().starts_with("systemctl: "));
}

/// With systemd it is not there; without, nobody knows. The machine's own systemctl is asked.
#[tokio::test]
async fn a_timer_that_nobody_has_is_never_ready() {
    let step = step("desk-nobody-has-this.timer").await;
    assert!(
        matches!(
            (step.state, step.code),
            (State::Fail, Code::TimerInactive) | (State::Unknown, Code::CommandFailed)
        ),
        "{step:?}"
    );
}

/// True in the child, which finds programs in `folder` first; the parent waits for it to end well.
pub(super) fn in_a_child(story: &str, folder: &Path) -> bool {
    if env::var_os(CHILD).is_some() {
        return true;
    }
    let told = Command::new(env::current_exe().unwrap())
        .args([story, "--exact"])
        .env(CHILD, "1")
        .env("PATH", folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success() && said.contains("1 passed"), "{said}");
    false
}

const CHILD: &str = "DESK_TEST_CHILD";
