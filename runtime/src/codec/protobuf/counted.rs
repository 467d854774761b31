//! prost's decoding of fields, and a count of what it builds.
//!
//! The modules have prost's names, because its derive calls them so.

use ::prost::DecodeError;
use ::prost::bytes::Buf;

use super::budget::charge;
use super::scan;

/// Charges the next element of `values`, which are about to grow by one, and its share of the room that
/// they keep: a `Vec` doubles, but takes room for 4 at once.
fn charge_next<T>(values: &mut Vec<T>) -> Result<(), DecodeError> {
    charge(2 * size_of::<T>())?;
    if values.capacity() == 0 {
        values.reserve_exact(1);
    }
    Ok(())
}

/// Charges the numbers of a packed field, which come next in `buf`, and makes room for them.
fn charge_packed<T>(
    values: &mut Vec<T>,
    buf: &impl Buf,
    count: fn(&[u8]) -> usize,
) -> Result<(), DecodeError> {
    let mut chunk = buf.chunk();
    let content = scan::take_delimited(&mut chunk).unwrap_or_default();
    let count = count(content);
    charge(count.saturating_mul(size_of::<T>()))?;
    match values.is_empty() {
        true => values.reserve_exact(count),
        // Many short fields would move the values each time.
        false => values.reserve(count),
    }
    Ok(())
}

/// Each has one byte whose first bit is 0.
fn varints(content: &[u8]) -> usize {
    content.iter().filter(|byte| **byte < 0x80).count()
}

fn of_4_bytes(content: &[u8]) -> usize {
    content.len() / 4
}

fn of_8_bytes(content: &[u8]) -> usize {
    content.len() / 8
}

/// Text and bytes that repeat.
macro_rules! delimited {
    ($module:ident, $ty:ty) => {
        pub mod $module {
            //! Fields of this type.

            pub use ::prost::encoding::$module::*;

            use ::prost::DecodeError;
            use ::prost::bytes::Buf;
            use ::prost::encoding::{DecodeContext, WireType};

            /// Adds one value.
            ///
            /// # Errors
            /// Bytes that are no such value; more is built than the message may.
            pub fn merge_repeated(
                wire_type: WireType,
                values: &mut Vec<$ty>,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                super::charge_next(values)?;
                ::prost::encoding::$module::merge_repeated(wire_type, values, buf, ctx)
            }
        }
    };
}

delimited!(string, String);
delimited!(bytes, impl ::prost::encoding::BytesAdapter);

/// Numbers that repeat, one or many in a field.
macro_rules! numbers {
    ($count:ident: $($module:ident = $ty:ty),*) => {$(
        pub mod $module {
            //! Fields of this type.

            pub use ::prost::encoding::$module::*;

            use ::prost::DecodeError;
            use ::prost::bytes::Buf;
            use ::prost::encoding::{DecodeContext, WireType};

            /// Adds the values of one field.
            ///
            /// # Errors
            /// Bytes that are no such values; more is built than the message may.
            pub fn merge_repeated(
                wire_type: WireType,
                values: &mut Vec<$ty>,
                buf: &mut impl Buf,
                ctx: DecodeContext,
            ) -> Result<(), DecodeError> {
                match wire_type {
                    WireType::LengthDelimited => {
                        super::charge_packed(values, buf, super::$count)?;
                    }
                    _ => super::charge_next(values)?,
                }
                ::prost::encoding::$module::merge_repeated(wire_type, values, buf, ctx)
            }
        }
    )*};
}

numbers! { varints: bool = bool, int32 = i32, int64 = i64, uint32 = u32, uint64 = u64, sint32 = i32, sint64 = i64 }
numbers! { of_4_bytes: fixed32 = u32, sfixed32 = i32, float = f32 }
numbers! { of_8_bytes: fixed64 = u64, sfixed64 = i64, double = f64 }

pub mod message {
    //! Fields that are messages.

    pub use ::prost::encoding::message::*;

    use super::super::budget::{Footprint, charge_message};
    use ::prost::bytes::Buf;
    use ::prost::encoding::{DecodeContext, WireType};
    use ::prost::{DecodeError, Message};

    /// Reads a message, or more of it.
    ///
    /// # Errors
    /// Bytes that are no such message; more is built than the message around may.
    pub fn merge<M: Message + Footprint, B: Buf>(
        wire_type: WireType,
        message: &mut M,
        buf: &mut B,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        charge_message::<M>(buf)?;
        ::prost::encoding::message::merge(wire_type, message, buf, ctx)
    }

    /// Adds one message.
    ///
    /// # Errors
    /// As of [`merge`].
    pub fn merge_repeated<M: Message + Default + Footprint>(
        wire_type: WireType,
        messages: &mut Vec<M>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        super::charge_next(messages)?;
        charge_message::<M>(buf)?;
        ::prost::encoding::message::merge_repeated(wire_type, messages, buf, ctx)
    }
}

pub mod group {
    //! Fields that are groups.

    pub use ::prost::encoding::group::*;

    use super::super::budget::{Footprint, charge};
    use ::prost::bytes::Buf;
    use ::prost::encoding::{DecodeContext, WireType};
    use ::prost::{DecodeError, Message};

    /// Reads a group, or more of it.
    ///
    /// # Errors
    /// Bytes that are no such group; more is built than the message around may.
    pub fn merge<M: Message + Footprint>(
        tag: u32,
        wire_type: WireType,
        message: &mut M,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        charge(M::APART)?;
        ::prost::encoding::group::merge(tag, wire_type, message, buf, ctx)
    }

    /// Adds one group.
    ///
    /// # Errors
    /// As of [`merge`].
    pub fn merge_repeated<M: Message + Default + Footprint>(
        tag: u32,
        wire_type: WireType,
        messages: &mut Vec<M>,
        buf: &mut impl Buf,
        ctx: DecodeContext,
    ) -> Result<(), DecodeError> {
        super::charge_next(messages)?;
        charge(M::APART)?;
        ::prost::encoding::group::merge_repeated(tag, wire_type, messages, buf, ctx)
    }
}
