//! Any bytes as a served chain: the judge answers, and never with `ok` for what nobody trusts.
#![no_main]

use engine::{Judge, Trust};
use libfuzzer_sys::fuzz_target;
use model::{DomainName, State, Timestamp};

fuzz_target!(|bytes: &[u8]| {
    let host = DomainName::parse("mail.example.com").unwrap();
    let _ = engine::wire::x509::facts(bytes);
    let chain: Vec<_> = bytes.split(|&b| b == 0xff).map(|der| der.to_vec().into()).collect();
    let outcome = Judge::default().judge(&chain, &host, &Trust::nobody(), Timestamp(0));
    assert_eq!(outcome.state, State::Fail);
});
