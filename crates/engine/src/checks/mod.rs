//! The checks, in the contract's order. A check is one file here and one line in [`ALL`].

pub mod admin_block_nginx;
pub mod admin_cert_6071;
pub mod admin_login_6071;
pub mod admin_redirect_443;
mod caddy;
pub mod caddy_cert_expiry;
pub mod caddy_cert_valid;
pub mod carbonio_domain;
pub mod cert_deployed_global;
pub mod cert_renew_ready;
pub mod cert_san;
pub mod dns_caa;
pub mod dns_dkim;
pub mod dns_dmarc;
pub mod dns_mail;
pub mod dns_mta_sts;
pub mod dns_ptr;
pub mod dns_spf;
pub mod dns_tls_rpt;
pub mod dns_tlsa;
mod doors;
pub mod haproxy_sni;
pub mod imap_cert_san_993;
pub mod imap_starttls_143;
pub mod mox_cert_exists;
pub mod mox_cert_matches_caddy;
pub mod mox_tls_993;
pub mod smtp_cert_san_465;
pub mod smtp_starttls_25;
pub mod smtp_starttls_587;
mod starttls;
pub mod tls_chain;
pub mod tls_expiry;
pub mod tls_key_strength;
pub mod tls_protocol_floor;
pub mod tls_renewal_overdue;
pub mod traefik_router;
pub mod webmail_https;

use crate::{Facts, Site};
use futures::future::BoxFuture;
use model::{CheckId, Domain, Group, Label, Priority, evidence::Outcome};

/// A question about one domain, answered from evidence.
#[derive(Debug)]
pub struct Check {
    pub id: CheckId,
    pub group: Group,
    pub priority: Priority,
    pub label: Label,
    /// When it is `ok`, in one sentence, for the documentation.
    pub ok_when: &'static str,
    pub run: for<'a> fn(&'a Facts<'a>) -> BoxFuture<'a, Outcome>,
}

impl Check {
    /// Whether it is on at the site: a set is where the site switches it on.
    pub fn is_on(&self, site: &Site) -> bool {
        !self.group.is_set() || site.sets.contains(&self.group)
    }

    /// Whether it is among a domain's steps: where it is on, `cert_sync` wants a `[[certs]]` for the mail
    /// host too.
    pub fn is_on_for(&self, site: &Site, domain: &Domain) -> bool {
        self.is_on(site) && (self.group != Group::CertSync || site.cert_for(&domain.mail_host).is_some())
    }
}

/// All of them, in the contract's order.
pub static ALL: &[&Check] = &[
    &carbonio_domain::CHECK,
    &dns_mail::CHECK,
    &haproxy_sni::CHECK,
    &traefik_router::CHECK,
    &cert_san::CHECK,
    &webmail_https::CHECK,
    &admin_block_nginx::CHECK,
    &admin_redirect_443::CHECK,
    &admin_cert_6071::CHECK,
    &admin_login_6071::CHECK,
    &imap_cert_san_993::CHECK,
    &smtp_cert_san_465::CHECK,
    &cert_deployed_global::CHECK,
    &cert_renew_ready::CHECK,
    &smtp_starttls_587::CHECK,
    &smtp_starttls_25::CHECK,
    &imap_starttls_143::CHECK,
    &caddy_cert_valid::CHECK,
    &caddy_cert_expiry::CHECK,
    &mox_cert_exists::CHECK,
    &mox_cert_matches_caddy::CHECK,
    &mox_tls_993::CHECK,
    &tls_chain::CHECK,
    &tls_key_strength::CHECK,
    &tls_protocol_floor::CHECK,
    &tls_expiry::CHECK,
    &tls_renewal_overdue::CHECK,
    &dns_spf::CHECK,
    &dns_dkim::CHECK,
    &dns_dmarc::CHECK,
    &dns_mta_sts::CHECK,
    &dns_tls_rpt::CHECK,
    &dns_tlsa::CHECK,
    &dns_caa::CHECK,
    &dns_ptr::CHECK,
];

pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id.as_str() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own() {
        for (index, check) in ALL.iter().enumerate() {
            assert!(
                ALL[..index].iter().all(|other| other.id != check.id),
                "{}",
                check.id
            );
            assert!(std::ptr::eq(find(check.id.as_str()).unwrap(), *check));
        }
    }
}
