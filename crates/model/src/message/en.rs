//! The verdicts in English. The `match` is exhaustive: a new code without its words does not compile.

use super::{Words, serial};
use crate::{Code, Leaf};

#[expect(
    clippy::too_many_lines,
    reason = "a table: one entry a verdict, and all of them"
)]
pub(super) fn say(code: Code, w: &Words<'_>) -> String {
    let Words {
        sni,
        endpoint,
        path,
        host,
        name,
        question,
        url,
        location,
        cn,
        status,
        found,
        expected,
        missing,
        because,
        seen,
    } = w;
    match code {
        Code::Ok => good(w),

        Code::Unreachable => format!("{endpoint} accepts no connection{because}"),
        Code::Timeout => format!("{endpoint} did not answer in time{because}"),
        Code::Deferred => format!("{endpoint} put the conversation off{because}"),
        Code::HandshakeFailed => format!("The TLS handshake with {endpoint} failed{because}"),
        Code::WrongSite => format!("Wrong Site — the SAN does not include {sni} (CN={cn})"),
        Code::CnOnly => {
            format!("Wrong Site — the certificate names {sni} in its CN alone, which today's clients ignore")
        }
        Code::Expired => format!("The certificate of {sni} expired on {}", w.until()),
        Code::NotYetValid => format!("The certificate of {sni} is not valid before {}", w.from()),
        Code::Untrusted => format!("The certificate of {sni} is not trusted{because}"),
        Code::Weak => format!("The certificate of {sni} is weak{because}"),
        Code::ExpiresSoon => format!(
            "Expires on {}: the renewal should have happened by now",
            w.until()
        ),

        Code::StaleDeploy => format!(
            "Deployed is not what was issued: deployed {}, issued {}",
            named(seen.leaf.as_ref()),
            named(seen.issued.as_ref())
        ),
        Code::KeyMismatch => format!("The key {path} does not belong to its certificate"),
        Code::NotServed => format!(
            "Deployed but not served: the file has the certificate {}, {endpoint} still shows {}",
            serial(seen.leaf.as_ref()),
            serial(seen.served.as_ref())
        ),

        Code::FileMissing => format!("The file {path} does not exist on {host}"),
        Code::NotPem => format!("The file {path} is not readable as PEM{because}"),
        Code::Unreadable => format!("The file {path} could not be read on {host}{because}"),
        Code::TooLarge => format!("{path} is larger than what is read{because}"),
        Code::HostUnreachable => format!("The host {host} is out of reach{because}"),

        Code::SanMissing => format!("The issued certificate does not include {missing}"),
        Code::NoCertificate => format!("There is no certificate for {name} in {path}"),

        Code::DomainUnknown => format!("The mail server does not know {name}{because}"),
        Code::DomainInactive => format!("The mail server does not have {name} as active{because}"),

        Code::NotRouted => format!("{path} does not route {name}"),
        Code::DoubtfulBackend => {
            format!("{path} names {name}, but HAProxy can have no backend called “{found}”")
        }
        Code::NoServerBlock => format!("{path} has no server block on the admin port for {name}"),
        Code::ConfigBroken => format!("The configuration {path} cannot be read{because}"),

        Code::NotHttp => format!("{endpoint} did not answer in HTTP{because}"),
        Code::HttpError => format!("{url} answered HTTP {status}{because}"),
        Code::NoRedirect => format!("{url} answered HTTP {status} instead of redirecting to {expected}"),
        Code::WrongLocation => format!("{url} redirects to {location}, and not to {expected}"),
        Code::NoLoginForm => format!("{url} has no login form"),
        Code::LoginScriptFailed => format!("The login script says no{because}"),

        Code::NoSuchName => format!("DNS: {question}: the name does not exist"),
        Code::NoRecord => format!("DNS: {question}: there is no record"),
        Code::WrongRecord => format!("DNS: {question} answers {found}, and should be {expected}"),
        Code::SeveralRecords => {
            format!("DNS: {question}: there is more than one record, so none counts: {found}")
        }
        Code::InvalidRecord => format!("DNS: {question}: the record cannot be read{because}"),
        Code::DnsFailed => format!("DNS: {question} had no answer{because}"),
        Code::NotPublished => format!("DNS: {question}: not published"),
        Code::PolicyWeak => format!("DNS: {question}: the policy is weak{because}"),
        Code::PolicyUnavailable => format!("The policy at {url} could not be fetched{because}"),
        Code::PolicyInvalid => format!("The policy at {url} cannot be read{because}"),
        Code::PolicyMismatch => format!("The policy at {url} does not cover {expected}"),
        Code::NotAuthorised => format!("DNS: {question} does not authorise {expected}"),
        Code::TooManyLookups => format!("DNS: {question} needs more than 10 lookups, so it does not count"),
        Code::KeyRevoked => format!("DNS: {question}: the key has been revoked"),
        Code::KeyWeak => format!("DNS: {question}: the key is short{because}"),
        Code::TlsaMismatch => {
            format!("DNS: {question} does not match the certificate that {endpoint} serves")
        }
        Code::NotSigned => format!("DNS: {question} is not protected by DNSSEC{because}"),
        Code::DnssecBogus => {
            format!(
                "DNS: {question}: the DNSSEC signature does not validate, so validating resolvers drop the answer"
            )
        }
        Code::CaUnknown => {
            format!(
                "DNS: {question} names the CAs {found}, and nobody here knows by which name {name} is meant there"
            )
        }
        Code::CaaForbids => format!("DNS: {question} does not allow the CA in use: {found}"),

        Code::AuthBeforeTls => format!("{endpoint} takes passwords before TLS{because}"),
        Code::CommandInjection => format!("{endpoint} runs commands injected before TLS{because}"),
        Code::OpenRelay => format!("{endpoint} takes mail from strangers for strangers{because}"),

        Code::OldProtocol => format!("{endpoint} still accepts {found}"),
        Code::WeakCipher => format!("{endpoint} chooses a weak cipher{because}"),
        Code::ChainUntidy => format!("The chain at {endpoint} brings what it should not{because}"),
        Code::RenewalOverdue => format!(
            "The renewal is overdue since {}: it expires on {}, and nothing new was issued",
            w.since(),
            w.until()
        ),

        Code::ScriptMissing => format!("The renewal script {path} does not exist on {host}"),
        Code::ScriptNotExecutable => format!("The renewal script {path} is not executable"),
        Code::TimerInactive => format!("The timer {path} is not active{because}"),
        Code::TimerDisabled => {
            format!("The timer {path} is not enabled: it will not be back after a reboot{because}")
        }
        Code::CronLacksScript => format!("The cron file {path} does not call the renewal script"),
        Code::CommandFailed => format!("A command on {host} gave no answer{because}"),

        Code::NoAnswer => format!("The check did not finish{because}"),
        Code::NotConfigured => format!(
            "Not configured: {} is missing",
            seen.wants.as_deref().unwrap_or("?")
        ),
    }
}

/// The most telling piece of the evidence.
fn good(w: &Words<'_>) -> String {
    let seen = w.seen;
    match (&seen.leaf, &seen.question, &seen.url, &seen.path) {
        (Some(leaf), None, Some(url), _) => {
            format!(
                "{url} answered HTTP {}, certificate valid until {}",
                w.status, leaf.not_after
            )
        }
        (Some(leaf), ..) => format!("Certificate valid until {}", leaf.not_after),
        (None, Some(question), ..) => format!("DNS: {question}: {}", w.found),
        (None, None, ..) if seen.name.is_some() && w.path != "?" => {
            let line = seen.line.map(|line| format!(":{line}")).unwrap_or_default();
            let found = if seen.found.is_empty() {
                String::new()
            } else {
                format!(": {}", w.found)
            };
            format!("{} is in {}{line}{found}", w.name, w.path)
        }
        (None, None, Some(url), _) if seen.location.is_some() => format!("{url} redirects to {}", w.location),
        (None, None, Some(url), _) => format!("{url} answered HTTP {}", w.status),
        (None, None, None, Some(path)) => format!("{path} is ready"),
        (None, None, None, None) => match (&seen.name, &seen.endpoint) {
            (Some(name), _) => format!("{name}: in order"),
            (None, Some(endpoint)) => format!("{endpoint}: in order"),
            (None, None) => "In order".to_owned(),
        },
    }
}

/// A certificate as people tell it from another: its serial and its expiry.
fn named(leaf: Option<&Leaf>) -> String {
    leaf.map_or_else(
        || "?".to_owned(),
        |leaf| format!("{} (until {})", leaf.short_serial(), leaf.not_after),
    )
}
