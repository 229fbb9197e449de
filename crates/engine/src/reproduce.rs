//! The one command with which a person sees for themselves what the Desk saw.

use model::{Code, Evidence};

/// A line for a POSIX shell; `None` where there is nothing to reproduce. Every word of it is quoted where it
/// has to be, so that pasting it is safe.
pub fn command(code: Code, seen: &Evidence) -> Option<String> {
    if code == Code::NotConfigured {
        return None;
    }
    if !seen.command.is_empty() {
        return Some(there(seen, &words(&seen.command)));
    }
    if let Some(question) = &seen.question {
        return Some(dig(question, seen.resolver.as_deref()));
    }
    if let Some(url) = &seen.url {
        let to = seen
            .endpoint
            .as_ref()
            .map(|endpoint| format!(" --connect-to {}", quoted(&format!("::{endpoint}"))));
        // Where the answer is the question, the certificate is another step's.
        let insecure = if HTTP.contains(&code) { "k" } else { "" };
        return Some(format!(
            "curl -s{insecure}v{} {}",
            to.unwrap_or_default(),
            quoted(url)
        ));
    }
    if code == Code::StaleDeploy || code == Code::KeyMismatch {
        let file = quoted(seen.path.as_deref()?);
        return Some(there(
            seen,
            &format!("openssl x509 -in {file} -noout -serial -enddate -pubkey"),
        ));
    }
    if let Some(endpoint) = &seen.endpoint {
        return Some(talk(code, endpoint, seen));
    }
    let path = quoted(seen.path.as_deref()?);
    Some(match (code, &seen.name) {
        (Code::TimerInactive | Code::TimerDisabled, _) => there(seen, &format!("systemctl status {path}")),
        (Code::NotRouted | Code::NoServerBlock | Code::Ok, Some(name)) => {
            there(seen, &format!("grep -rnF -- {} {path}", quoted(name)))
        }
        _ if seen.leaf.is_some() => there(
            seen,
            &format!("openssl x509 -in {path} -noout -dates -ext subjectAltName"),
        ),
        _ if seen.leaf.is_some() => there(
            seen,
            &format!("openssl x509 -in {path} -noout -serial -issuer -dates -ext subjectAltName"),
        ),
        _ => there(seen, &format!("ls -lL {path}")),
    })
}

/// A conversation with a server. Nothing is ever sent: the one with a relay ends before DATA.
fn talk(code: Code, endpoint: &str, seen: &Evidence) -> String {
    let silently = |options: &str| format!("{} </dev/null", s_client(endpoint, seen, options));
    match (code, seen.starttls.as_deref(), &seen.sni) {
        (Code::AuthBeforeTls, Some(protocol), _) => format!("curl -sv {protocol}://{endpoint}"),
        (Code::OpenRelay, ..) => {
            let commands = "'EHLO desk' 'MAIL FROM:<>' 'RCPT TO:<relay-probe@example.net>' QUIT";
            let client = s_client(endpoint, seen, "-quiet -crlf");
            format!("printf '%s\\n' {commands} | {client}")
        }
        (Code::OldProtocol, ..) => silently(old_protocol(&seen.found)),
        // Every cipher with a hash of its own, and so without AEAD; and those without forward secrecy.
        (Code::WeakCipher, ..) => silently("-tls1_2 -cipher SHA1:SHA256:SHA384:kRSA:@SECLEVEL=0"),
        (Code::ChainUntidy, ..) => silently("-showcerts"),
        (.., Some(sni)) => silently(&format!("-verify_hostname {sni} -verify_return_error")),
        (.., None) => {
            format!("{} | openssl x509 -noout -serial -enddate", silently(""))
        }
    }
}

/// The newest of the versions that openssl still speaks.
fn old_protocol(found: &[String]) -> &'static str {
    if found.iter().any(|version| version == "TLS 1.1") {
        "-tls1_1 -cipher ALL:@SECLEVEL=0"
    } else {
        "-tls1 -cipher ALL:@SECLEVEL=0"
    }
}

fn s_client(endpoint: &str, seen: &Evidence, options: &str) -> String {
    let protocol = seen.starttls.as_deref().map(|protocol| ["-starttls", protocol]);
    let name = seen.sni.as_deref().map(|sni| ["-servername", sni]);
    let words = ["openssl", "s_client", "-connect", endpoint]
        .into_iter()
        .chain(protocol.into_iter().flatten())
        .chain(name.into_iter().flatten())
        .chain((!options.is_empty()).then_some(options));
    words.collect::<Vec<_>>().join(" ")
}

/// `name TYPE`, asked of the same resolver.
fn dig(question: &str, resolver: Option<&str>) -> String {
    let (host, port) = resolver.and_then(|at| at.rsplit_once(':')).unzip();
    let host = host.map(|host| format!(" @{}", host.trim_matches(['[', ']'])));
    let port = port
        .filter(|port| *port != "53")
        .map(|port| format!(" -p {port}"));
    let question: Vec<_> = question.split(' ').map(quoted).collect();
    format!(
        "dig +dnssec{}{} {}",
        host.unwrap_or_default(),
        port.unwrap_or_default(),
        question.join(" ")
    )
}

/// On the host that was looked at.
fn there(seen: &Evidence, line: &str) -> String {
    match seen.host.as_deref() {
        Some(host) if host.starts_with("ssh://") => format!("ssh {} {}", quoted(host), quoted(line)),
        _ => line.to_owned(),
    }
}

fn words(argv: &[String]) -> String {
    argv.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Single quotes, as a POSIX shell reads them.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+@:=,".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Verdicts over an answer that came.
const HTTP: [Code; 5] = [
    Code::HttpError,
    Code::NoRedirect,
    Code::WrongLocation,
    Code::NoLoginForm,
    Code::TooLarge,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_a_page_and_a_file_of_another_host_have_their_command() {
        let seen = Evidence {
            question: Some("example.com MX".into()),
            resolver: Some("127.0.0.1:5300".into()),
            ..Evidence::default()
        };
        assert_eq!(
            command(Code::NoRecord, &seen).unwrap(),
            "dig +dnssec @127.0.0.1 -p 5300 example.com MX"
        );
        let seen = Evidence {
            url: Some("https://mail.a.example/admin".into()),
            endpoint: Some("127.0.0.1:8443".into()),
            ..Evidence::default()
        };
        assert_eq!(
            command(Code::NoRedirect, &seen).unwrap(),
            "curl -skv --connect-to ::127.0.0.1:8443 https://mail.a.example/admin"
        );
        let seen = Evidence {
            host: Some("ssh://root@10.10.10.114:22".into()),
            name: Some("mail.a.example".into()),
            ..Evidence::path("/etc/haproxy/sni.map")
        };
        assert_eq!(
            command(Code::NotRouted, &seen).unwrap(),
            "ssh ssh://root@10.10.10.114:22 'grep -rnF -- mail.a.example /etc/haproxy/sni.map'"
        );
        let argv = ["carbonio", "prov", "gd", "a b"].map(String::from).into();
        let seen = Evidence {
            command: argv,
            ..Evidence::default()
        };
        assert_eq!(
            command(Code::DomainUnknown, &seen).unwrap(),
            "carbonio prov gd 'a b'"
        );
    }

    #[test]
    fn a_path_is_quoted_for_the_shell() {
        assert_eq!(quoted("/etc/a b/x'y"), r"'/etc/a b/x'\''y'");
        assert_eq!(
            quoted("/etc/letsencrypt/live/mail-vm112-multi"),
            "/etc/letsencrypt/live/mail-vm112-multi"
        );
    }
}
