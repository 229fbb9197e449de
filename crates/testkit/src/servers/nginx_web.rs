//! nginx as the mail host's web server: the webmail, and the administration on a port of its own.

#![expect(
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{MailServer, Program, certificate_files};
use crate::{Door, ca::Issued};
use std::{ffi::OsString, fmt::Write, fs, path::Path};

/// Starts nginx with [`Door::Https`] and [`Door::Admin`], one certificate for every name, and in each of the two
/// server blocks these directives, as an operator writes them: [`WEBMAIL`] and [`ADMIN`], or worse ones.
pub async fn nginx_web(issued: &Issued, webmail: &str, admin: &str) -> MailServer {
    let doors = [Door::Https, Door::Admin];
    let blocks = [webmail, admin];
    MailServer::start(PROGRAM, doors, issued, |folder, ports| {
        configure(folder, ports, blocks)
    })
    .await
}

/// A webmail that sends its visitors to its login page, and who asks for `/admin` to the administration.
pub const WEBMAIL: &str = "
    location = / { return 302 /static/login; }
    location /static/login { return 200 '<!doctype html><title>Webmail</title>'; }
    location /admin { return 301 https://$host:6071/login; }";

/// An administration with a login page, which `/login` leads to.
pub const ADMIN: &str = "
    absolute_redirect off;
    location = /login { return 302 /login/; }
    location /login/ {
      return 200 '<!doctype html><form method=post><input name=u><input name=p type=password></form>';
    }";

fn configure(folder: &Path, ports: [u16; 2], blocks: [&str; 2]) -> Vec<OsString> {
    let [cert, key] = certificate_files(folder).map(|path| path.display().to_string());
    let at = folder.display();
    let mut text = format!(
        "daemon off;
worker_processes 1;
pid {at}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 256; }}
http {{
  access_log off;
  default_type text/html;
  ssl_certificate {cert};
  ssl_certificate_key {key};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
"
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        let _ = writeln!(text, "  {kind}_temp_path {at}/{kind};");
    }
    for (port, block) in ports.into_iter().zip(blocks) {
        let _ = writeln!(text, "  server {{ listen 127.0.0.1:{port} ssl;{block}\n  }}");
    }
    text.push_str("}\n");
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
