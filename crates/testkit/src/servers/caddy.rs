//! Caddy with its internal CA: it issues for every name that it is given, at once and without asking anybody.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a test whose server cannot be had fails, and says what is missing"
)]

use super::{Program, folder, numbers, ports};
use crate::{Port, child::Server, clock};
use nix::sys::signal::Signal;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// A running Caddy; stopped on drop. What it has issued stays in its storage.
#[derive(Debug)]
pub struct Caddy {
    // Fields are dropped in this order: the program first, then its folder.
    running: Option<Server>,
    storage: PathBuf,
    names: Vec<String>,
    /// For HTTP and HTTPS.
    ports: [Port; 2],
    folder: TempDir,
}

impl Caddy {
    /// Starts it, and waits until it has issued a certificate for each name (which may be a wildcard) into
    /// the storage: a folder such as `/data/caddy`. They live for twelve hours.
    pub async fn issuing<const NAMES: usize>(storage: &Path, names: [&str; NAMES]) -> Self {
        CADDY.demand();
        let mut caddy = Self {
            running: None,
            storage: storage.to_owned(),
            names: names.map(str::to_owned).into(),
            ports: ports(),
            folder: folder(),
        };
        caddy.start().await;
        caddy
    }

    /// The folder that has one folder for each issuer.
    pub fn certificates(&self) -> PathBuf {
        self.storage.join("certificates")
    }

    /// The chain and the key that it has issued for a name.
    pub fn pair(&self, name: &str) -> [PathBuf; 2] {
        let name = name.replace('*', "wildcard_");
        let file = self.certificates().join("local").join(&name).join(name);
        ["crt", "key"].map(|end| PathBuf::from(format!("{}.{end}", file.display())))
    }

    /// The root of its CA, in PEM.
    pub fn root(&self) -> PathBuf {
        self.storage.join("pki/authorities/local/root.crt")
    }

    /// A new certificate for a name, with a new key.
    pub async fn renew(&mut self, name: &str) {
        self.running = None;
        let [chain, _] = self.pair(name);
        let folder = chain.parent().expect("a file is in a folder");
        fs::remove_dir_all(folder).expect("it was issued");
        self.start().await;
    }

    async fn start(&mut self) {
        if let Err(said) = self.launch().await {
            panic!("caddy did not start. It said:\n{said}");
        }
    }

    async fn launch(&mut self) -> Result<(), String> {
        let ports = numbers(&self.ports);
        let home = self.folder.path();
        let mut command = Command::new(CADDY.path);
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(self.configure(ports))
            // Where it would keep its settings, and what it issues without a storage.
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home)
            .env("XDG_DATA_HOME", home);
        let mut server = Server::spawn(&mut command, Signal::SIGTERM).map_err(|why| why.to_string())?;
        server.listens(&ports[1..]).await?;
        let issued = async || self.names.iter().all(|name| self.has_issued(name));
        if !clock::until(PATIENCE, issued).await {
            return Err(server.printed());
        }
        self.running = Some(server);
        Ok(())
    }

    fn configure(&self, [http, https]: [u16; 2]) -> PathBuf {
        let addresses: Vec<_> = self
            .names
            .iter()
            .map(|name| format!("https://{name}:{https}"))
            .collect();
        // Without `skip_install_trust` it would put its root among the machine's own.
        let text = format!(
            "{{
  admin off
  auto_https disable_redirects
  skip_install_trust
  default_bind 127.0.0.1
  http_port {http}
  https_port {https}
  storage file_system {storage}
}}
{sites} {{
  tls internal
}}
",
            storage = self.storage.display(),
            sites = addresses.join(", "),
        );
        let path = self.folder.path().join("Caddyfile");
        fs::write(&path, text).expect("the folder is ours");
        path
    }

    /// It writes the certificate, then the key, and last a file about both.
    fn has_issued(&self, name: &str) -> bool {
        let [chain, key] = self.pair(name);
        chain.exists() && key.exists() && chain.with_extension("json").exists()
    }
}

const CADDY: Program = Program {
    path: "/usr/bin/caddy",
    package: "caddy",
};
/// A busy machine with two cores needs seconds.
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// As openssl, an independent reader, has it.
    fn verified(caddy: &Caddy, name: &str, host: &str) -> String {
        let [chain, _] = caddy.pair(name);
        let done = Command::new("openssl")
            .args(["verify", "-verify_hostname", host, "-CAfile"])
            .args([&caddy.root(), Path::new("-untrusted"), &chain, &chain])
            .output()
            .unwrap();
        String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
    }

    #[tokio::test]
    async fn caddy_issues_into_its_storage_and_again_when_it_renews() {
        let folder = tempfile::tempdir().unwrap();
        let mut caddy = Caddy::issuing(folder.path(), ["mail.a.example", "*.b.example"]).await;
        for (name, host) in [
            ("mail.a.example", "mail.a.example"),
            ("*.b.example", "mail.b.example"),
        ] {
            let said = verified(&caddy, name, host);
            assert!(said.contains(": OK"), "{said}");
        }
        let [chain, key] = caddy.pair("mail.a.example");
        let before = [&chain, &key].map(|path| fs::read(path).unwrap());
        caddy.renew("mail.a.example").await;
        let after = [&chain, &key].map(|path| fs::read(path).unwrap());
        assert!(before[0] != after[0] && before[1] != after[1]);
        assert!(verified(&caddy, "mail.a.example", "mail.a.example").contains(": OK"));
    }
}
