//! The first words of a TLS server (RFC 5246 sections 6.2.1, 7.2 and 7.4.1.3): which version and suite it chose,
//! or that it refuses.

use super::client_hello::Version;

/// What a server answers to a client's first words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Chosen {
        version: Version,
        suite: u16,
    },
    /// A fatal alert, by its number, or a goodbye.
    Refused {
        alert: u8,
    },
    NotTls,
}

/// Reads as much as there is; `None`: more bytes are needed. A server that needs more than [`MOST`] bytes for it
/// speaks no TLS.
pub fn read(bytes: &[u8]) -> Option<Answer> {
    let mut rest = bytes;
    // A handshake message may be cut into several records (RFC 5246 section 6.2.1).
    let mut message = Vec::new();
    loop {
        let (kind, content) = match record(rest) {
            Ok(Some((record, behind))) => {
                rest = behind;
                (record.kind, record.content)
            }
            Ok(None) => return (bytes.len() > MOST).then_some(Answer::NotTls),
            Err(NotTls) => return Some(Answer::NotTls),
        };
        match (kind, content) {
            // A warning, that the name is not known for instance, is not the end.
            (ALERT, &[WARNING, alert]) if alert != CLOSE_NOTIFY => {}
            (ALERT, &[WARNING | FATAL, alert]) => return Some(Answer::Refused { alert }),
            (HANDSHAKE, _) => {
                message.extend_from_slice(content);
                if let Some(answer) = server_hello(&message) {
                    return Some(answer);
                }
            }
            _ => return Some(Answer::NotTls),
        }
    }
}

struct Record<'a> {
    kind: u8,
    content: &'a [u8],
}

struct NotTls;

/// The first record and what stands behind it; `None`: it is not whole yet.
fn record(bytes: &[u8]) -> Result<Option<(Record<'_>, &[u8])>, NotTls> {
    if !matches!(bytes, [] | [ALERT | HANDSHAKE, ..]) {
        return Err(NotTls);
    }
    let Some((&[kind, major, _, high, low], rest)) = bytes.split_first_chunk::<5>() else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if major != 3 || length == 0 || length > LONGEST_RECORD {
        return Err(NotTls);
    }
    let whole = rest.split_at_checked(length);
    Ok(whole.map(|(content, behind)| (Record { kind, content }, behind)))
}

/// `None`: it is not whole yet.
fn server_hello(message: &[u8]) -> Option<Answer> {
    let (&kind, body) = message.split_first()?;
    if kind != SERVER_HELLO {
        return Some(Answer::NotTls);
    }
    let (_length, body) = body.split_first_chunk::<3>()?;
    let (&[major, minor], body) = body.split_first_chunk::<2>()?;
    let (_random, body) = body.split_first_chunk::<32>()?;
    let (&session, body) = body.split_first()?;
    let (_session, body) = body.split_at_checked(usize::from(session))?;
    let (&suite, _) = body.split_first_chunk::<2>()?;
    Some(match Version::of(major, minor) {
        Some(version) => Answer::Chosen {
            version,
            suite: u16::from_be_bytes(suite),
        },
        None => Answer::NotTls,
    })
}

/// More than any honest first answer: the hello needs 83 bytes, and stands at the beginning.
pub const MOST: usize = 20 * 1024;

/// 2^14 bytes and room for what encryption adds.
const LONGEST_RECORD: usize = 16 * 1024 + 2048;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const WARNING: u8 = 1;
const FATAL: u8 = 2;
const CLOSE_NOTIFY: u8 = 0;
const SERVER_HELLO: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(version: [u8; 2]) -> Vec<u8> {
        let mut hello = vec![2, 0, 0, 70];
        hello.extend(version);
        hello.extend([7; 32]);
        hello.push(32);
        hello.extend([9; 32]);
        hello.extend([0xc0, 0x13, 0]);
        hello
    }

    fn in_records(message: &[u8], size: usize) -> Vec<u8> {
        message
            .chunks(size)
            .flat_map(|piece| [&[22, 3, 1, 0, u8::try_from(piece.len()).unwrap()], piece].concat())
            .collect()
    }

    #[test]
    fn a_hello_is_read_however_it_is_cut() {
        let chosen = Answer::Chosen {
            version: Version::Tls10,
            suite: 0xc013,
        };
        for size in [1, 7, 200] {
            let bytes = in_records(&hello([3, 1]), size);
            assert_eq!(read(&bytes), Some(chosen));
            for end in 0..bytes.len() - 6 {
                assert_eq!(read(&bytes[..end]), None, "{end}");
            }
        }
    }

    #[test]
    fn a_warning_is_not_the_end_and_a_fatal_alert_is() {
        let unknown_name = [21, 3, 1, 0, 2, 1, 112];
        assert_eq!(read(&unknown_name), None);
        let then_hello = [&unknown_name[..], &in_records(&hello([3, 2]), 200)].concat();
        assert!(matches!(
            read(&then_hello),
            Some(Answer::Chosen {
                version: Version::Tls11,
                ..
            })
        ));
        assert_eq!(
            read(&[21, 3, 1, 0, 2, 2, 70]),
            Some(Answer::Refused { alert: 70 })
        );
        assert_eq!(read(&[21, 3, 1, 0, 2, 1, 0]), Some(Answer::Refused { alert: 0 }));
    }

    #[test]
    fn what_is_no_tls_is_said_to_be_none() {
        for bytes in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"220 mail.example\r\n",
            &[22, 2, 0, 0, 1, 2],
            &[22, 3, 1, 0xff, 0xff, 2],
            &[22, 3, 1, 0, 0],
            &[21, 3, 1, 0, 3, 1, 2, 3],
            &in_records(&[11, 0, 0, 1], 4),
            &in_records(&hello([3, 4]), 200),
            &[21, 3, 1, 0, 2, 1, 112].repeat(3000),
        ] {
            assert_eq!(read(bytes), Some(Answer::NotTls), "{:?}", &bytes[..5]);
        }
        assert_eq!(read(b""), None);
    }
}
