//! Any bytes as a page: one that lets people log in speaks of a form, an input and a password, and showing the page
//! in a comment lets nobody in.
#![no_main]

use engine::wire::html::has_login_form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &[u8]| {
    if has_login_form(page) {
        let page = page.to_ascii_lowercase();
        for word in [&b"<form"[..], b"<input", b"type"] {
            assert!(page.windows(word.len()).any(|found| found == word));
        }
    }
    let commented = [
        b"<!-- ".as_slice(),
        &page
            .iter()
            .copied()
            .filter(|b| !b"->!".contains(b))
            .collect::<Vec<_>>(),
        b" -->",
    ];
    assert!(!has_login_form(&commented.concat()));
});
