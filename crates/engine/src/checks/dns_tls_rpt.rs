//! Where senders report that they could not deliver over TLS (TLS-RPT, RFC 8460).

use super::Check;
use crate::{
    Facts,
    net::dns::{Record, RecordType},
    wire::tls_rpt,
};
use futures::FutureExt;
use model::{CheckId, Code, Group, Label, Priority, evidence::Outcome};

pub static CHECK: Check = Check {
    id: CheckId::new("dns_tls_rpt"),
    group: Group::MailDns,
    priority: Priority::P2,
    label: Label {
        pt: "TLS-RPT",
        en: "TLS-RPT",
    },
    ok_when: "`_smtp._tls` of the domain has one TLS-RPT record, which names an address that reports can be sent to \
              (`warn` where nothing is published: failures of TLS then stay unseen)",
    run: |facts| async { run(facts).await.unwrap_or_else(|outcome| outcome) }.boxed(),
};

async fn run(facts: &Facts<'_>) -> Result<Outcome, Outcome> {
    let name = format!("_smtp._tls.{}", facts.domain.name);
    let answer = facts.dns(&name, RecordType::TXT).await;
    let texts = answer.records()?.iter().filter_map(Record::text);
    let texts: Vec<&[u8]> = texts.filter(|text| tls_rpt::is_meant(text)).collect();
    let seen = answer
        .seen()
        .found(texts.iter().map(|text| String::from_utf8_lossy(text)));
    match texts.as_slice() {
        [] => Ok(Outcome::warn(Code::NotPublished, seen)),
        [text] => match tls_rpt::addresses(text) {
            Ok(_) => Ok(Outcome::ok(seen)),
            Err(why) => Err(Outcome::fail(Code::InvalidRecord, seen.detail(why.to_string()))),
        },
        _ => Err(Outcome::fail(Code::SeveralRecords, seen)),
    }
}
