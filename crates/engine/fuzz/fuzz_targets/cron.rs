//! Any text as a cron file: a script that does not stand in it is never found.
#![no_main]

use engine::wire::cron;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let script = "/usr/local/bin/renew.sh";
    assert!(!cron::runs(text, script) || text.contains(script));
});
