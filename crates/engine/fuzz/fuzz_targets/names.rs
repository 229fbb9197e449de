//! Any text as a name, an endpoint or a time: what is accepted is safe in an argv, and reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{DomainName, Endpoint, Timestamp};

fuzz_target!(|text: &str| {
    if let Ok(name) = DomainName::from_typed(text) {
        assert!(name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'));
        assert!(!name.as_str().starts_with('-'));
        assert_eq!(DomainName::parse(name.as_str()), Ok(name.clone()));
        let _ = engine::judge::names::matches(text, &name);
    }
    if let Ok(endpoint) = Endpoint::parse(text) {
        assert_eq!(Endpoint::parse(&endpoint.to_string()), Ok(endpoint));
    }
    if let Some(at) = Timestamp::parse(text) {
        let _ = at.to_string();
    }
    let _ = model::Language::from_accept(text);
});
