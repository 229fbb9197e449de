//! Any bytes as a server's first words, in pieces of any size: what was understood once stays understood.
#![no_main]

use engine::wire::{
    client_hello::suite_name,
    server_hello::{self, Answer},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| {
    let (size, bytes) = input;
    let whole = server_hello::read(bytes);
    if let Some(Answer::Chosen { suite, .. }) = whole {
        let _ = suite_name(suite);
    }
    let prefix = &bytes[..bytes.len().min(usize::from(size))];
    if let (Some(early), true) = (server_hello::read(prefix), prefix.len() <= server_hello::MOST) {
        assert_eq!(Some(early), whole);
    }
});
