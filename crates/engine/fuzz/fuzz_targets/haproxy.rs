//! Any bytes as a map file or a haproxy.cfg: what routes a host has the whole name, a pattern or a rule for it.
#![no_main]

use engine::wire::haproxy::{Map, Method, SniFile};
use libfuzzer_sys::fuzz_target;
use std::collections::HashMap;

fuzz_target!(|bytes: &[u8]| {
    let host = "mail.a.com";
    let map = Map::read(bytes);
    match SniFile::read(bytes) {
        SniFile::Map(map) => {
            let has_name = bytes.to_ascii_lowercase().windows(host.len()).any(|part| part == host.as_bytes());
            assert!(map.find(host, Method::Exact).is_none() || has_name);
        }
        SniFile::Config(config) => {
            let files: HashMap<_, _> = config.files().into_iter().map(|path| (path.to_owned(), &map)).collect();
            if let Some(route) = config.route(host, &files) {
                assert!(route.line >= 1 && !route.backend.contains('\n'));
            }
            let _ = config.obscure();
        }
    }
});
