//! Caddy and mox on another host, over a real sshd.

use super::{ALL_OK, OK, Scene};
use engine::site::{Host, Place};
use model::{Code, State};
use std::fs;
use testkit::servers::Sshd;

#[tokio::test]
async fn storage_and_target_are_read_over_ssh() {
    let sshd = Sshd::start().await;
    let mut scene = Scene::set().await;
    let place = Place::from(Host::Ssh(sshd.url()));
    scene.storage().place.clone_from(&place);
    scene.cert().target.place = place;
    scene.ssh_config = Some(sshd.client_config());
    assert_eq!(scene.verdicts().await, ALL_OK);
    assert_eq!(sshd.logins(), 1);

    fs::remove_dir_all(scene.caddy.certificates()).unwrap();
    let missing = (State::Fail, Code::FileMissing);
    assert_eq!(scene.verdicts().await, [missing, missing, OK, missing, OK]);
}
