//! The pages of a lab server (RFC 9112): a webmail with its redirect to the administration, the administration's
//! login, and a domain's policy for mail over TLS.

use super::{Fault, folder::Folder};
use crate::Door;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

/// Answers one request after the other until the client is gone.
pub(super) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    door: Door,
    folder: &Folder,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream).await? {
        let answer = match door {
            Door::Admin => admin(&request, folder),
            _ => webmail(&request, folder),
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
    }
    stream.shutdown().await
}

struct Request {
    path: String,
    /// Without its port, in lower case.
    host: String,
}

impl Request {
    /// `None`: there is none any more.
    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await? == 0 {
                return Ok(None);
            }
            if head.len() >= LONGEST_HEAD {
                return Err(io::ErrorKind::InvalidData.into());
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let path = head.split([' ', '?']).nth(1).unwrap_or("/");
        let host = head.lines().find_map(|line| line.strip_prefix("host:"));
        let host = host.unwrap_or_default().trim();
        Ok(Some(Self {
            path: path.to_owned(),
            host: host.split(':').next().unwrap_or_default().to_owned(),
        }))
    }

    /// Whether something is wrong with the domain that is asked for.
    fn meets(&self, fault: Fault, folder: &Folder) -> bool {
        let domain = self.host.split_once('.').map(|(_, domain)| domain);
        domain.is_some_and(|domain| folder.has(fault, domain))
    }
}

fn webmail(request: &Request, folder: &Folder) -> String {
    let host = &request.host;
    match request.path.as_str() {
        POLICY if host.starts_with("mta-sts.") => {
            let mail_host = host.replacen("mta-sts.", "mail.", 1);
            let policy = format!("version: STSv1\nmode: enforce\nmx: {mail_host}\nmax_age: 604800\n");
            answer("200 OK", "Content-Type: text/plain\r\n", &policy)
        }
        _ if request.meets(Fault::WebmailDown, folder) => answer("502 Bad Gateway", "", "502 Bad Gateway\n"),
        "/" => moved("/static/login/"),
        "/static/login/" => page(WEBMAIL),
        "/admin" if request.meets(Fault::WrongRedirect, folder) => moved(&format!("http://{host}:6071/")),
        "/admin" => moved(&format!("https://{host}:6071/login")),
        _ => answer("404 Not Found", "", "404 Not Found\n"),
    }
}

fn admin(request: &Request, folder: &Folder) -> String {
    match request.path.as_str() {
        "/" => moved("/login"),
        "/login" if request.meets(Fault::NoLoginForm, folder) => page(MAINTENANCE),
        "/login" => page(LOGIN),
        _ => answer("404 Not Found", "", "404 Not Found\n"),
    }
}

fn page(body: &str) -> String {
    answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body)
}

fn moved(to: &str) -> String {
    answer("302 Found", &format!("Location: {to}\r\n"), "")
}

fn answer(status: &str, fields: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// RFC 8461 section 3.3.
const POLICY: &str = "/.well-known/mta-sts.txt";
const WEBMAIL: &str = "<!doctype html><title>Webmail</title><p>The lab's webmail.\n";
const LOGIN: &str = "<!doctype html><title>Admin</title><form method=post>\
    <input name=username><input name=password type=password><button>Login</button></form>\n";
/// Its form is there, for who reads the source.
const MAINTENANCE: &str = "<!doctype html><title>Admin</title><p>Under maintenance.\
    <!-- <form method=post><input name=password type=password></form> -->\n";
const LONGEST_HEAD: usize = 8 * 1024;
