//! What goes wrong between the Desk and a host leaves it unknown, and is over when the fault is.

use super::Remote;
use engine::net::host::{CommandFault, FileFault};
use futures::future::join_all;
use std::{fs, process::Command, time::Duration};

impl Remote {
    /// The words of a host that is out of reach.
    async fn out_of_reach(&self) -> String {
        let path = self.write("file", b"x");
        let file = self.read(&path).await;
        let command = self.hosts.run(&self.host, &["true"]).await;
        assert!(
            matches!(command, Err(CommandFault::HostUnreachable(_))),
            "{command:?}"
        );
        let Err(FileFault::HostUnreachable(why)) = file else {
            unreachable!("{file:?}");
        };
        why
    }

    async fn is_well(&self) -> bool {
        self.hosts.run(&self.host, &["true"]).await.is_ok()
    }
}

#[tokio::test]
async fn whoever_asks_and_however_many_one_connection_carries_it() {
    let remote = Remote::start().await;
    let path = remote.write("file", b"content");
    let files = join_all((0..50).map(|_| remote.read(&path)));
    let commands = join_all((0..50).map(|_| remote.hosts.run(&remote.host, &["true"])));
    let (files, commands) = tokio::join!(files, commands);
    assert!(files.into_iter().all(|file| file == Ok(b"content".to_vec())));
    assert!(
        commands
            .into_iter()
            .all(|said| said.is_ok_and(|said| said.exit_code == Some(0)))
    );
    assert!(remote.hosts.reach(&remote.host).await.is_ok());
    assert_eq!(remote.sshd.logins(), 1);
}

#[tokio::test]
async fn a_host_key_that_is_unknown_or_another_is_refused() {
    let mut remote = Remote::start().await;
    assert!(remote.is_well().await);
    remote.sshd.change_host_key().await;
    remote.next_sweep();
    let why = remote.out_of_reach().await;
    assert!(why.contains("Host key verification failed"), "{why}");

    remote.sshd.be_forgotten();
    remote.next_sweep();
    let why = remote.out_of_reach().await;
    assert!(why.contains("Host key verification failed"), "{why}");
    let known = remote.sshd.client_config().with_file_name("known_hosts");
    assert_eq!(
        fs::read_to_string(known).unwrap(),
        "",
        "nobody was taken on trust"
    );
}

#[tokio::test]
async fn a_key_that_is_refused_and_a_host_that_is_down_are_told_in_sshs_words() {
    let mut remote = Remote::start().await;
    remote.sshd.refuse_the_key();
    let why = remote.out_of_reach().await;
    assert!(why.contains("Permission denied"), "{why}");
    remote.sshd.stop();
    remote.next_sweep();
    let why = remote.out_of_reach().await;
    assert!(why.contains("Connection refused"), "{why}");
}

#[tokio::test]
async fn a_connection_that_is_cut_is_unknown_now_and_made_anew_by_the_next_sweep() {
    let mut remote = Remote::start().await;
    assert!(remote.is_well().await);
    let hung = remote.hosts.run(&remote.host, &["sleep", "60"]);
    let cut = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        remote.sshd.cut_connections();
    };
    let (hung, ()) = tokio::join!(hung, cut);
    assert!(matches!(hung, Err(CommandFault::HostUnreachable(_))), "{hung:?}");
    remote.out_of_reach().await;
    assert_eq!(
        remote.sshd.logins(),
        1,
        "a sweep does not come back by another way"
    );
    remote.next_sweep();
    assert!(remote.is_well().await);
}

#[tokio::test]
async fn nothing_is_left_when_a_sweep_is_over() {
    let mut remote = Remote::start().await;
    let config = remote.sshd.client_config();
    assert!(remote.is_well().await);
    assert!(!clients(&config).is_empty());
    remote.next_sweep();
    let gone = testkit::clock::until(Duration::from_secs(5), async || clients(&config).is_empty()).await;
    assert!(gone, "{:?}", clients(&config));
}

/// The processes, zombies too, whose command line names the configuration.
fn clients(config: &std::path::Path) -> Vec<String> {
    let listed = Command::new("ps").args(["-eo", "stat,args"]).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let config = config.to_str().unwrap();
    listed
        .lines()
        .filter(|line| line.contains("ssh ") && line.contains(config) && !line.contains("sshd"))
        .map(str::to_owned)
        .collect()
}
