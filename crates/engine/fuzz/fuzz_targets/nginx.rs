//! Any text as two files of nginx's configuration, the one beside the other: a name that is found stands there.
#![no_main]

use engine::wire::nginx::{Blocks, Files};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|texts: (&str, &str)| {
    let files = [("/n/a.conf", texts.0), ("/n/b.conf", texts.1)];
    let files = files.map(|(path, text)| (path.into(), text.as_bytes().to_vec()));
    let blocks = Blocks::gather(Path::new("/n"), &Files::read(&files));
    if let Some(place) = blocks.find("mail.a.com", &[6071]) {
        let text = if place.path.ends_with("a.conf") { texts.0 } else { texts.1 };
        assert!((1..=text.lines().count()).contains(&place.line));
    }
    let _ = blocks.named("mail.a.com").count();
});
