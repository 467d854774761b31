//! The encoder's way with the elements of a list. Long messages often consist of lists of integers, and serde_json's
//! parser alone takes most of the time for an integer. So the encoder only checks whether the integer fits its type.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::Encoder;
use super::value::{Presence, ValueSeed};
use crate::schema::Type;

impl Encoder<'_> {
    /// Whether all elements of this type may be read as `ElementSeed::<true>` reads them.
    pub(super) fn are_integers(&self, element: Type) -> bool {
        matches!(element, Type::I32 | Type::I64) && !self.reads_digits(element)
    }
}

/// Reads one element of a list or set and appends it. With `INTEGERS`, a whole number is looked at in place.
pub(super) struct ElementSeed<'e, 'a, const INTEGERS: bool>(pub(super) ValueSeed<'e, 'a>);

impl<'de, const INTEGERS: bool> DeserializeSeed<'de> for ElementSeed<'_, '_, INTEGERS> {
    type Value = Presence;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Presence, D::Error> {
        match INTEGERS {
            true => from.deserialize_any(Whole(self.0)),
            false => self.0.deserialize(from),
        }
    }
}

/// Takes whole numbers. Whatever else stands there is for [`ValueSeed`], and mostly an error.
struct Whole<'e, 'a>(ValueSeed<'e, 'a>);

impl<'de> Visitor<'de> for Whole<'_, '_> {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Presence, E> {
        self.0.visit_i64(value)
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Presence, E> {
        self.0.visit_u64(value)
    }

    #[cold]
    fn visit_f64<E: Error>(self, value: f64) -> Result<Presence, E> {
        self.0.visit_f64(value)
    }

    #[cold]
    fn visit_unit<E: Error>(self) -> Result<Presence, E> {
        self.0.visit_unit()
    }

    #[cold]
    fn visit_bool<E: Error>(self, value: bool) -> Result<Presence, E> {
        self.0.visit_bool(value)
    }

    #[cold]
    fn visit_str<E: Error>(self, text: &str) -> Result<Presence, E> {
        self.0.visit_str(text)
    }

    #[cold]
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Presence, A::Error> {
        self.0.visit_seq(elements)
    }

    #[cold]
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Presence, A::Error> {
        self.0.visit_map(members)
    }
}
