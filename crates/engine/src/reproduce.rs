//! The one command with which a person sees for themselves what the Desk saw.

use model::{Code, Evidence};

/// A line for a POSIX shell; `None` where there is nothing to reproduce. Every part of it is an endpoint, a
/// domain name or a quoted path, so that pasting it is safe.
pub fn command(code: Code, seen: &Evidence) -> Option<String> {
    if code == Code::NotConfigured {
        return None;
    }
    if code == Code::StaleDeploy || code == Code::KeyMismatch {
        return Some(format!(
            "openssl x509 -in {} -noout -serial -enddate -pubkey",
            quoted(seen.path.as_deref()?)
        ));
    }
    if let (Some(endpoint), Some(sni)) = (&seen.endpoint, &seen.sni) {
        let starttls = seen
            .starttls
            .as_ref()
            .map(|protocol| format!(" -starttls {protocol}"))
            .unwrap_or_default();
        return Some(format!(
            "openssl s_client -connect {endpoint}{starttls} -servername {sni} -verify_hostname {sni} -verify_return_error </dev/null"
        ));
    }
    if let Some(endpoint) = &seen.endpoint {
        return Some(format!(
            "openssl s_client -connect {endpoint} </dev/null | openssl x509 -noout -serial -enddate"
        ));
    }
    let path = quoted(seen.path.as_deref()?);
    match code {
        Code::TimerInactive | Code::TimerDisabled => Some(format!("systemctl status {path}")),
        Code::CronLacksScript | Code::ScriptMissing | Code::ScriptNotExecutable => {
            Some(format!("ls -l {path}"))
        }
        _ => Some(format!("ls -lL {path}")),
    }
}

/// Single quotes, as a POSIX shell reads them.
fn quoted(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-+@".contains(&b);
    if !path.is_empty() && path.bytes().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_for_the_shell() {
        assert_eq!(quoted("/etc/a b/x'y"), r"'/etc/a b/x'\''y'");
        assert_eq!(
            quoted("/etc/letsencrypt/live/mail-vm112-multi"),
            "/etc/letsencrypt/live/mail-vm112-multi"
        );
    }
}
