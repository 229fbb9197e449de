//! nginx's mail proxy, as Carbonio and Zimbra put it before IMAP and SMTP: one certificate for every name.

#![expect(
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{MailServer, Program, certificate_files};
use crate::{Door, ca::Issued};
use std::{ffi::OsString, fs, path::Path, process::Command};

/// Starts nginx's mail proxy with [`Door::Imaps`], [`Door::Smtps`] and [`Door::Imap`]. Nothing is behind
/// it: no probe logs in.
pub async fn nginx(issued: &Issued) -> MailServer {
    MODULE.demand();
    let doors = [Door::Imaps, Door::Smtps, Door::Imap];
    MailServer::start(PROGRAM, doors, issued, configure).await
}

/// Panics with nginx's own words where it refuses the `nginx.conf` of a folder (`nginx -t`).
pub fn nginx_accepts(folder: &Path) {
    PROGRAM.demand();
    let mut nginx = Command::new(PROGRAM.path);
    let said = nginx
        .args(["-t", "-e", "stderr", "-c"])
        .arg(folder.join("nginx.conf"))
        .arg("-p")
        .arg(folder);
    let said = said.output().expect("nginx runs");
    assert!(
        said.status.success(),
        "nginx -t refuses {}:\n{}",
        folder.display(),
        String::from_utf8_lossy(&said.stderr)
    );
}

fn configure(folder: &Path, [imaps, smtps, imap]: [u16; 3]) -> Vec<OsString> {
    let [cert, key] = certificate_files(folder).map(|path| path.display().to_string());
    // `auth_http` is demanded, and asked at a login alone.
    let text = format!(
        "load_module {module};
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 256; }}
mail {{
  server_name mail.test.example;
  auth_http 127.0.0.1:9/;
  ssl_certificate {cert};
  ssl_certificate_key {key};
  server {{ listen 127.0.0.1:{imaps} ssl; protocol imap; }}
  server {{ listen 127.0.0.1:{smtps} ssl; protocol smtp; smtp_auth none; }}
  server {{ listen 127.0.0.1:{imap}; protocol imap; starttls on; }}
}}
",
        module = MODULE.path,
        folder = folder.display(),
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, text).expect("the folder is ours");
    vec![
        "-p".into(),
        folder.into(),
        "-e".into(),
        "stderr".into(),
        "-c".into(),
        path.into(),
    ]
}

const PROGRAM: Program = Program {
    path: "/usr/sbin/nginx",
    package: "nginx",
};
const MODULE: Program = Program {
    path: "/usr/lib/nginx/modules/ngx_mail_module.so",
    package: "libnginx-mod-mail",
};
