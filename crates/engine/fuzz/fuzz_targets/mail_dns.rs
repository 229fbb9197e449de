//! Any bytes as what a domain publishes about its mail: every parser answers, and keeps to its own rules.
#![no_main]

use engine::wire::{
    caa::{self, Allowed, Property},
    dkim::Dkim,
    dmarc::Dmarc,
    mta_sts::{self, Policy},
    spf::{Expansion, Mechanism, Spf},
    tls_rpt,
    tlsa::Association,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Dkim::read(bytes);
    let _ = Dmarc::read(bytes);
    let _ = mta_sts::id(bytes);
    if let Ok(addresses) = tls_rpt::addresses(bytes) {
        assert!(!addresses.is_empty());
    }
    if let Ok(policy) = Policy::read(bytes) {
        assert!(!policy.covers("") && !policy.covers("com"));
    }
    if let Ok(spf) = Spf::read(bytes) {
        expand(&spf);
    }
    let (tag, value) = bytes.split_at(bytes.len().min(5));
    let property = Property {
        is_critical: bytes.len() % 2 == 0,
        tag: String::from_utf8_lossy(tag).into(),
        value: value.into(),
    };
    if let Allowed::Only(issuers) = caa::allowed(&[property], false) {
        assert!(issuers.iter().all(|issuer| issuer.is_ascii()));
    }
    if let [usage, selector, matching, data @ ..] = bytes {
        let association = Association {
            usage: *usage,
            selector: *selector,
            matching: *matching,
            data: data.into(),
        };
        let _ = (association.usage(), association.is_of(data), association.to_string());
    }
});

fn expand(spf: &Spf) {
    let with = Expansion {
        address: [192, 0, 2, 1].into(),
        domain: "a.example",
        sender: "a.example",
        helo: "mail.a.example",
    };
    for directive in &spf.directives {
        if let Mechanism::Include(template) | Mechanism::Exists(template) = &directive.mechanism {
            let name = template.expand(&with);
            assert!(name.len() <= 253 || !name.contains('.'));
        }
    }
}
