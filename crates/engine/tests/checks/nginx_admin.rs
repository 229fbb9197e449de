//! `admin_block_nginx`: a server block on the admin's port with exactly the mail host's name. It never warns.

use super::{HOST, Stage, large};
use engine::site::Host;
use model::{Code, Endpoint, Language, State, Step};
use std::{fs, os::unix::fs::symlink};

const CHECK: &str = "admin_block_nginx";

impl Stage {
    /// The verdict over a folder whose one file has this text.
    async fn over_nginx(&self, text: &str) -> Step {
        fs::write(self.path("includes/admin.conf"), text).unwrap();
        self.step(CHECK).await
    }
}

#[tokio::test]
async fn a_block_with_the_name_on_the_port_is_found_in_the_folder_and_below_it() {
    let stage = Stage::set().await;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Ok, Code::Ok), "{step:?}");
    assert!(
        step.evidence
            .path
            .as_ref()
            .unwrap()
            .ends_with("includes/admin.conf")
    );
    assert_eq!(
        (step.evidence.line, step.evidence.name.as_deref()),
        (Some(3), Some(HOST))
    );
    assert!(step.say(Language::Pt).message.contains("admin.conf:3"));

    fs::create_dir_all(stage.path("includes/a/b")).unwrap();
    fs::rename(
        stage.path("includes/admin.conf"),
        stage.path("includes/a/b/x.conf"),
    )
    .unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
    fs::rename(stage.path("includes/a/b/x.conf"), stage.path("x.conf")).unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Fail, Code::NoServerBlock));
    // As a folder of sites that are switched on has them.
    symlink(stage.path("x.conf"), stage.path("includes/enabled.conf")).unwrap();
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn the_port_is_6071_or_that_of_the_admin() {
    let mut stage = Stage::set().await;
    let on = |listen: &str| format!("server {{ listen {listen}; server_name {HOST}; }}");
    for listen in [
        "6071",
        "127.0.0.1:6071 ssl",
        "[::]:6071 ssl ipv6only=off",
        "*:6071",
    ] {
        assert_eq!(stage.over_nginx(&on(listen)).await.state, State::Ok, "{listen}");
    }
    let step = stage.over_nginx(&on("443 ssl")).await;
    assert_eq!((step.state, step.code), (State::Fail, Code::NoServerBlock));
    assert!(
        step.evidence.found[0].ends_with("admin.conf:1"),
        "on another port"
    );
    stage.site.admin = Some(Endpoint::parse("127.0.0.1:443").unwrap());
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn what_is_included_counts_wherever_it_lies() {
    let mut stage = Stage::set().await;
    fs::create_dir_all(stage.path("names/more")).unwrap();
    fs::write(stage.path("names/a.names"), "server_name mail.b.example;").unwrap();
    fs::write(
        stage.path("names/more/b.names"),
        format!("server_name\n  {HOST};"),
    )
    .unwrap();
    fs::write(stage.path("names/a.inc"), "include more/b.names;").unwrap();
    let folder = stage.path("names").display().to_string();
    for include in [
        format!("{folder}/more/b.names"),
        format!("{folder}/*/*.names"),
        format!("{folder}/a.inc"),
    ] {
        let step = stage
            .over_nginx(&format!("server {{ listen 6071; include {include}; }}"))
            .await;
        assert_eq!(
            (step.state, step.code),
            (State::Ok, Code::Ok),
            "{include}: {step:?}"
        );
        assert!(step.evidence.path.unwrap().ends_with("names/more/b.names"));
    }
    // Relative to the folder of nginx.conf, which is above the one with its parts.
    let relative = "server { listen 6071; include names/more/b.names; }";
    assert_eq!(stage.over_nginx(relative).await.state, State::Ok);

    let step = stage.over_nginx("include /nowhere/at/all.conf;").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::FileMissing));
    assert_eq!(step.evidence.path.as_deref(), Some("/nowhere/at/all.conf"));
    let step = stage.over_nginx("include /nowhere/at/*.conf;").await;
    assert_eq!((step.state, step.code), (State::Fail, Code::NoServerBlock));
    let step = stage.over_nginx("include /dev/zero;").await;
    assert_eq!((step.state, step.code), (State::Unknown, Code::Unreadable));

    // The main file itself may be named instead of a folder.
    fs::write(
        stage.path("nginx.conf"),
        format!("http {{ include {folder}/site.conf; }}"),
    )
    .unwrap();
    let site = "server { listen 6071; include names/more/b.names; }";
    fs::write(stage.path("names/site.conf"), site).unwrap();
    stage.site.nginx_admin = Some(stage.path("nginx.conf"));
    assert_eq!(stage.verdict(CHECK).await, (State::Ok, Code::Ok));
}

#[tokio::test]
async fn a_folder_without_such_a_block_is_a_failure() {
    let stage = Stage::set().await;
    for text in [
        String::new(),
        format!("# server {{ listen 6071; server_name {HOST}; }}"),
        format!("server {{ listen 6071; # server_name {HOST};\n }}"),
        format!(
            "server {{ listen 6071; server_name x{HOST} {HOST}.br *.a.example .{HOST} ~^mail\\.a\\.example$; }}"
        ),
        format!("server {{ listen 6071; server_name x; }} server {{ listen 80; server_name {HOST}; }}"),
        format!("server {{ server_name {HOST}; }}"),
        format!("upstream admin {{ server {HOST}:6071; }}"),
        format!("mail {{ server {{ listen 6071; server_name {HOST}; }} }}"),
    ] {
        let step = stage.over_nginx(&text).await;
        assert_eq!(
            (step.state, step.code),
            (State::Fail, Code::NoServerBlock),
            "{text}"
        );
        assert!(step.evidence.path.unwrap().ends_with("includes"));
    }
    // What an editor left behind is read by nobody.
    let block = format!("server {{ listen 6071; server_name {HOST}; }}");
    fs::write(stage.path("includes/admin.conf~"), block).unwrap();
    assert_eq!(stage.verdict(CHECK).await.0, State::Fail);
}

#[tokio::test]
async fn a_file_that_nginx_would_refuse_is_named() {
    let stage = Stage::set().await;
    let step = stage
        .over_nginx(&format!("server {{\n  listen 6071\n  server_name {HOST};\n"))
        .await;
    assert_eq!((step.state, step.code), (State::Fail, Code::ConfigBroken));
    assert!(step.evidence.path.unwrap().ends_with("admin.conf"));
    assert!(step.evidence.detail.unwrap().contains("line 4"));
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let mut stage = Stage::set().await;
    for (path, verdict) in stage.unreadable() {
        // A folder is what is wanted here, and this one has no file.
        let verdict = if path.ends_with("folder.pem") {
            (State::Fail, Code::NoServerBlock)
        } else {
            verdict
        };
        stage.site.nginx_admin = Some(path.clone());
        assert_eq!(stage.verdict(CHECK).await, verdict, "{path:?}");
    }
    stage.site.nginx_admin = Some(stage.path("includes"));
    large(&stage.path("includes/large.conf"), 1024 * 1024 * 1024);
    assert_eq!(stage.verdict(CHECK).await, (State::Unknown, Code::TooLarge));
    stage.site.host = Host::Ssh("ssh://desk@127.0.0.1:1".to_owned());
    assert_eq!(
        stage.verdict(CHECK).await,
        (State::Unknown, Code::HostUnreachable)
    );
}

#[tokio::test]
async fn without_a_folder_the_check_is_skipped() {
    let mut stage = Stage::set().await;
    stage.site.nginx_admin = None;
    let step = stage.step(CHECK).await;
    assert_eq!((step.state, step.code), (State::Skipped, Code::NotConfigured));
    assert_eq!(step.evidence.wants.as_deref(), Some("sites.vm112.nginx_admin"));
}
