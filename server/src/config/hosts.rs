//! `[hosts.NAME]`: the machines whose files are read and whose commands are run.

use super::value::written_as_text;
use model::Endpoint;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct Host {
    pub(crate) via: Via,
}

/// `local`, or `ssh://user@address:port` over the operator's own OpenSSH.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Via(pub(super) engine::site::Host);

written_as_text!(Via);

impl FromStr for Via {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "local" {
            return Ok(Self(engine::site::Host::Local));
        }
        if text.strip_prefix("ssh://").is_some_and(is_destination) {
            return Ok(Self(engine::site::Host::Ssh(text.to_owned())));
        }
        Err(format!(
            "{text:?} is neither \"local\" nor an address as in \"ssh://root@10.10.10.112:22\""
        ))
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            engine::site::Host::Local => f.write_str("local"),
            engine::site::Host::Ssh(destination) => f.write_str(destination),
        }
    }
}

/// `user@host:port`, user and port optional. It goes into ssh's argv, where nothing may look like an option.
fn is_destination(text: &str) -> bool {
    let (user, host) = text
        .split_once('@')
        .map_or((None, text), |(user, host)| (Some(user), host));
    let is_user = |user: &str| {
        !user.is_empty()
            && !user.starts_with('-')
            && user
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    user.is_none_or(is_user)
        && (Endpoint::parse(host).is_ok() || Endpoint::parse(&format!("{host}:22")).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_this_machine_or_reached_by_ssh() {
        for text in [
            "local",
            "ssh://root@10.10.10.112:22",
            "ssh://vm112",
            "ssh://deploy@[2001:db8::1]:2222",
        ] {
            assert_eq!(text.parse::<Via>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_ssh_could_take_for_an_option_is_refused() {
        for text in [
            "",
            "ssh://",
            "ssh://-oProxyCommand=sh",
            "ssh://-l@host",
            "ssh://a b@host",
            "ssh://host:0",
            "ssh://host:22:22",
            "root@host",
            "ssh://host/../x",
            "LOCAL",
        ] {
            assert!(text.parse::<Via>().is_err(), "{text}");
        }
    }
}
