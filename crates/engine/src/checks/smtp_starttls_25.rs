//! Another mail server gets TLS by STARTTLS on port 25 (RFC 3207), and cannot send through it to strangers (RFC
//! 5321 section 7.9).

use super::{Check, starttls};
use crate::{
    Facts, Starttls,
    net::{Ended, Handshake, relay::Relay},
};
use futures::{FutureExt, join};
use model::{CheckId, Code, Endpoint, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("smtp_starttls_25"),
    group: Group::MailStarttls,
    priority: Priority::P2,
    label: Label {
        pt: "SMTP STARTTLS :25",
        en: "SMTP STARTTLS :25",
    },
    ok_when: "STARTTLS on :25 is offered and leads to TLS 1.2 or newer with a certificate valid for the mail host; AUTH is \
              not offered before it, or refused with 530; a command sent together with STARTTLS is discarded; and a \
              recipient in a foreign domain is not accepted (the conversation ends before DATA: nothing is sent)",
    run: |facts| run(facts).boxed(),
};

async fn run(facts: &Facts<'_>) -> Outcome {
    let Some(endpoint) = &facts.site.smtp else {
        return facts.not_configured("smtp");
    };
    let (found, relay) = join!(
        starttls::judge(facts, endpoint, Starttls::Smtp),
        relay(facts, endpoint)
    );
    match relay {
        Some(Ok(Relay::Accepted(words))) => starttls::instead(found, Code::OpenRelay, &words),
        Some(Err(ended)) => starttls::unless_failed(found, &ended),
        Some(Ok(Relay::Refused(_))) | None => found,
    }
}

/// `None`: nobody is there who could be asked. A server without STARTTLS is asked all the same.
async fn relay(facts: &Facts<'_>, endpoint: &Endpoint) -> Option<Result<Relay, Ended>> {
    let handshake = facts.handshake(endpoint, Some(Starttls::Smtp)).await;
    match &*handshake {
        Handshake::Ended(ended) if ended.code != Code::HandshakeFailed => None,
        _ => Some(facts.relay(endpoint).await),
    }
}
