//! `cert_renew_ready` with a cron file: the script can be executed, and cron runs it. It never warns.

use super::{Stage, large, write};
use engine::site::{Host, Renewal};
use model::{Code, State};
use std::fs;

const CHECK: &str = "cert_renew_ready";

#[tokio::test]
async fn a_script_that_cron_runs_is_ready() {
    let stage = Stage::set().await;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    assert!(step.evidence.path.unwrap().ends_with("renew.sh"));
}

#[tokio::test]
async fn a_script_that_is_not_there_or_not_executable_is_a_failure() {
    let mut stage = Stage::set().await;
    let script = stage.path("renew.sh");
    write(&script, "#!/bin/sh\n", 0o644);
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Fail, Code::ScriptNotExecutable)
    );
    fs::remove_file(&script).unwrap();
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Fail, Code::ScriptMissing));
    assert_eq!(step.evidence.path, Some(script.display().to_string()));
    // A folder may be entered, which is the same bit of its mode.
    stage.site.renew_script = Some(stage.path("live"));
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Fail, Code::ScriptNotExecutable)
    );
}

#[tokio::test]
async fn a_cron_file_that_does_not_run_the_script_is_a_failure() {
    let stage = Stage::set().await;
    let script = stage.path("renew.sh").display().to_string();
    for line in [
        String::new(),
        format!("# 17 3 * * * root {script}\n"),
        format!("SCRIPT={script}\n"),
        format!("17 3 * * * root {script}.old\n"),
        // The shell's comment, and what cron hands to the command's input (crontab(5)).
        format!("17 3 * * * root true # {script}\n"),
        format!("17 3 * * * root cat%{script}\n"),
    ] {
        fs::write(stage.path("renew.cron"), &line).unwrap();
        let step = stage.step(CHECK).await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::CronLacksScript),
            "{line}"
        );
        assert!(step.evidence.path.unwrap().ends_with("renew.cron"));
    }
}

#[tokio::test]
async fn a_cron_file_that_cannot_be_read_says_why() {
    let mut stage = Stage::set().await;
    for (path, verdict) in stage.unreadable() {
        stage.site.renewal = Some(Renewal::Cron(path.clone()));
        assert_eq!(stage.verdict(CHECK).await, verdict, "{path:?}");
    }
    large(&stage.path("large.cron"), 256 * 1024 + 1);
    stage.site.renewal = Some(Renewal::Cron(stage.path("large.cron")));
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::TooLarge));
    // What is no text runs nothing.
    fs::write(stage.path("renew.cron"), [0xff, 0xfe, 0, 0x80]).unwrap();
    stage.site.renewal = Some(Renewal::Cron(stage.path("renew.cron")));
    assert_eq!(stage.verdict(CHECK).await, (State::Fail, Code::CronLacksScript));
}

#[tokio::test]
async fn a_host_that_is_out_of_reach_is_unknown() {
    let mut stage = Stage::set().await;
    stage.site.host = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned());
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Unknown, Code::HostUnreachable)
    );
}

#[tokio::test]
async fn without_a_script_or_anything_that_runs_it_the_check_is_skipped() {
    let mut stage = Stage::set().await;
    stage.site.renewal = None;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.renew_timer"));
    stage.site.renew_script = None;
    let step = stage.step(CHECK).await;
    assert_eq!(step.state, State::Skipped);
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.renew_script"));
}
