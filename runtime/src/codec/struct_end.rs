//! Where a struct ends, for a wire that does not say how long a message is.

use super::skip::Skip;
use super::{DecodeError, DecodeErrorKind, Reader, wire_type};

/// Looks for the end of a struct in bytes that arrive piece by piece. Bytes that were looked at
/// once are not looked at again.
pub(crate) struct StructEnd {
    /// Boxed: a connection waits with it for the rest of a message.
    skip: Box<Skip>,
    /// Where the next step begins.
    at: usize,
}

impl StructEnd {
    /// The end of the struct that begins at `start`.
    pub(crate) fn new(start: usize) -> Self {
        Self {
            skip: Box::new(Skip::new(wire_type::STRUCT)),
            at: start,
        }
    }

    /// The index behind the struct's stop byte; `None` while it has not arrived. `bytes` begins where it
    /// began the last time, and may have grown.
    ///
    /// # Errors
    /// Bytes that are no struct.
    pub(crate) fn find(&mut self, bytes: &[u8]) -> Result<Option<usize>, DecodeError> {
        let Some(rest) = bytes.get(self.at..) else {
            return Ok(None);
        };
        let mut rest = Reader::past(rest);
        loop {
            let stepped = self.skip.step(&mut rest);
            match stepped {
                Ok(ended) => {
                    self.at = bytes.len() - rest.remaining();
                    if ended {
                        return Ok(Some(self.at));
                    }
                }
                Err(error) if wants_more(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether more bytes could mend it: a value that is cut short, or a count that more bytes may hold.
fn wants_more(error: &DecodeError) -> bool {
    matches!(
        error.kind(),
        DecodeErrorKind::Truncated | DecodeErrorKind::Length(0..)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{1: "n", 2: {3: [{}, {}]}, 4: {i32: "x"}, 5: [i64 × 2]}`, and a byte of something else.
    const NESTED: &[u8] = &[
        11, 0, 1, 0, 0, 0, 1, b'n', //
        12, 0, 2, 15, 0, 3, 12, 0, 0, 0, 2, 0, 0, 0, //
        13, 0, 4, 8, 11, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, b'x', //
        15, 0, 5, 10, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, //
        0, 0xaa,
    ];

    #[test]
    fn the_end_is_found_however_the_bytes_arrive() {
        let end = NESTED.len() - 1;
        for step in 1..=NESTED.len() {
            let mut search = StructEnd::new(0);
            let mut arrived = step.min(NESTED.len());
            let found = loop {
                if let Some(found) = search.find(&NESTED[..arrived]).unwrap() {
                    break found;
                }
                assert!(arrived < end, "the whole struct is there");
                arrived = (arrived + step).min(NESTED.len());
            };
            assert_eq!(found, end, "{step} bytes at a time");
        }
    }

    #[test]
    fn what_no_byte_can_mend_is_an_error() {
        let negative_length = [11, 0, 1, 0xff, 0xff, 0xff, 0xff];
        let unknown_type = [99, 0, 1, 0];
        for bytes in [&negative_length[..], &unknown_type] {
            assert!(StructEnd::new(0).find(bytes).is_err(), "{bytes:?}");
        }
        let deep = [12, 0, 1].repeat(100);
        assert!(StructEnd::new(0).find(&deep).is_err());
    }

    #[test]
    fn the_struct_may_begin_beyond_what_has_arrived() {
        let mut search = StructEnd::new(4);
        assert_eq!(search.find(&[1, 2]).unwrap(), None);
        assert_eq!(search.find(&[1, 2, 3, 4, 0]).unwrap(), Some(5));
    }

    #[test]
    fn a_claimed_length_is_waited_for() {
        let claim = [11, 0, 1, 0x7f, 0xff, 0xff, 0xff];
        assert_eq!(StructEnd::new(0).find(&claim).unwrap(), None);
    }
}
