//! The struct of arguments, or of a result, around the one value that counts.

use crate::decode::{self, Decoder};
use crate::error::{Failure, Place};
use crate::schema::Type;
use crate::wire;

/// The id of the result in the struct that wraps it.
pub(crate) const SUCCESS: i16 = 0;

/// Reads a struct of which at most one field counts, writes its JSON, and returns its id.
pub(crate) fn read_wrapped(
    decoder: &mut Decoder<'_>,
    place: Place,
    known: impl Fn(i16) -> Option<Type>,
) -> Result<Option<i16>, Box<Failure>> {
    let mut found = None;
    loop {
        let wire_type = decoder.byte()?;
        if wire_type == wire::STOP {
            return Ok(found);
        }
        let id = i16::from_be_bytes(decoder.array()?);
        match known(id) {
            None => decoder.skip(wire_type)?,
            Some(_) if found.is_some() => {
                return Err(decode::failed("there is more than one value", place));
            }
            Some(ty) => {
                decoder.check_type(ty, wire_type, place)?;
                decoder.value(ty, place, false)?;
                found = Some(id);
            }
        }
    }
}
