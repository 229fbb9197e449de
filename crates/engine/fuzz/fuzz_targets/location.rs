//! Any text as a `Location`: what leads to the administration names its scheme, host and port, or is relative to it.
#![no_main]

use engine::wire::location::{is_at, resolve};
use libfuzzer_sys::fuzz_target;
use model::DomainName;

fuzz_target!(|location: &str| {
    let host = DomainName::parse("mail.a.example").unwrap();
    if let Some(url) = resolve("https://mail.a.example/admin", location) {
        if is_at(&url, &host, &[6071]) {
            assert!(url.as_str().starts_with("https://") && url.as_str().contains("mail.a.example:6071/"));
            assert_eq!(resolve("https://mail.a.example/admin", url.as_str()), Some(url));
        }
    }
});
