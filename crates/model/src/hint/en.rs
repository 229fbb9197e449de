//! What to do next, in English.

use super::Words;
use crate::{Code, Reason};

#[expect(
    clippy::too_many_lines,
    reason = "a table: one entry a verdict, and all of them"
)]
pub(super) fn say(code: Code, w: &Words<'_>) -> String {
    let Words {
        sni,
        path,
        host,
        endpoint,
        name,
        question,
        url,
        seen,
    } = w;
    match code {
        Code::Ok => String::new(),
        Code::Unreachable => format!(
            "See whether the service at {endpoint} is up and whether a firewall stands between it and the Desk."
        ),
        Code::Timeout => format!(
            "The service at {endpoint} accepts connections but does not answer: see its log and its load."
        ),
        Code::Deferred => {
            format!("See in the log of the service at {endpoint} why it puts connections off.")
        }
        Code::HandshakeFailed => handshake(seen.reason, endpoint),
        Code::WrongSite | Code::CnOnly => {
            format!("Expand the certificate so that its SANs include {sni}, and deploy it.")
        }
        Code::Expired => "Renew the certificate, deploy it and reload the server.".to_owned(),
        Code::NotYetValid => "Check the clock of this machine and of the CA.".to_owned(),
        Code::Untrusted => trust(seen.reason).to_owned(),
        Code::Weak => {
            "Issue a new certificate with an EC P-256 key or RSA of 2048 bits and serverAuth usage."
                .to_owned()
        }
        Code::ExpiresSoon => {
            "Less than a fifth of its lifetime is left: find out why the renewal did not happen.".to_owned()
        }

        Code::StaleDeploy => "Deploy the issued certificate and reload the server.".to_owned(),
        Code::KeyMismatch => {
            "Deploy certificate and key of the same issue: with this pair the server will not start again."
                .to_owned()
        }
        Code::NotServed => {
            "The server has not read the new file: reload it, or restart it where it reads certificates only at its start."
                .to_owned()
        }
        Code::FileMissing | Code::NotPem => {
            format!("Check the path in the site's configuration and what {path} holds.")
        }
        Code::Unreadable => format!("Give the Desk's user read access to {path} on {host}."),
        Code::TooLarge => format!("{path} is too large for what it should hold: check the path."),
        Code::HostUnreachable | Code::CommandFailed => format!("Check the Desk's access to the host {host}."),

        Code::SanMissing => {
            "Expand the certificate so that it includes the missing names, and deploy it.".to_owned()
        }
        Code::NoCertificate => format!("See in the issuer's log why there is no certificate for {name}."),
        Code::DomainUnknown => format!("Create the domain {name} on the mail server."),
        Code::DomainInactive => format!("Activate the domain {name} on the mail server."),

        Code::NotRouted => format!("Add {name} to {path} on {host} and reload the proxy."),
        Code::DoubtfulBackend => {
            format!(
                "Leave only the backend's name behind {name} in {path}: HAProxy takes a comment there for a part of it."
            )
        }
        Code::NoServerBlock => {
            format!("Add the admin's server block with server_name {name} in {path} and reload nginx.")
        }
        Code::ConfigBroken => format!("Mend {path} on {host}: as it is, the service will not read it."),
        Code::NotHttp => format!("Check that the port at {endpoint} is that of the web service."),
        Code::HttpError => format!("Open {url} and see the web server's log."),
        Code::NoRedirect | Code::WrongLocation => {
            "Mend the redirect of the admin path in the web server.".to_owned()
        }
        Code::NoLoginForm => format!("Open {url}: the page answers, but lets nobody in."),
        Code::LoginScriptFailed => "Run the script below and follow what it says.".to_owned(),

        Code::NoSuchName => {
            "Check the name and the domain's delegation at the registry and the DNS server.".to_owned()
        }
        Code::NoRecord | Code::NotPublished => format!("Publish the record {question}."),
        Code::WrongRecord => format!("Mend the record {question}."),
        Code::SeveralRecords => format!("Leave one record at {question}."),
        Code::InvalidRecord => format!("Mend the syntax of the record {question}."),
        Code::DnsFailed => "See whether the DNS server answers; nothing is known without it.".to_owned(),
        Code::PolicyWeak => format!("Harden the policy at {question} as soon as the reports allow it."),
        Code::PolicyUnavailable => format!("Serve the policy at {url} with a valid certificate."),
        Code::PolicyInvalid => format!("Mend the policy at {url} (RFC 8461 section 3.2)."),
        Code::PolicyMismatch => format!("Add the MX to the policy at {url} and change the record's id."),
        Code::NotAuthorised => format!("Add the mail server to the record {question}."),
        Code::TooManyLookups => format!("Use fewer includes in {question} (RFC 7208 section 4.6.4)."),
        Code::KeyRevoked | Code::KeyWeak => {
            "Make a DKIM key pair of 2048 bits and publish it at a new selector.".to_owned()
        }
        Code::TlsaMismatch => format!(
            "Publish the hash of the key in use at {question} before changing the certificate: who demands DANE delivers no more."
        ),
        Code::NotSigned => format!("Sign the zone with DNSSEC: without it {question} does not count."),
        Code::DnssecBogus => {
            "Check the zone's DS at the registry and renew its signatures: mail is being lost.".to_owned()
        }
        Code::CaUnknown => {
            format!("Compare {question} with the CAA name that the CA's statement of practice gives.")
        }
        Code::CaaForbids => {
            format!("Add the CA in use to {question}, or the next renewal will be refused.")
        }

        Code::AuthBeforeTls => format!(
            "Allow authentication only after TLS in the service at {endpoint} (smtpd_tls_auth_only, disable_plaintext_auth)."
        ),
        Code::CommandInjection => {
            format!("Update the service at {endpoint}: it must discard what came before TLS (CVE-2011-0411).")
        }
        Code::OpenRelay => format!(
            "Refuse foreign recipients at {endpoint}; if the Desk is among the server's trusted networks, take it out."
        ),
        Code::OldProtocol => format!("Switch TLS 1.0 and 1.1 off in the service at {endpoint}."),
        Code::WeakCipher => {
            format!("Leave only AEAD ciphers with forward secrecy in the service at {endpoint}.")
        }
        Code::ChainUntidy => "Deploy the certificate and its intermediates alone, in order.".to_owned(),
        Code::RenewalOverdue => "Find out why the renewal did not happen, and renew now.".to_owned(),

        Code::ScriptMissing => format!("Install the renewal script at {path}."),
        Code::ScriptNotExecutable => format!("Run: chmod +x {path}"),
        Code::TimerInactive | Code::TimerDisabled => format!("Run: systemctl enable --now {path}"),
        Code::CronLacksScript => format!("Add the line that calls the renewal script to {path}."),
        Code::NoAnswer => "Check again; if it stays, see the Desk's log.".to_owned(),
        Code::NotConfigured => format!(
            "Set {} in desk.toml to switch this check on.",
            seen.wants.as_deref().unwrap_or("?")
        ),
    }
}

fn handshake(reason: Option<Reason>, endpoint: &str) -> String {
    match reason {
        Some(Reason::StarttlsInjection) => format!(
            "Something between the Desk and {endpoint} alters the conversation: treat it as an attack."
        ),
        Some(Reason::StarttlsNotOffered | Reason::StarttlsRefused | Reason::Preauth) => {
            format!("Switch STARTTLS on in the configuration of the service at {endpoint}.")
        }
        Some(Reason::NotTls | Reason::BadGreeting) => {
            format!("Check that the port at {endpoint} is the right one for this protocol.")
        }
        _ => format!("See the server's log at {endpoint} and run the command below."),
    }
}

fn trust(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::IncompleteChain) => "Deploy the whole chain (fullchain.pem), not the certificate alone.",
        Some(Reason::SelfSigned) => "Deploy a certificate that a public CA issued.",
        _ => "Have it issued by a CA that clients trust, or declare yours in extra_ca.",
    }
}
