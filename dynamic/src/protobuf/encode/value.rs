//! One value: which JSON fits which type.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::Slot;
use super::scalar::Scalar;
use crate::encode::{Encoder, Presence, is_number, raw};
use crate::schema::{Type, WellKnown};

/// Reads one value and appends it, with what precedes it. Of `null`, nothing is written, unless it is a
/// value.
pub(super) struct ValueSeed<'e, 'a> {
    pub(super) encoder: &'e mut Encoder<'a>,
    pub(super) slot: Slot,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = Presence;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Presence, D::Error> {
        match self
            .encoder
            .reads_digits(self.encoder.scalar_type(self.slot.ty))
        {
            true => self.digits(from),
            false => from.deserialize_any(self),
        }
    }
}

impl ValueSeed<'_, '_> {
    fn scalar<E: Error>(self, value: Scalar<'_>) -> Result<Presence, E> {
        self.encoder.put_scalar(self.slot, value)?;
        Ok(Presence::Value)
    }

    fn mismatch<E: Error>(self, found: &str) -> E {
        self.encoder.mismatch(self.slot.ty, self.slot.place, found)
    }

    #[cold]
    fn digits<'de, D: Deserializer<'de>>(self, from: D) -> Result<Presence, D::Error> {
        let raw = raw(from)?;
        if is_number(raw.get()) {
            return self.scalar(Scalar::Digits(raw.get()));
        }
        let inner = &mut serde_json::Deserializer::from_str(raw.get());
        inner.deserialize_any(self).map_err(Error::custom)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.encoder.schema.describe(self.slot.ty))
    }

    fn visit_unit<E: Error>(self) -> Result<Presence, E> {
        match self.encoder.put_null(self.slot)? {
            true => Ok(Presence::Value),
            false => Ok(Presence::Null),
        }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Presence, E> {
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Presence, E> {
        self.scalar(Scalar::Integer(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Presence, E> {
        self.scalar(Scalar::Integer(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Presence, E> {
        self.scalar(Scalar::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Presence, E> {
        self.scalar(Scalar::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Presence, A::Error> {
        match self.slot.ty {
            Type::List(at) => {
                let element = self.encoder.schema.elements[at as usize];
                self.encoder.put_repeated(self.slot, element, elements)?;
            }
            Type::Struct(at) => match self.encoder.schema.structs[at as usize].well_known {
                Some(WellKnown::ListValue) => self.encoder.put_list_value(self.slot, elements)?,
                Some(WellKnown::Value) => self.encoder.put_value_of_list(self.slot, elements)?,
                _ => return Err(self.mismatch("an array")),
            },
            _ => return Err(self.mismatch("an array")),
        }
        Ok(Presence::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Presence, A::Error> {
        let Self { encoder, slot } = self;
        match slot.ty {
            Type::Map(at) => encoder.put_map_field(slot, at as usize, members)?,
            Type::Struct(at) => match encoder.schema.structs[at as usize].well_known {
                None => encoder.framed(slot, |encoder| encoder.put_fields(at as usize, members))?,
                Some(WellKnown::Any) => encoder.put_any(slot, members)?,
                Some(WellKnown::Struct) => encoder.put_struct_value(slot, members)?,
                Some(WellKnown::Value) => encoder.put_value_of_struct(slot, members)?,
                Some(_) => return Err(encoder.mismatch(slot.ty, slot.place, "an object")),
            },
            _ => return Err(encoder.mismatch(slot.ty, slot.place, "an object")),
        }
        Ok(Presence::Value)
    }
}
