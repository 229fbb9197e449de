//! Any text as a router's rule, a file of routers or a page of the API: what routes one host and not the other
//! speaks of hosts.
#![no_main]

use engine::wire::traefik::{Kind, Router, Routers, Syntax, page, read_files};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for kind in [Kind::Http, Kind::Tcp] {
        let (name, rule) = (String::new(), text.to_owned());
        let routers = Routers::new(vec![Router { name, rule, kind, syntax: Syntax::Unsaid, place: None }]);
        if routers.route("mail.a.com").is_some() {
            assert!(text.to_ascii_lowercase().contains("host"));
        }
        let _ = (page(text.as_bytes(), kind), routers.untried());
    }
    for name in ["a.yml", "a.toml"] {
        if let Ok(routers) = read_files(&[(name.into(), text.as_bytes().to_vec())])
            && let Some(router) = routers.route("mail.a.com")
        {
            let (_, line) = router.place.as_ref().unwrap();
            assert!((1..=text.lines().count()).contains(line));
        }
    }
});
