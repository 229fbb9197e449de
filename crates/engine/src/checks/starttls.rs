//! What a mail client gets behind STARTTLS, and what the server lets happen before it (RFC 3207, RFC 9051 section
//! 6.2.1): shared by the checks of one port each.

use crate::{
    Facts, Starttls,
    net::{
        Ended, Handshake,
        before_tls::{Passwords, Slipped},
    },
};
use model::{Code, Endpoint, Evidence, State, evidence::Outcome};

/// The verdict over one port. What is dangerous goes before what is wrong with the certificate.
pub(super) async fn judge(facts: &Facts<'_>, endpoint: &Endpoint, protocol: Starttls) -> Outcome {
    let served = facts.served(endpoint, Some(protocol)).await;
    if !has_served(facts, endpoint, protocol).await {
        return served;
    }
    match facts.before_tls(endpoint, protocol).await {
        Ok(before) => match (before.slipped, before.passwords) {
            (Slipped::Ran(words), _) => instead(served, Code::CommandInjection, &words),
            (_, Passwords::Taken(words)) => instead(served, Code::AuthBeforeTls, &words),
            (Slipped::Discarded, Passwords::NotOffered | Passwords::Refused) => served,
        },
        Err(ended) => unless_failed(served, &ended),
    }
}

async fn has_served(facts: &Facts<'_>, endpoint: &Endpoint, protocol: Starttls) -> bool {
    let handshake = facts.handshake(endpoint, Some(protocol)).await;
    matches!(*handshake, Handshake::Served(_))
}

/// A failure that weighs more than what was found out before, with the server's own words.
pub(super) fn instead(found: Outcome, code: Code, words: &str) -> Outcome {
    let seen = Evidence {
        reason: None,
        ..found.evidence
    };
    Outcome::fail(code, seen.detail(words))
}

/// A further conversation did not come to its end: that is unknown, where nothing is proved wrong already.
pub(super) fn unless_failed(found: Outcome, ended: &Ended) -> Outcome {
    if found.state == State::Fail {
        return found;
    }
    ended.unseen(found.evidence)
}
