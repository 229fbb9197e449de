//! Server-Sent Events as a browser reads them (the HTML standard, "Interpreting an event stream").

use serde_json::Value;
use std::io::{BufRead, BufReader};
use ureq::BodyReader;

/// The messages of a stream in their order; ends when the server ends it.
pub(crate) struct Messages(BufReader<BodyReader<'static>>);

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Messages {
    pub(super) fn read(body: BodyReader<'static>) -> Self {
        Self(BufReader::new(body))
    }
}

impl Iterator for Messages {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        let (mut id, mut event, mut data) = (None, None, None);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("the stream goes on") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("id", value)) => id = Some(value.parse().unwrap()),
                Some(("event", value)) => event = Some(value.to_owned()),
                Some(("data", value)) => data = Some(serde_json::from_str(value).unwrap()),
                // An empty line ends a message; without data it was a comment or a `retry`.
                None if line.trim_end().is_empty() && data.is_some() => {
                    return Some(Message {
                        id: id.expect("every message has an id"),
                        event: event.unwrap(),
                        data: data.unwrap(),
                    });
                }
                _ => {}
            }
        }
    }
}
