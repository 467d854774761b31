//! How a peer has to begin (RFC 9113, 3.4; A.1).

use std::io;

/// Length of what a client sends in front of its first frame.
const PREFACE: usize = 24;
/// Where in a frame its type stands.
const TYPE: usize = 3;
/// The type of SETTINGS.
const SETTINGS: u8 = 4;
/// What a peer's bytes are that begin otherwise.
pub(super) const NOT_HTTP2: &str = "the first frame of an HTTP/2 connection is not SETTINGS";

/// Sees to it that the first frame of a peer is SETTINGS: h2 takes any.
pub(super) struct Opening {
    /// Bytes that are still to come before the type of the first frame; `None` once it was seen.
    left: Option<usize>,
}

impl Opening {
    /// What a client sends, preface included.
    pub(super) fn of_client() -> Self {
        Self {
            left: Some(PREFACE + TYPE),
        }
    }

    pub(super) fn of_server() -> Self {
        Self { left: Some(TYPE) }
    }

    /// Looks at the bytes that came next.
    ///
    /// # Errors
    /// The first frame is another one; the connection is to be closed.
    #[inline]
    pub(super) fn check(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(left) = self.left else {
            return Ok(());
        };
        match bytes.get(left) {
            None => self.left = Some(left - bytes.len()),
            Some(&SETTINGS) => self.left = None,
            Some(_) => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, NOT_HTTP2));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g02_the_type_of_the_first_frame_counts_however_it_arrives() {
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for (kind, fine) in [(SETTINGS, true), (6, false)] {
            let bytes = [&preface[..], &[0, 0, 0, kind, 0, 0, 0, 0, 0, 9, 9, 9, 9]].concat();
            for step in 1..=bytes.len() {
                let mut opening = Opening::of_client();
                let checked = bytes.chunks(step).try_for_each(|part| opening.check(part));
                assert_eq!(checked.is_ok(), fine, "{kind}, {step} bytes at a time");
            }
            let mut opening = Opening::of_server();
            assert_eq!(opening.check(&bytes[24..]).is_ok(), fine, "{kind}");
        }
    }
}
