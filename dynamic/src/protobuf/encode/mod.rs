//! JSON to Protobuf: serde_json's parser calls, and each value is appended as it is read. Only lengths
//! are filled in later.

mod any;
mod container;
mod json;
mod key;
mod message;
mod scalar;
mod value;
mod well_known;

use serde::de::DeserializeSeed as _;
use streamgen_idl::model::Encoding;

use self::value::ValueSeed;
use super::wire;
use crate::encode::{Encoder, Presence};
use crate::error::{ConvertError, Place};
use crate::options::JsonOptions;
use crate::schema::{Compiled, Field, Type};

/// Appends the bytes of a message. After an error, `out` is as it was before.
pub(crate) fn encode(
    schema: &Compiled,
    options: &JsonOptions,
    (ty, place): (Type, Place),
    json: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    crate::encode::convert(schema, options, json, out, |encoder| {
        let mut parser = serde_json::Deserializer::from_slice(json);
        let slot = Slot::one(WHOLE, ty, place);
        let presence = ValueSeed { encoder, slot }.deserialize(&mut parser)?;
        parser.end()?;
        match presence {
            Presence::Value => Ok(()),
            Presence::Null => Err(encoder.mismatch(ty, place, "null")),
        }
    })
}

/// In the place of a field's number: nothing precedes the value. So it is with a message by itself, and with
/// an element of a packed list.
const WHOLE: i32 = 0;

/// Where a value goes, and how it is written there.
#[derive(Clone, Copy)]
struct Slot {
    number: i32,
    ty: Type,
    encoding: Encoding,
    /// How the keys of a map are encoded.
    key_encoding: Encoding,
    /// Whether the elements of a list stand in one record.
    packed: bool,
    place: Place,
}

impl Slot {
    fn of(field: &Field) -> Self {
        Self {
            number: field.id,
            ty: field.ty,
            encoding: field.protobuf.encoding,
            key_encoding: field.protobuf.key_encoding,
            packed: field.protobuf.packed,
            place: field.place,
        }
    }

    /// A value that is no container, as its type is mostly written.
    fn one(number: i32, ty: Type, place: Place) -> Self {
        Self {
            number,
            ty,
            encoding: Encoding::Plain,
            key_encoding: Encoding::Plain,
            packed: false,
            place,
        }
    }
}

impl Encoder<'_> {
    /// What precedes a value.
    fn put_head(&mut self, slot: Slot) {
        if slot.number != WHOLE {
            let wire_type = wire::wire_type(slot.ty, slot.encoding);
            wire::put_key(self.out, slot.number, wire_type);
        }
    }

    /// A message of which `put` writes the fields; it counts as a level.
    fn framed<E: serde::de::Error>(
        &mut self,
        slot: Slot,
        put: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.descend(slot.place)?;
        self.enclosed(slot, put)?;
        self.ascend();
        self.check_size(slot.place)
    }

    fn enclosed<E>(
        &mut self,
        slot: Slot,
        put: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.put_head(slot);
        match slot.encoding {
            _ if slot.number == WHOLE => put(self),
            Encoding::Group => {
                put(self)?;
                wire::put_key(self.out, slot.number, wire::GROUP_END);
                Ok(())
            }
            _ => {
                let at = wire::open(self.out);
                put(self)?;
                wire::close(self.out, at);
                Ok(())
            }
        }
    }
}
