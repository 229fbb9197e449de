//! `openssl s_client`, a client that shares no code with us, for the test kit's own tests.

use model::Endpoint;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// All that it says about one handshake. With `ca`, whether it trusts the chain.
pub(crate) fn shown(endpoint: &Endpoint, starttls: Option<&str>, sni: &str, ca: Option<&Path>) -> String {
    let endpoint = endpoint.to_string();
    let mut client = Command::new("timeout");
    client.args(["10", "openssl", "s_client", "-connect", &endpoint]);
    client.args(["-servername", sni, "-verify_hostname", sni]);
    if let Some(protocol) = starttls {
        client.args(["-starttls", protocol]);
    }
    if let Some(ca) = ca {
        client.arg("-CAfile").arg(ca);
    }
    let done = client.stdin(Stdio::null()).output().expect("openssl runs");
    String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
}
