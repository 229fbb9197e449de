//! SMTP replies (RFC 5321 section 4.2) and the STARTTLS extension (RFC 3207), as a client reads them.

use super::lines::{Lines, TooMuch};

/// A whole reply: its code and the text of every line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAReply {
    TooMuch,
    /// A line that does not begin with three digits, or whose code differs from the first line's.
    Garbage,
}

impl From<TooMuch> for NotAReply {
    fn from(_: TooMuch) -> Self {
        Self::TooMuch
    }
}

/// Collects the lines of one reply across reads.
#[derive(Debug, Default)]
pub struct ReplyReader {
    code: Option<u16>,
    texts: Vec<String>,
}

impl ReplyReader {
    /// The reply once its last line is there; `None`: more bytes are needed.
    pub fn read(&mut self, lines: &mut Lines) -> Result<Option<Reply>, NotAReply> {
        while let Some(line) = lines.next_line()? {
            let (code, more, text) = split(&line).ok_or(NotAReply::Garbage)?;
            if *self.code.get_or_insert(code) != code {
                return Err(NotAReply::Garbage);
            }
            self.texts.push(text.to_owned());
            if !more {
                self.code = None;
                return Ok(Some(Reply {
                    code,
                    lines: std::mem::take(&mut self.texts),
                }));
            }
        }
        Ok(None)
    }
}

impl Reply {
    /// Whether an EHLO reply offers the extension; keywords are case-insensitive and stand first on a line.
    pub fn offers(&self, keyword: &str) -> bool {
        self.lines.iter().skip(1).any(|line| {
            line.split_ascii_whitespace()
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
        })
    }

    /// 2xx: done as asked.
    pub fn is_positive(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// The SASL mechanisms that an EHLO reply offers (RFC 4954 section 3), in the old form `AUTH=…` too.
    pub fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(1).flat_map(|line| {
            let (keyword, mechanisms) = line.split_once([' ', '=']).unwrap_or((line, ""));
            let offered = keyword.eq_ignore_ascii_case("AUTH");
            mechanisms.split_ascii_whitespace().filter(move |_| offered)
        })
    }

    /// The reply as one line, for evidence.
    pub fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" / "))
    }
}

/// `250-text`, `250 text` or `250` as (code, more follow, text).
fn split(line: &str) -> Option<(u16, bool, &str)> {
    let digits = line.get(..3)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let code = digits.parse().ok().filter(|code| (200..600).contains(code))?;
    match line.as_bytes().get(3) {
        None => Some((code, false, "")),
        Some(b' ') => Some((code, false, &line[4..])),
        Some(b'-') => Some((code, true, &line[4..])),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Reply>, NotAReply> {
        let mut lines = Lines::default();
        lines.push(bytes)?;
        ReplyReader::default().read(&mut lines)
    }

    #[test]
    fn a_reply_of_several_lines_is_one_reply() {
        let reply = read(b"250-mx.example at your service\r\n250-STARTTLS\r\n250 SIZE 1000\r\n")
            .unwrap()
            .unwrap();
        assert_eq!(reply.code, 250);
        assert!(reply.offers("starttls") && reply.offers("SIZE") && !reply.offers("AUTH"));
    }

    #[test]
    fn the_mechanisms_are_those_of_auth_alone() {
        let reply = read(b"250-AUTH PLAIN\r\n250-SIZE 1000\r\n250-auth LOGIN\r\n250 AUTH=CRAM-MD5 PLAIN\r\n");
        let reply = reply.unwrap().unwrap();
        assert_eq!(
            reply.mechanisms().collect::<Vec<_>>(),
            ["LOGIN", "CRAM-MD5", "PLAIN"]
        );
    }

    #[test]
    fn the_greetings_own_words_are_no_extension() {
        assert!(
            !read(b"250-STARTTLS is my name\r\n250 SIZE\r\n")
                .unwrap()
                .unwrap()
                .offers("STARTTLS")
        );
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in [
            &b"HTTP/1.1 400 Bad\r\n"[..],
            b"250-a\r\n251 b\r\n",
            b"99 x\r\n",
            b"2x0 a\r\n",
            b"250_x\r\n",
            "2é0 a\r\n".as_bytes(),
        ] {
            assert_eq!(read(bytes), Err(NotAReply::Garbage), "{bytes:?}");
        }
        assert_eq!(read(b"250-never\r\n250-ending\r\n"), Ok(None));
    }
}
