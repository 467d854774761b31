//! What a Protobuf message may still build while it is decoded: the bound of
//! [`decoded_max`](crate::codec::decoded_max), kept by what prost's derive calls.
//!
//! prost hands nothing of ours through, and decoding stays on its thread: the count is the thread's.

use std::cell::Cell;

use ::prost::DecodeError;
use ::prost::bytes::Buf;
use ::prost::encoding::{WireType, check_wire_type};

use super::scan;
use crate::codec::budget;

/// What decoding a message takes in memory, besides the place where it stands.
/// [`protobuf_messages!`](crate::protobuf_messages) implements it for generated messages.
pub trait Footprint {
    /// Bytes that an empty one takes besides its own size: what a pointer in it points to.
    const APART: usize = 0;

    /// For messages whose code does not count as it decodes: what the fields of an encoded one take at
    /// most, in bytes. They are charged beforehand.
    const BEFOREHAND: Option<fn(&[u8]) -> usize> = None;
}

impl<M: Footprint> Footprint for Box<M> {
    const APART: usize = size_of::<M>() + M::APART;
    const BEFOREHAND: Option<fn(&[u8]) -> usize> = M::BEFOREHAND;
}

/// What the message that this thread decodes may do.
#[derive(Clone, Copy)]
struct Budget {
    left: usize,
    exceeded: bool,
}

/// The budget where nobody has set one: of short messages, and of a program that calls prost itself.
const UNLIMITED: Budget = Budget {
    left: usize::MAX,
    exceeded: false,
};

thread_local! {
    static BUDGET: Cell<Budget> = const { Cell::new(UNLIMITED) };
}

/// Messages up to this length, in bytes, are decoded without a count. They cannot build more than
/// [`DECODED_FLOOR`](crate::codec::DECODED_FLOOR): an element takes two bytes on the wire, so each of 512
/// would have to take 64 KiB. To begin and end a count takes as long as to decode a field.
const UNCOUNTED: usize = 1024;

/// Puts back the budget of the message around this one, also when decoding panics.
struct Restore(Budget);

impl Drop for Restore {
    fn drop(&mut self) {
        BUDGET.set(self.0);
    }
}

/// Decodes a message of `len` bytes by `decode`, which may build what such a message may.
#[inline]
pub(super) fn within<T>(
    len: usize,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, crate::codec::DecodeError> {
    let _restore = (len > UNCOUNTED).then(|| begin(len));
    decode().map_err(|error| failed(&error, len))
}

/// Sets the budget of a message of `len` bytes, until what this returns is dropped.
fn begin(len: usize) -> Restore {
    Restore(BUDGET.replace(Budget {
        left: budget::decoded_max(len),
        exceeded: false,
    }))
}

/// The error of a message of `len` bytes, while its budget is set.
#[cold]
#[inline(never)]
fn failed(error: &DecodeError, len: usize) -> crate::codec::DecodeError {
    match len > UNCOUNTED && BUDGET.get().exceeded {
        true => budget::exceeded(len),
        false => crate::codec::DecodeError::protobuf(error),
    }
}

/// Takes `bytes` off what may be built.
///
/// # Errors
/// The budget has not so many bytes left.
#[inline]
pub(super) fn charge(bytes: usize) -> Result<(), DecodeError> {
    let budget = BUDGET.get();
    let (left, exceeded) = budget.left.overflowing_sub(bytes);
    if exceeded {
        return refuse();
    }
    BUDGET.set(Budget { left, ..budget });
    Ok(())
}

/// Always an error. Nobody sees its text, since [`within`] has a better one; prost lets nobody write
/// one.
#[cold]
#[inline(never)]
fn refuse() -> Result<(), DecodeError> {
    BUDGET.set(Budget {
        left: 0,
        exceeded: true,
    });
    check_wire_type(WireType::Varint, WireType::LengthDelimited)
}

/// Charges what the message that comes next in `buf`, behind its key, takes besides its place.
#[inline]
pub(super) fn charge_message<M: Footprint>(buf: &impl Buf) -> Result<(), DecodeError> {
    if M::APART > 0 {
        charge(M::APART)?;
    }
    match M::BEFOREHAND {
        None => Ok(()),
        // One that is cut short is not decoded.
        Some(memory) => charge(scan::take_delimited(&mut buf.chunk()).map_or(0, memory)),
    }
}

/// Charges what is in a whole message whose code does not count.
#[inline]
pub(super) fn charge_fields<M: Footprint>(message: &[u8]) -> Result<(), DecodeError> {
    match M::BEFOREHAND {
        None => Ok(()),
        Some(memory) => charge(memory(message)),
    }
}
