//! `[[integrations]]`: who may post webhooks, and how they prove themselves.

use super::{
    key::Key,
    report::Report,
    value::{Name, Revealed, Secret, whole},
};
use desk::webhooks;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(crate) struct Integration {
    /// The `{integration}` of the ingress path.
    pub(crate) name: Name,
    /// Without one it takes no call.
    pub(crate) secret: Option<Secret>,
    /// For callers that cannot send headers.
    pub(crate) url_key: Option<Secret>,
    #[serde(default)]
    pub(crate) format: Format,
    /// Wazuh's level from which on an alert becomes a ticket.
    #[serde(default = "default_level", deserialize_with = "whole::within::<0, 16, _>")]
    pub(crate) ticket_level: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    #[default]
    Desk,
    Wazuh,
}

impl Integration {
    pub(super) fn for_desk(
        &self,
        secret: Option<&Revealed>,
        url_key: Option<&Revealed>,
    ) -> webhooks::Integration {
        let given = |secret: Option<&Revealed>| webhooks::Secret::new(secret?.expose().to_owned());
        webhooks::Integration {
            name: self.name.to_string(),
            secret: given(secret),
            url_key: given(url_key),
            format: match self.format {
                Format::Desk => webhooks::Format::Desk,
                Format::Wazuh => webhooks::Format::Wazuh,
            },
            ticket_level: u8::try_from(self.ticket_level).unwrap_or(u8::MAX),
        }
    }

    /// Nobody can prove to be the caller.
    pub(super) fn takes_no_call(&self) -> bool {
        self.secret.is_none() && self.url_key.is_none()
    }
}

pub(super) fn judge(integrations: &[Integration], report: &mut Report<'_>) {
    report.unique(
        "integrations",
        integrations.iter().map(|integration| &integration.name),
    );
    for (nth, integration) in integrations.iter().enumerate() {
        if integration.takes_no_call() {
            let name = &integration.name;
            report.warn(
                Key::nth_of("integrations", nth),
                format!("{name} has no secret, so it takes no call"),
            );
        }
    }
}

fn default_level() -> u32 {
    10
}
