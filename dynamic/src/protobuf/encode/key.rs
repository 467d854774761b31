//! Keys of maps: strings in JSON, scalars in Protobuf.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, Visitor};

use super::Slot;
use super::scalar::Scalar;
use crate::encode::Encoder;
use crate::error::Step;
use crate::schema::Type;

/// Reads one key and appends it as the field of an entry.
pub(super) struct KeySeed<'e, 'a> {
    pub(super) encoder: &'e mut Encoder<'a>,
    pub(super) slot: Slot,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let Self { encoder, slot } = self;
        let key = match (slot.ty, text) {
            (Type::Bool, "true") => Scalar::Bool(true),
            (Type::Bool, "false") => Scalar::Bool(false),
            _ => Scalar::Text(text),
        };
        encoder.put_single(slot, key).map_err(|found| {
            let expected = encoder.schema.describe(slot.ty);
            let problem = format!("expected a key of type {expected}, found {found}");
            let error = encoder.fail(problem, slot.place);
            encoder.under(error, Step::Key(text.to_owned()))
        })
    }
}
