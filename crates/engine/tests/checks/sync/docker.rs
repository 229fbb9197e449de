//! Caddy's storage in a container: what `docker exec` prints there, asked once.
//!
//! `docker` is found in PATH, which belongs to the whole process, so the story is told again in a child.

use super::{ALL_OK, HOST, Scene, domain};
use crate::{timer::in_a_child, write};
use engine::reproduce;
use model::{Code, Domain, State};
use std::{env, fs, path::Path};

/// It runs what it is told to, in the one container that there is, and keeps a list of it.
const DOCKER: &str = r#"#!/bin/sh
export PATH=/usr/bin:/bin
test "$1" = exec && test "$#" -ge 3 || exit 64
echo "$3 $4" >> "$(dirname "$0")/ran"
test "$2" = caddy || { echo "Error response from daemon: No such container: $2" >&2; exit 1; }
shift 2
exec "$@"
"#;

#[tokio::test]
async fn a_storage_in_a_container_is_read_by_what_runs_there() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("docker"), DOCKER, 0o755);
    let story = "sync::docker::a_storage_in_a_container_is_read_by_what_runs_there";
    if !in_a_child(story, folder.path()) {
        return;
    }
    let mut scene = Scene::set().await;
    scene.storage().place.container = Some("caddy".to_owned());
    assert_eq!(scene.verdicts().await, ALL_OK);
    let step = scene.step("caddy_cert_valid").await;
    let chain = scene.caddy.pair(HOST)[0].display().to_string();
    assert_eq!(
        step.evidence.command,
        ["docker", "exec", "caddy", "cat", chain.as_str()]
    );
    let command = reproduce::command(step.code, &step.evidence).unwrap();
    assert_eq!(command, format!("docker exec caddy cat {chain}"));

    scene.storage().folder = "/nowhere".into();
    let step = scene.step("caddy_cert_valid").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::FileMissing));

    scene.storage().place.container = Some("mail".to_owned());
    let step = scene.step("caddy_cert_valid").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreadable));
    let why = step.evidence.detail.unwrap();
    assert!(why.contains("No such container: mail"), "{why}");
}

#[tokio::test]
async fn every_file_of_a_container_is_read_once_a_sweep() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("docker"), DOCKER, 0o755);
    let story = "sync::docker::every_file_of_a_container_is_read_once_a_sweep";
    if !in_a_child(story, folder.path()) {
        return;
    }
    let mut scene = Scene::set().await;
    scene.storage().place.container = Some("caddy".to_owned());
    let domains: Vec<Domain> = (0..20)
        .map(|n| Domain {
            mail_host: domain("a.example").mail_host,
            ..domain(&format!("d{n}.example"))
        })
        .collect();
    let answers = scene.sweep(&domains).await;
    assert!(answers.iter().flatten().all(|step| step.state == State::Ok));

    let docker = env::var_os("PATH").unwrap();
    let ran = fs::read_to_string(Path::new(&docker).join("ran")).unwrap();
    let [chain, key] = scene.caddy.pair(HOST).map(|path| path.display().to_string());
    let wildcard = chain.replace(HOST, "wildcard_.a.example");
    let mut ran: Vec<_> = ran.lines().collect();
    ran.sort_unstable();
    let mut wanted = [
        format!("ls {}", scene.caddy.certificates().display()),
        format!("cat {chain}"),
        format!("cat {key}"),
        format!("cat {wildcard}"),
    ];
    wanted.sort_unstable();
    assert_eq!(ran, wanted);
}
