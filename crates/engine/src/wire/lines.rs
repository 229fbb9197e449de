//! Lines of a text protocol, taken from a buffer as they become complete.

/// Bytes that came in and were not read yet. A line longer than [`Lines::LINE`] or a talk longer than
/// [`Lines::TALK`] is refused, so that an endless banner costs what it costs and no more.
#[derive(Debug, Default)]
pub struct Lines {
    buffer: Vec<u8>,
    taken: usize,
    seen: usize,
}

/// The peer said more than any honest server does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooMuch;

impl Lines {
    /// RFC 5321 section 4.5.3.1.5 grants 512 octets to a reply line; real servers send longer ones.
    pub const LINE: usize = 4 * 1024;
    /// All that may be said before TLS.
    pub const TALK: usize = 32 * 1024;

    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TooMuch> {
        self.seen += bytes.len();
        if self.seen > Self::TALK {
            return Err(TooMuch);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// The next whole line without its CRLF (or bare LF), made harmless as text; `None`: more bytes are needed.
    pub fn next_line(&mut self) -> Result<Option<String>, TooMuch> {
        let rest = &self.buffer[self.taken..];
        let Some(end) = rest.iter().position(|&b| b == b'\n') else {
            return if rest.len() > Self::LINE {
                Err(TooMuch)
            } else {
                Ok(None)
            };
        };
        if end > Self::LINE {
            return Err(TooMuch);
        }
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        let line = String::from_utf8_lossy(line).into_owned();
        self.taken += end + 1;
        Ok(Some(line))
    }

    /// Bytes that came after the last line taken. Behind an answer to STARTTLS they are an attack.
    pub fn left_over(&self) -> usize {
        self.buffer.len() - self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_however_they_came_in() {
        let mut lines = Lines::default();
        lines.push(b"220 a").unwrap();
        assert_eq!(lines.next_line(), Ok(None));
        lines.push(b"b\r\nx\ny").unwrap();
        assert_eq!(lines.next_line().unwrap().as_deref(), Some("220 ab"));
        assert_eq!(lines.next_line().unwrap().as_deref(), Some("x"));
        assert_eq!(lines.next_line(), Ok(None));
        assert_eq!(lines.left_over(), 1);
    }

    #[test]
    fn a_line_or_a_talk_without_end_is_refused() {
        let mut long = Lines::default();
        long.push(&[b'x'; Lines::LINE + 1]).unwrap();
        assert_eq!(long.next_line(), Err(TooMuch));
        let mut endless = Lines::default();
        assert!((0..100).any(|_| endless.push(&b"220-more\r\n".repeat(100)).is_err()));
    }
}
