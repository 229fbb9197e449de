//! Dovecot: IMAP over TLS, and IMAP with STARTTLS.

#![expect(
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{Lax, MailServer, Program, certificate_files};
use crate::{Door, ca::Issued};
use nix::unistd::{Group, User, getegid, geteuid};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// Starts dovecot with [`Door::Imaps`] and [`Door::Imap`]. Nobody can log in: no probe does.
pub async fn dovecot(issued: &Issued) -> MailServer {
    lax_dovecot(issued, &[]).await
}

/// The same, with something left open. It relays nothing, whatever is asked.
pub async fn lax_dovecot(issued: &Issued, lax: &[Lax]) -> MailServer {
    let doors = [Door::Imaps, Door::Imap];
    MailServer::start(PROGRAM, doors, issued, |folder, ports| {
        configure(folder, ports, lax)
    })
    .await
}

/// Where its authentication answers, for a postfix that asks it (`smtpd_sasl_path`).
pub(super) fn sasl_socket(folder: &Path) -> PathBuf {
    folder.join("run").join("sasl")
}

fn configure(folder: &Path, [imaps, imap]: [u16; 2], lax: &[Lax]) -> Vec<OsString> {
    let [cert, key] = certificate_files(folder).map(|path| path.display().to_string());
    let (users, folder_) = (users(), folder.display());
    let passwords = if lax.contains(&Lax::PasswordsBeforeTls) {
        "no"
    } else {
        "yes"
    };
    let (least, ciphers) = if lax.contains(&Lax::OldProtocols) {
        ("TLSv1", "ALL:@SECLEVEL=0")
    } else if lax.contains(&Lax::WeakCiphers) {
        ("TLSv1.2", "ALL")
    } else {
        ("TLSv1.2", "ECDHE+AESGCM:ECDHE+CHACHA20")
    };
    let text = format!(
        "base_dir = {folder_}/run
state_dir = {folder_}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
disable_plaintext_auth = {passwords}
ssl_min_protocol = {least}
ssl_cipher_list = {ciphers}
ssl_cert = <{cert}
ssl_key = <{key}
{users}
mail_location = maildir:{folder_}/mail
passdb {{
  driver = static
  args = nopassword=no
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder_}/mail
}}
service auth {{
  unix_listener sasl {{
    mode = 0666
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
"
    );
    let path = folder.join("dovecot.conf");
    fs::write(&path, text).expect("the folder is ours");
    vec!["-F".into(), "-c".into(), path.into()]
}

/// As root, the package's own users; otherwise all is done by whoever runs the tests, who may not chroot.
fn users() -> String {
    if geteuid().is_root() {
        return "default_internal_user = dovecot\ndefault_login_user = dovenull".to_owned();
    }
    let user = User::from_uid(geteuid())
        .ok()
        .flatten()
        .map_or(String::new(), |user| user.name);
    let group = Group::from_gid(getegid())
        .ok()
        .flatten()
        .map_or(String::new(), |group| group.name);
    format!(
        "default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
}}
service anvil {{
  chroot =
}}"
    )
}

const PROGRAM: Program = Program {
    path: "/usr/sbin/dovecot",
    package: "dovecot-imapd",
};
