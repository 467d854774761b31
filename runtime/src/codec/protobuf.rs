//! Protobuf messages as what a transport carries. The bytes are prost's work.
//!
//! Generated messages get their traits from [`protobuf_messages`](crate::protobuf_messages), as a
//! blanket implementation over prost's trait cannot stand beside Thrift's.

mod budget;
mod counted;
pub mod debug;
mod json;
pub mod prost;
mod scan;
mod well_known;

use ::prost::Message;
use bytes::{Bytes, BytesMut};

pub use self::budget::Footprint;
use super::{DecodeError, Reader, Writer};

/// Implements [`Encode`](crate::codec::Encode) and [`Message`](crate::codec::Message) for types
/// with prost's `Message`: generated code says it of its own messages.
///
/// ```
/// #[derive(Clone, PartialEq, streamgen_runtime::prost::Message)]
/// #[prost(prost_path = "::streamgen_runtime::prost")]
/// struct Request {
///     #[prost(int64, tag = "1")]
///     number: i64,
/// }
///
/// streamgen_runtime::protobuf_messages! { Request }
///
/// use streamgen_runtime::codec::{Encode as _, Message as _};
/// let bytes = Request { number: 150 }.encode_to_bytes();
/// assert_eq!(bytes, &b"\x08\x96\x01"[..]);
/// assert_eq!(Request::decode_from(bytes)?.number, 150);
/// # Ok::<(), streamgen_runtime::codec::DecodeError>(())
/// ```
#[macro_export]
macro_rules! protobuf_messages {
    (@transported $($message:ty),* $(,)?) => {
        $(
            impl $crate::codec::Encode for $message {
                fn encoded_len(&self) -> usize {
                    $crate::prost::Message::encoded_len(self)
                }

                fn encode(&self, w: &mut $crate::codec::Writer<'_>) {
                    $crate::codec::protobuf::write(self, w);
                }

                fn encode_sized(&self, encoded_len: usize, out: &mut $crate::codec::BytesMut) {
                    $crate::codec::protobuf::append(self, encoded_len, out);
                }
            }

            impl $crate::codec::Message for $message {
                fn decode(
                    r: &mut $crate::codec::Reader<'_>,
                ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                    $crate::codec::protobuf::read(r)
                }

                fn decode_from(
                    bytes: $crate::Bytes,
                ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                    $crate::codec::protobuf::decode(bytes)
                }
            }
        )*
    };
    ($($message:ty),* $(,)?) => {
        $crate::protobuf_messages! { @transported $($message),* }
        $(impl $crate::codec::protobuf::Footprint for $message {})*
    };
}

/// Appends the message, straight from its fields.
///
/// # Panics
/// The message has not `len` bytes. `out` is then as before.
pub fn append(message: &impl Message, len: usize, out: &mut BytesMut) {
    let start = out.len();
    out.reserve(len);
    message.encode_raw(out);
    let written = out.len() - start;
    if written != len {
        out.truncate(start);
    }
    assert_eq!(written, len, "a message is not as long as it said");
}

/// Writes the message by way of a buffer of its own.
pub fn write(message: &impl Message, w: &mut Writer<'_>) {
    w.put(&message.encode_to_vec());
}

/// Reads a message from all that is left.
///
/// # Errors
/// Bytes that are not this message, or that build more than [`decoded_max`](super::decoded_max).
pub fn read<M: Message + Default + Footprint>(r: &mut Reader<'_>) -> Result<M, DecodeError> {
    let bytes = r.take(r.remaining())?;
    budget::within(bytes.len(), || {
        budget::charge_fields::<M>(bytes)?;
        M::decode(bytes)
    })
}

/// Reads a message; fields of type `bytes` share the buffer.
///
/// # Errors
/// Bytes that are not this message: also one that nests deeper than prost's 100 levels, or builds more
/// than [`decoded_max`](super::decoded_max).
pub fn decode<M: Message + Default + Footprint>(mut bytes: Bytes) -> Result<M, DecodeError> {
    budget::within(bytes.len(), || {
        budget::charge_fields::<M>(&bytes)?;
        // As `M::decode`, but of borrowed bytes: moving them would cost short messages a tenth.
        let mut message = M::default();
        message.merge(&mut bytes)?;
        Ok(message)
    })
}

#[cfg(test)]
mod tests {
    use prost_types::{Any, Timestamp};

    use super::super::{DecodeErrorKind, Message};
    use super::*;

    fn round_trip<M: Message + PartialEq + std::fmt::Debug>(message: M) {
        let bytes = message.encode_to_bytes();
        assert_eq!(bytes.len(), message.encoded_len());
        assert_eq!(M::decode(&mut Reader::new(&bytes)).unwrap(), message);
        let mut written = BytesMut::new();
        Writer::append(&mut written, bytes.len(), |w| message.encode(w));
        assert_eq!(written, bytes);
        assert_eq!(M::decode_from(bytes).unwrap(), message);
    }

    #[test]
    fn messages_of_google_protobuf_come_back() {
        round_trip(());
        round_trip(true);
        round_trip(-1_i32);
        round_trip(u64::MAX);
        round_trip(0.5_f64);
        round_trip("text".to_owned());
        round_trip(Bytes::from_static(b"bytes"));
        round_trip(Timestamp {
            seconds: 1,
            nanos: 2,
        });
    }

    #[test]
    fn g30_an_empty_message_has_all_defaults() {
        assert_eq!(Any::decode_from(Bytes::new()).unwrap(), Any::default());
        assert_eq!(i32::decode_from(Bytes::new()).unwrap(), 0);
    }

    #[test]
    fn a_field_of_bytes_shares_the_message() {
        let message = Bytes::from_static(b"\x0a\x05hello");
        let field = Bytes::decode_from(message.clone()).unwrap();
        assert_eq!(field.as_ptr(), message[2..].as_ptr());
    }

    #[test]
    fn what_is_no_message_says_why() {
        for bytes in [&b"\x0a\x05hell"[..], b"\x0a\x01\xff", b"\x08", b"\x0f"] {
            let error = String::decode_from(Bytes::from_static(bytes)).unwrap_err();
            assert_eq!(error.kind(), DecodeErrorKind::Protobuf);
            assert!(error.to_string().contains("Protobuf"), "{error}");
        }
    }
}
