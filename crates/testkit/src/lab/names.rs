//! What DNS says of the lab's domains, with the faults of the moment.

use super::{
    Fault,
    folder::Folder,
    scene::{self, SITES, Scene},
};
use hickory_resolver::proto::rr::{
    Name, RData, RecordType,
    rdata::{A, MX, PTR, TXT},
};
use model::DomainName;
use std::{net::Ipv4Addr, path::Path};

/// The records of a name and type; `None` where there is no such name. `key` is the public half of the key that
/// all domains' mail is signed with, in base64.
pub(super) fn records(dir: &Path, key: &str, name: &str, kind: RecordType) -> Option<Vec<RData>> {
    if name == LOOPBACK {
        let hosts = SITES
            .iter()
            .flat_map(Scene::names)
            .map(|domain| domain.mail_host());
        let hosts: Option<Vec<_>> = hosts
            .map(|host| Some(RData::PTR(PTR(absolute(host.as_str())?))))
            .collect();
        return Some(of(RecordType::PTR, kind, hosts?));
    }
    let (label, domain) = owner(name)?;
    let has = |fault| {
        let site = scene::site_of(&domain);
        site.is_ok_and(|site| Folder::new(dir, site.name).has(fault, domain.as_str()))
    };
    let text = |text: String| of(RecordType::TXT, kind, vec![txt(&text)]);
    Some(match label {
        "" if kind == RecordType::MX => {
            let exchange = if has(Fault::WrongMx) {
                absolute("mx.former-provider.example")?
            } else {
                absolute(domain.mail_host().as_str())?
            };
            vec![RData::MX(MX::new(10, exchange))]
        }
        "" if has(Fault::NoSpf) => Vec::new(),
        "" => text("v=spf1 mx -all".to_owned()),
        "mail" | "mta-sts" => of(RecordType::A, kind, vec![RData::A(A(Ipv4Addr::LOCALHOST))]),
        "default._domainkey" => text(format!("v=DKIM1; k=rsa; p={key}")),
        "_dmarc" => text(format!("v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}")),
        "_mta-sts" => text("v=STSv1; id=1".to_owned()),
        "_smtp._tls" => text(format!("v=TLSRPTv1; rua=mailto:tls@{domain}")),
        _ => return None,
    })
}

/// The domain of the lab that a name belongs to, and what stands before it.
fn owner(name: &str) -> Option<(&str, DomainName)> {
    let domains = SITES.iter().flat_map(Scene::names);
    domains.into_iter().find_map(|domain| {
        let label = name.strip_suffix(domain.as_str())?;
        let label = if label.is_empty() {
            label
        } else {
            label.strip_suffix('.')?
        };
        Some((label, domain))
    })
}

/// A name has records of one type, and none of any other.
fn of(kind: RecordType, asked: RecordType, records: Vec<RData>) -> Vec<RData> {
    if asked == kind { records } else { Vec::new() }
}

/// In strings of at most 255 octets (RFC 1035 section 3.3).
fn txt(text: &str) -> RData {
    RData::TXT(TXT::from_bytes(text.as_bytes().chunks(255).collect()))
}

fn absolute(name: &str) -> Option<Name> {
    Name::from_ascii(format!("{name}.")).ok()
}

/// 127.0.0.1, where every host of the lab is.
const LOOPBACK: &str = "1.0.0.127.in-addr.arpa";
