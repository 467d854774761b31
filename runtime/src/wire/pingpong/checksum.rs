//! The checksum of a payload, which the TTHeader carries. It shows whether the payload was damaged
//! on the way (C.8).
//!
//! Kitex's clients and servers send and check it if their codec is made with `CRC32Check`. A
//! message without a checksum is accepted unchecked.

use bytes::BytesMut;
use faststr::FastStr;

use super::envelope::Envelope;
use super::framing::Framing;
use super::message::{Payload, malformed, put_header};
use crate::codec::Encode;
use crate::error::Result;
use crate::wire::ttheader::frame::Header;

/// The string key of the checksum.
pub(super) const KEY: &str = "crc32c";

/// Whether the header contains a checksum.
pub(super) fn is_in(header: &Header) -> bool {
    header
        .strings
        .get(KEY)
        .is_some_and(|given| !given.is_empty())
}

/// Checks the payload, which is everything after the TTHeader, against the header's checksum, if
/// there is one.
///
/// # Errors
/// The payload differs from what was sent.
pub(super) fn check(header: &Header, payload: &[u8]) -> Result<()> {
    let given = header.strings.get(KEY).unwrap_or_default();
    if given.is_empty() {
        return Ok(());
    }
    let found = of(payload);
    if *given == *found {
        return Ok(());
    }
    let text = format!("payload validation failed: its crc32c is {found}, the header says {given}");
    Err(malformed(&text))
}

/// Appends a message as [`message::put`](super::message::put) does, with the checksum of its payload
/// in its header. Nothing is appended on error.
pub(super) fn put(
    framing: Framing,
    mut header: Header,
    envelope: &Envelope,
    body: &dyn Encode,
    out: &mut BytesMut,
) -> Result<()> {
    let mut payload = BytesMut::new();
    Payload::measure(framing, envelope, body)?.put(&mut payload);
    header.strings.insert(KEY, of(&payload));
    put_header(&header, payload.len(), out)?;
    out.extend_from_slice(&payload);
    Ok(())
}

/// The CRC-32 with Castagnoli's polynomial, as 8 lower-case digits.
fn of(payload: &[u8]) -> FastStr {
    FastStr::from_string(format!("{:08x}", crc32c::crc32c(payload)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The algorithm's catalogue entry (CRC-32/ISCSI) gives this check value.
    #[test]
    fn castagnolis_polynomial_in_hexadecimal() {
        assert_eq!(of(b"123456789"), "e3069283");
        assert_eq!(of(b""), "00000000");
    }

    #[test]
    fn g86_a_wrong_checksum_is_an_error_and_none_is_accepted() {
        let with = |value: &'static str| Header {
            strings: [(KEY, value)].into_iter().collect(),
            ..Header::default()
        };
        check(&with("e3069283"), b"123456789").unwrap();
        check(&with(""), b"123456789").unwrap();
        check(&Header::default(), b"123456789").unwrap();
        for wrong in ["e3069284", "E3069283", "x"] {
            let error = check(&with(wrong), b"123456789").unwrap_err();
            assert!(error.message().contains("e3069283"), "{error}");
        }
    }
}
