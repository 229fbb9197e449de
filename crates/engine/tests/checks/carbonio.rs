//! `carbonio_domain`: what the mail server's own command says of the domain, here and over ssh.

use super::{Stage, Verdict, domain, write};
use engine::{Engine, Site, Trust, checks, site::Host};
use model::{Code, State, Step};
use std::sync::Arc;
use testkit::{clock, servers::Sshd};

const CHECK: &str = "carbonio_domain";

impl Stage {
    /// A command that answers as `carbonio prov gd` does, by the script's text.
    fn carbonio(&mut self, script: &str) {
        let path = self.path("carbonio");
        write(&path, &format!("#!/bin/sh\n{script}\n"), 0o755);
        let program = path.display().to_string();
        let argv = [&program, "prov", "gd", "{domain}", "zimbraDomainStatus"];
        self.site.carbonio_command = Some(argv.map(String::from).into());
    }
}

#[tokio::test]
async fn active_is_ok_and_every_other_state_is_not() {
    let mut stage = Stage::set().await;
    let unknown: Verdict = (State::Unknown, Code::CommandFailed);
    for (script, verdict) in [
        (
            "echo \"# name $3\"; echo zimbraDomainStatus: active",
            (State::Ok, Code::Ok),
        ),
        (
            "echo \"# name $3\"; echo zimbraDomainStatus: locked",
            (State::Fail, Code::DomainInactive),
        ),
        (
            "echo zimbraDomainStatus: suspended",
            (State::Fail, Code::DomainInactive),
        ),
        (
            "echo 'ERROR: account.NO_SUCH_DOMAIN (no such domain: x)' >&2; exit 2",
            (State::Fail, Code::DomainUnknown),
        ),
        // Said of another domain, cut off, in words that nobody knows, or not at all.
        (
            "echo '# name other.example'; echo zimbraDomainStatus: active",
            unknown,
        ),
        ("echo \"# name $3\"", unknown),
        ("echo zimbraDomainStatus:", unknown),
        ("echo inactive", unknown),
        ("echo zimbraDomainStatus: active; exit 1", unknown),
        (
            "echo 'ERROR: service.FAILURE (system failure)' >&2; exit 1",
            unknown,
        ),
        ("kill -9 $$", unknown),
    ] {
        stage.carbonio(script);
        assert_eq!(stage.verdict(CHECK).await, verdict, "{script}");
    }
}

#[tokio::test]
async fn a_command_without_the_domain_is_a_list_of_all_and_runs_once_for_all() {
    let mut stage = Stage::set().await;
    let unknown: Verdict = (State::Unknown, Code::CommandFailed);
    let said = |status: &str| format!("'# name other.example\\nzimbraDomainStatus: active\\n\\n{status}'");
    let name = "a.example";
    for (script, verdict) in [
        (
            format!(
                "printf {}",
                said(&format!("# name {name}\\nzimbraDomainStatus: active\\n"))
            ),
            (State::Ok, Code::Ok),
        ),
        (
            format!(
                "printf {}",
                said(&format!(
                    "# name {}\\nzimbraDomainStatus: locked\\n",
                    name.to_uppercase()
                ))
            ),
            (State::Fail, Code::DomainInactive),
        ),
        (format!("printf {}", said("")), (State::Fail, Code::DomainUnknown)),
        (format!("printf {}", said(&format!("# name {name}\\n"))), unknown),
        // Cut off, or in words that nobody knows: that a name is missing then says nothing of it.
        (format!("printf {}; exit 1", said("")), unknown),
        (format!("printf {}; yes", said("")), unknown),
        ("echo zimbraDomainStatus: active".to_owned(), unknown),
        ("true".to_owned(), unknown),
        ("sleep 60".to_owned(), unknown),
    ] {
        stage.carbonio(&script);
        stage.site.carbonio_command = Some(vec![stage.path("carbonio").display().to_string()]);
        assert_eq!(stage.verdict(CHECK).await, verdict, "{script}");
    }

    stage.carbonio(&format!(
        "echo x >> {}; printf {}",
        stage.path("runs").display(),
        said("")
    ));
    stage.site.carbonio_command = Some(vec![stage.path("carbonio").display().to_string()]);
    let chosen = [checks::find(CHECK).unwrap()];
    let steps = stage
        .sweep(&stage.site, &[domain(name), domain("other.example")], &chosen)
        .await;
    let states: Vec<State> = steps.iter().flatten().map(|step| step.state).collect();
    assert_eq!(states, [State::Fail, State::Ok]);
    assert_eq!(std::fs::read_to_string(stage.path("runs")).unwrap(), "x\n");
}

#[tokio::test]
async fn a_command_that_cannot_be_run_or_hangs_says_nothing() {
    let mut stage = Stage::set().await;
    stage.carbonio("sleep 60");
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::CommandFailed));
    assert!(step.duration_ms < 15_000, "{}", step.duration_ms);
    stage.site.carbonio_command = Some(vec![stage.path("nowhere").display().to_string()]);
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::CommandFailed));
    stage.site.carbonio_command = None;
    let step = stage.step(CHECK).await;
    assert_eq!(step.state, State::Skipped);
    assert_eq!(
        step.evidence.wants.as_deref(),
        Some("sites.vm112.carbonio_command")
    );
}

#[tokio::test]
async fn the_evidence_has_the_command_that_a_person_can_run() {
    let mut stage = Stage::set().await;
    stage.carbonio("echo zimbraDomainStatus: closed");
    let step = stage.step(CHECK).await;
    let line = engine::reproduce::command(step.code, &step.evidence).unwrap();
    let said = std::process::Command::new("sh")
        .args(["-c", &line])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        "zimbraDomainStatus: closed\n"
    );
    assert!(line.ends_with("prov gd a.example zimbraDomainStatus"), "{line}");
}

/// Every check that reads a host, over ssh.
async fn over_ssh(stage: &Stage, sshd: &Sshd, host: &str, chosen: &[&str]) -> Vec<Step> {
    let site = Site {
        host: Host::Ssh(host.to_owned()),
        ..stage.site.clone()
    };
    let engine = Engine::new(
        std::slice::from_ref(&site),
        Trust::nobody(),
        super::LIMITS,
        Arc::new(clock::now),
    );
    let engine = engine.unwrap().with_ssh_config(sshd.client_config());
    let chosen: Vec<_> = chosen.iter().map(|id| checks::find(id).unwrap()).collect();
    let domain = domain("a.example");
    Arc::new(engine)
        .sweep()
        .run(&site, &[&domain], &chosen)
        .await
        .remove(0)
}

#[tokio::test]
async fn a_host_over_ssh_is_judged_like_this_one_over_one_connection() {
    let mut stage = Stage::set().await;
    stage.carbonio("echo zimbraDomainStatus: active");
    let sshd = Sshd::start().await;
    let chosen = [CHECK, "cert_deployed_global", "cert_renew_ready"];
    let steps = over_ssh(&stage, &sshd, &sshd.url(), &chosen).await;
    for step in &steps {
        assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
        assert_eq!(step.evidence.host.as_deref(), Some(sshd.url().as_str()));
    }
    assert_eq!(sshd.logins(), 1);

    sshd.refuse_the_key();
    for step in over_ssh(&stage, &sshd, &sshd.url(), &chosen).await {
        assert_eq!(
            (step.state, step.code),
            (State::Unknown, Code::HostUnreachable),
            "{step:?}"
        );
        assert!(step.evidence.detail.unwrap().contains("Permission denied"));
    }
}
