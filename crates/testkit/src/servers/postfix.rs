//! Postfix: SMTP over TLS, and SMTP with STARTTLS for clients (submission) and for other servers.

#![expect(
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{
    Lax, MailServer, Program, certificate_files,
    dovecot::{dovecot, sasl_socket},
};
use crate::{Door, ca::Issued};
use nix::unistd::{User, geteuid};
use std::{ffi::OsString, fs, os::unix::fs::chown, path::Path};

/// Starts postfix with [`Door::Smtps`], [`Door::Submission`] (STARTTLS demanded) and [`Door::Smtp`] (STARTTLS
/// offered). It takes no mail: there is no queue manager, and no domain is its own.
///
/// Panics for anybody but root, as whom alone postfix starts.
pub async fn postfix(issued: &Issued) -> MailServer {
    lax_postfix(issued, &[]).await
}

/// The same, with something left open. Logins are dovecot's business, which then runs beside it.
pub async fn lax_postfix(issued: &Issued, lax: &[Lax]) -> MailServer {
    PROGRAM.demand();
    assert!(
        geteuid().is_root(),
        "postfix starts as root only: run this test as root, in a container for instance"
    );
    let logins = if lax.contains(&Lax::PasswordsBeforeTls) {
        Some(Box::new(dovecot(issued).await))
    } else {
        None
    };
    let sasl = logins.as_ref().map(|dovecot| sasl_socket(dovecot.folder.path()));
    let doors = [Door::Smtps, Door::Submission, Door::Smtp];
    let mut server = MailServer::start(PROGRAM, doors, issued, |folder, ports| {
        configure(folder, ports, lax, sasl.as_deref())
    })
    .await;
    server.beside = logins;
    server
}

fn configure(
    folder: &Path,
    [smtps, submission, smtp]: [u16; 3],
    lax: &[Lax],
    sasl: Option<&Path>,
) -> Vec<OsString> {
    let [cert, key] = certificate_files(folder).map(|path| path.display().to_string());
    let (conf, queue, data) = (folder.join("conf"), folder.join("queue"), folder.join("data"));
    let networks = if lax.contains(&Lax::OpenRelay) {
        "127.0.0.0/8"
    } else {
        ""
    };
    let (versions, ciphers) = if lax.contains(&Lax::OldProtocols) {
        (">=TLSv1", "ALL:@SECLEVEL=0")
    } else if lax.contains(&Lax::WeakCiphers) {
        (">=TLSv1.2", "ALL")
    } else {
        (">=TLSv1.2", "ECDHE+AESGCM:ECDHE+CHACHA20")
    };
    let logins = sasl.map_or(String::new(), |socket| {
        format!(
            "smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {}
smtpd_tls_auth_only = no
",
            socket.display()
        )
    });
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
daemon_directory = {DAEMONS}
mail_owner = {OWNER}
myhostname = mail.test.example
mydestination =
mynetworks = {networks}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_protocols = {versions}
smtpd_tls_mandatory_protocols = {versions}
smtpd_tls_ciphers = medium
tls_medium_cipherlist = {ciphers}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
{logins}alias_maps =
local_recipient_maps =
maillog_file = /dev/stdout
",
        queue = queue.display(),
        data = data.display(),
    );
    // A client that must use TLS is not even offered a login before.
    let demand = if sasl.is_some() { "may" } else { "encrypt" };
    let master = format!(
        "127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level={demand}
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
    );
    let owner = User::from_name(OWNER)
        .ok()
        .flatten()
        .expect("Debian's package `postfix` brings a user `postfix`");
    let uid = Some(owner.uid.as_raw());
    for folder in [&conf, &queue, &data] {
        fs::create_dir(folder).expect("the folder is ours");
    }
    chown(&data, uid, None).expect("root may");
    fs::create_dir(queue.join("pid")).expect("the folder is ours");
    for room in [
        "private", "public", "active", "incoming", "maildrop", "defer", "deferred", "bounce",
    ] {
        fs::create_dir(queue.join(room)).expect("the folder is ours");
        chown(queue.join(room), uid, None).expect("root may");
    }
    fs::write(conf.join("main.cf"), main).expect("the folder is ours");
    fs::write(conf.join("master.cf"), master).expect("the folder is ours");
    vec!["-c".into(), conf.into(), "-s".into()]
}

const PROGRAM: Program = Program {
    path: "/usr/lib/postfix/sbin/master",
    package: "postfix",
};
const DAEMONS: &str = "/usr/lib/postfix/sbin";
const OWNER: &str = "postfix";
