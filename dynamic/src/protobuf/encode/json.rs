//! `Struct`, `Value` and `ListValue`: JSON as a message.

use serde::de::{Error, MapAccess, SeqAccess};

use super::scalar::Scalar;
use super::{Slot, wire};
use crate::encode::Encoder;
use crate::error::Place;
use crate::schema::{NULL_VALUE, Type, WellKnown};

/// The members of the oneof in `Value`.
const NULL: i32 = 1;
const NUMBER: i32 = 2;
const STRING: i32 = 3;
const BOOL: i32 = 4;
const STRUCT: i32 = 5;
const LIST: i32 = 6;

impl Encoder<'_> {
    /// `null`, where it is a value; else nothing is written, and the answer is no.
    pub(super) fn put_null<E: Error>(&mut self, slot: Slot) -> Result<bool, E> {
        match slot.ty {
            Type::Struct(at)
                if self.schema.structs[at as usize].well_known == Some(WellKnown::Value) =>
            {
                self.enclosed(slot, |encoder| {
                    wire::put_key(encoder.out, NULL, wire::VARINT);
                    encoder.out.push(0);
                    Ok(())
                })?;
                Ok(true)
            }
            Type::Enum(at) if self.schema.enums[at as usize].name == NULL_VALUE => {
                self.put_scalar(slot, Scalar::Integer(0))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The fields of a `Value` that is a scalar.
    pub(super) fn put_value_scalar(
        &mut self,
        value: Scalar<'_>,
        place: Place,
    ) -> Result<(), String> {
        let slot = match value {
            Scalar::Bool(_) => Slot::one(BOOL, Type::Bool, place),
            Scalar::Text(_) => Slot::one(STRING, Type::String, place),
            Scalar::Integer(_) | Scalar::Number(_) | Scalar::Digits(_) => {
                Slot::one(NUMBER, Type::Double, place)
            }
        };
        self.put_single(slot, value)
    }

    pub(super) fn put_value_of_struct<'de, A: MapAccess<'de>>(
        &mut self,
        slot: Slot,
        members: A,
    ) -> Result<(), A::Error> {
        let inner = Slot::one(STRUCT, self.member_type(slot.ty, STRUCT), slot.place);
        self.enclosed(slot, |encoder| encoder.put_struct_value(inner, members))
    }

    pub(super) fn put_value_of_list<'de, A: SeqAccess<'de>>(
        &mut self,
        slot: Slot,
        elements: A,
    ) -> Result<(), A::Error> {
        let inner = Slot::one(LIST, self.member_type(slot.ty, LIST), slot.place);
        self.enclosed(slot, |encoder| encoder.put_list_value(inner, elements))
    }

    /// The type of a field of a message: well-known ones have those that are asked for.
    fn member_type(&self, ty: Type, id: i32) -> Type {
        let Type::Struct(at) = ty else { return ty };
        let of = &self.schema.structs[at as usize];
        let found = of.find(id, 0).map(|index| of.fields[index].ty);
        match found {
            Some(Type::List(at)) => self.schema.elements[at as usize],
            Some(Type::Map(at)) => self.schema.maps[at as usize].1,
            found => found.unwrap_or(ty),
        }
    }

    pub(super) fn put_struct_value<'de, A: MapAccess<'de>>(
        &mut self,
        slot: Slot,
        members: A,
    ) -> Result<(), A::Error> {
        let key = Slot::one(1, Type::String, slot.place);
        let value = Slot::one(2, self.member_type(slot.ty, 1), slot.place);
        self.framed(slot, |encoder| encoder.put_entries(1, key, value, members))
    }

    pub(super) fn put_list_value<'de, A: SeqAccess<'de>>(
        &mut self,
        list: Slot,
        elements: A,
    ) -> Result<(), A::Error> {
        let slot = Slot::one(1, self.member_type(list.ty, 1), list.place);
        self.framed(list, |encoder| encoder.put_each(slot, elements).map(drop))
    }
}
