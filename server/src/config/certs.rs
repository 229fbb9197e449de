//! `[[certs]]`: where a certificate comes from, where its server reads it, and where that shows.

use super::{
    hosts::Host,
    key::Key,
    report::Report,
    sites::{self, Site, among},
    value::{Argv, Container, Name, Owner, list, period, web, whole},
};
use engine::{
    Starttls,
    certs::{self, Door, Files, Storage},
    site::Place,
};
use model::{DomainName, Endpoint};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};
use url::Url;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Cert {
    pub(crate) name: Name,
    /// By default the only site there is.
    pub(crate) site: Option<Name>,
    pub(crate) source: Source,
    #[serde(default)]
    pub(crate) domains: Domains,
    pub(crate) target: Target,
    /// Tried in turn until the wire shows the new leaf.
    #[serde(default, deserialize_with = "list::each")]
    pub(crate) reload: Vec<Argv>,
    #[serde(default, deserialize_with = "list::each")]
    pub(crate) verify: Vec<Verify>,
    #[serde(default = "default_backups", deserialize_with = "whole::within::<1, 1000, _>")]
    pub(crate) keep_backups: u32,
    #[serde(default = "default_timeout", with = "period")]
    pub(crate) verify_timeout: Duration,
}

/// Who issues it: one of them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table, as in { caddy = { storage = \"…\" } }"
)]
pub(crate) struct Source {
    pub(crate) caddy: Option<Caddy>,
    pub(crate) certbot: Option<Certbot>,
    pub(crate) acme: Option<Acme>,
}

/// Caddy's storage: `STORAGE/ISSUER/NAME/NAME.{crt,key}`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Caddy {
    pub(crate) storage: PathBuf,
    /// The container in which the storage is.
    pub(crate) docker: Option<Container>,
    /// An entry of `[hosts]`; by default the target's.
    pub(crate) host: Option<Name>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Certbot {
    pub(crate) lineage: PathBuf,
    pub(crate) command: Option<Argv>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Acme {
    #[serde(deserialize_with = "web::required")]
    pub(crate) directory: Url,
    pub(crate) contact: Option<String>,
    /// Whom the directory's own certificate is trusted by, beside the platform's roots.
    pub(crate) ca: Option<PathBuf>,
}

/// `"site"` for all mail hosts of the site, or a list of mail hosts.
#[derive(Clone, Debug, Default)]
pub(crate) enum Domains {
    #[default]
    Site,
    These(Vec<DomainName>),
}

/// The files that the server reads.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Target {
    /// An entry of `[hosts]`; by default the site's.
    pub(crate) host: Option<Name>,
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) owner: Option<Owner>,
}

/// A port that should serve it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Verify {
    pub(crate) port: Endpoint,
    pub(crate) starttls: Option<Protocol>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Protocol {
    Smtp,
    Imap,
}

impl Cert {
    /// Whether it is one of a site's. `sites` are those there are.
    pub(super) fn is_of(&self, site: &Name, sites: &BTreeMap<Name, Site>) -> bool {
        self.site.as_ref().or_else(|| sites.keys().next()) == Some(site)
    }

    /// As the checks see it; `here` is the site's host.
    pub(super) fn for_engine(&self, here: &engine::site::Host, hosts: &BTreeMap<Name, Host>) -> certs::Cert {
        let via = |name: Option<&Name>| hosts.get(name?).map(|host| host.via.0.clone());
        let target = via(self.target.host.as_ref()).unwrap_or_else(|| here.clone());
        let caddy = self.source.caddy.as_ref().map(|caddy| Storage {
            place: Place {
                host: via(caddy.host.as_ref()).unwrap_or_else(|| target.clone()),
                container: caddy.docker.as_ref().map(ToString::to_string),
            },
            folder: caddy.storage.clone(),
        });
        certs::Cert {
            name: self.name.to_string(),
            caddy,
            domains: match &self.domains {
                Domains::Site => certs::Domains::Site,
                Domains::These(hosts) => certs::Domains::These(hosts.clone()),
            },
            target: Files {
                place: target.into(),
                cert: self.target.cert.clone(),
                key: self.target.key.clone(),
            },
            verify: self.verify.iter().map(Verify::for_engine).collect(),
        }
    }
}

impl Verify {
    fn for_engine(&self) -> Door {
        Door {
            endpoint: self.port.clone(),
            starttls: self.starttls.map(|protocol| match protocol {
                Protocol::Smtp => Starttls::Smtp,
                Protocol::Imap => Starttls::Imap,
            }),
        }
    }
}

pub(super) fn judge(
    certs: &[Cert],
    sites: &BTreeMap<Name, Site>,
    hosts: &BTreeMap<Name, Host>,
    report: &mut Report<'_>,
) {
    report.unique("certs", certs.iter().map(|cert| &cert.name));
    for (nth, cert) in certs.iter().enumerate() {
        let key = |key: &str| Key::nth_of("certs", nth).then(key);
        sites::judge_name(cert.site.as_ref(), key("site"), sites, report);
        let mut is_known = |name: &Option<Name>, key: Key| {
            if let Some(host) = name.as_ref().filter(|host| !hosts.contains_key(host)) {
                report.fault(key, format!("there is no [hosts.{host}]{}", among(hosts)));
            }
        };
        is_known(&cert.target.host, key("target").then("host"));
        if let Some(caddy) = &cert.source.caddy {
            let key = |name: &str| key("source").then("caddy").then(name);
            is_known(&caddy.host, key("host"));
            if caddy.docker.is_some() && !caddy.storage.is_absolute() {
                report.fault(key("storage"), "in a container it begins with a slash");
            }
        }
        let source = &cert.source;
        let given = [
            source.caddy.is_some(),
            source.certbot.is_some(),
            source.acme.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            report.fault(
                key("source"),
                "it names one of caddy, certbot and acme, and one alone",
            );
        }
    }
}

impl<'de> Deserialize<'de> for Domains {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Domains;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"site\" or a list of mail hosts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Domains, E> {
                match text {
                    "site" => Ok(Domains::Site),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, hosts: A) -> Result<Domains, A::Error> {
                list::each(de::value::SeqAccessDeserializer::new(hosts)).map(Domains::These)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl Serialize for Domains {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Site => serializer.serialize_str("site"),
            Self::These(hosts) => hosts.serialize(serializer),
        }
    }
}

fn default_backups() -> u32 {
    5
}

fn default_timeout() -> Duration {
    Duration::from_secs(20)
}
