//! A command runs there as it would here: an argv, a bound, and what it said.

use super::Remote;
use engine::{net::host::CommandFault, site::Host};
use std::time::Instant;

#[tokio::test]
async fn what_a_command_says_comes_over_with_its_exit_code() {
    let remote = Remote::start().await;
    let script = "echo first; echo; echo last; echo oops >&2; exit 7";
    for host in [&Host::Local, &remote.host] {
        let said = remote.hosts.run(host, &["sh", "-c", script]).await.unwrap();
        assert_eq!(
            (said.first_line(), said.last_line()),
            ("first", "last"),
            "{host:?}"
        );
        assert_eq!((said.exit_code, said.complaint.trim()), (Some(7), "oops"));
        let silent = remote
            .hosts
            .run(host, &["sh", "-c", "echo no >&2"])
            .await
            .unwrap();
        assert_eq!(silent.words(), "no");
    }
}

#[tokio::test]
async fn every_argument_arrives_as_it_was_given() {
    let remote = Remote::start().await;
    let hostile = [
        "a b",
        "it's",
        "$(id)",
        "`id`",
        ";id",
        "--",
        "-x",
        "",
        "\"",
        "\\",
        "*",
        "two\nlines",
        "é",
    ];
    for host in [&Host::Local, &remote.host] {
        let argv: Vec<&str> = ["printf", "<%s>"].into_iter().chain(hostile).collect();
        let said = remote.hosts.run(host, &argv).await.unwrap();
        let expected = format!("<{}>", hostile.join("><"));
        assert_eq!(said.output, expected, "{host:?}");
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_did_not_run() {
    let remote = Remote::start().await;
    let plain = remote.write("plain", b"#!/bin/sh\n");
    for host in [&Host::Local, &remote.host] {
        for program in ["no-such-program-anywhere", plain.to_str().unwrap()] {
            let seen = remote.hosts.run(host, &[program, "x"]).await;
            assert!(
                matches!(seen, Err(CommandFault::DidNotRun(_))),
                "{host:?} {program}: {seen:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_command_that_hangs_or_never_stops_talking_holds_up_nobody() {
    let remote = Remote::start().await;
    for host in [&Host::Local, &remote.host] {
        let hung = async {
            let begun = Instant::now();
            let seen = remote.hosts.run(host, &["sh", "-c", "sleep 60 & sleep 60"]).await;
            assert!(matches!(seen, Err(CommandFault::OutOfTime(_))), "{seen:?}");
            assert!(begun.elapsed().as_secs() < 15);
        };
        let others = async {
            let begun = Instant::now();
            for _ in 0..5 {
                assert!(remote.hosts.run(host, &["true"]).await.is_ok());
            }
            assert!(
                begun.elapsed().as_secs() < 9,
                "they waited for the one that hangs"
            );
        };
        tokio::join!(hung, others);

        let endless = remote.hosts.run(host, &["yes"]).await;
        assert!(
            endless.is_ok_and(|said| said.output.len() == 64 * 1024),
            "{host:?}"
        );
    }
}
