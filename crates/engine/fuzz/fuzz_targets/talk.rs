//! Any bytes as a server's side of the talk before TLS, in pieces of any size.
#![no_main]

use engine::wire::{imap, lines::Lines, smtp::ReplyReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let (mut smtp, mut imap) = (Lines::default(), Lines::default());
    let mut reader = ReplyReader::default();
    for piece in bytes.chunks(usize::from(size).max(1)) {
        if smtp.push(piece).is_err() || imap.push(piece).is_err() {
            return;
        }
        while let Ok(Some(reply)) = reader.read(&mut smtp) {
            assert!((200..600).contains(&reply.code));
            let _ = (reply.offers("STARTTLS"), reply.mechanisms().count(), reply.text());
        }
        while let Ok(Some(line)) = imap.next_line() {
            let _ = (imap::read(&line), imap::needs_privacy(&line));
        }
        assert!(smtp.left_over() <= bytes.len());
    }
});
