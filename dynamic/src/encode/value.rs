//! One value: which JSON fits which type.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::{Encoder, is_number, raw, whole};
use crate::error::{Place, shown};
use crate::options::BinaryForm;
use crate::schema::Type;
use crate::wire;

/// What stood there. Whether a value may be missing is for what holds it to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Value,
    Null,
}

/// Reads one value of a type and appends it.
pub(super) struct ValueSeed<'e, 'a> {
    pub(super) encoder: &'e mut Encoder<'a>,
    pub(super) ty: Type,
    /// The line that declares the value, or what holds it.
    pub(super) place: Place,
}

impl<'e, 'a> ValueSeed<'e, 'a> {
    pub(super) fn new(encoder: &'e mut Encoder<'a>, ty: Type, place: Place) -> Self {
        Self { encoder, ty, place }
    }

    fn mismatch<E: Error>(self, found: &str) -> E {
        self.encoder.mismatch(self.ty, self.place, found)
    }

    #[cold]
    fn digits<'de, D: Deserializer<'de>>(self, from: D) -> Result<Presence, D::Error> {
        let raw = raw(from)?;
        if !is_number(raw.get()) {
            let inner = &mut serde_json::Deserializer::from_str(raw.get());
            return inner.deserialize_any(self).map_err(Error::custom);
        }
        let put = whole(raw.get()).and_then(|value| {
            let fits = i64::try_from(value);
            let value = fits.map_err(|_| format!("{value}, which is out of range"))?;
            self.encoder.put_integer(self.ty, value)
        });
        match put {
            Ok(()) => Ok(Presence::Value),
            Err(problem) => Err(self.mismatch(&problem)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = Presence;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Presence, D::Error> {
        match self.encoder.reads_digits(self.ty) {
            true => self.digits(from),
            false => from.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.encoder.schema.describe(self.ty))
    }

    fn visit_unit<E: Error>(self) -> Result<Presence, E> {
        Ok(Presence::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Presence, E> {
        match self.ty {
            Type::Bool => self.encoder.out.push(u8::from(value)),
            _ => return Err(self.mismatch(&value.to_string())),
        }
        Ok(Presence::Value)
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Presence, E> {
        match self.encoder.put_integer(self.ty, value) {
            Ok(()) => Ok(Presence::Value),
            Err(problem) => Err(self.mismatch(&problem)),
        }
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Presence, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) if self.ty == Type::Double => self.visit_f64(value as f64),
            Err(_) => Err(self.mismatch(&format!("{value}, which is out of range"))),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Presence, E> {
        match self.encoder.put_number(self.ty, value) {
            Ok(()) => Ok(Presence::Value),
            Err(problem) => Err(self.mismatch(&problem)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Presence, E> {
        match self.encoder.put_text(self.ty, text) {
            Ok(()) => Ok(Presence::Value),
            Err(problem) => Err(self.mismatch(&problem)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Presence, A::Error> {
        match self.ty {
            Type::List(at) | Type::Set(at) => {
                let element = self.encoder.schema.elements[at as usize];
                self.encoder.put_elements(element, self.place, elements)?;
                Ok(Presence::Value)
            }
            _ => Err(self.mismatch("an array")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Presence, A::Error> {
        match self.ty {
            Type::Struct(at) => self.encoder.put_struct(at as usize, self.place, members)?,
            Type::Map(at) => self.encoder.put_map(at as usize, self.place, members)?,
            _ => return Err(self.mismatch("an object")),
        }
        Ok(Presence::Value)
    }
}

impl Encoder<'_> {
    /// A string of JSON, which may also be a number, an enum's name, bytes or a uuid. The error says
    /// what was found.
    pub(super) fn put_text(&mut self, ty: Type, text: &str) -> Result<(), String> {
        match ty {
            Type::String => wire::put_bytes(self.out, text.as_bytes()),
            Type::Binary => return self.put_binary(text),
            Type::Uuid => {
                let uuid = uuid_of(text).ok_or_else(|| found(text))?;
                self.out.extend_from_slice(&uuid);
            }
            Type::Enum(at) => {
                let known = &self.schema.enums[at as usize];
                let number = known.numbers.get(text).copied();
                let number = number.or_else(|| text.parse().ok());
                let number = number.ok_or_else(|| {
                    let names = known.numbers.keys().map(|name| &**name);
                    let nearest = streamgen_idl::nearest(text, names);
                    let hint = nearest.map(|name| format!("; did you mean \"{name}\"?"));
                    format!("{}{}", found(text), hint.unwrap_or_default())
                })?;
                self.out.extend_from_slice(&number.to_be_bytes());
            }
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
                let value = text.parse().map_err(|_| found(text))?;
                self.put_integer(ty, value)?;
            }
            Type::Double => self.put_double_text(text)?,
            _ => return Err(found(text)),
        }
        Ok(())
    }

    fn put_binary(&mut self, text: &str) -> Result<(), String> {
        if self.options.binary == BinaryForm::Text {
            wire::put_bytes(self.out, text.as_bytes());
            return Ok(());
        }
        let at = wire::put_length(self.out);
        let decoded = STANDARD.decode_vec(text, self.out);
        decoded.map_err(|error| format!("{}, which is not base64: {error}", found(text)))?;
        let length = self.out.len() - at - 4;
        wire::set_length(self.out, at, length);
        Ok(())
    }
}

fn found(text: &str) -> String {
    format!("the string {}", shown(text))
}

/// The 32 digits of a uuid, in groups of 8, 4, 4, 4 and 12.
fn uuid_of(text: &str) -> Option<[u8; 16]> {
    let is_hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, letter): (usize, char)| match is_hyphen(at) {
        true => letter == '-',
        false => letter.is_ascii_hexdigit(),
    };
    if text.len() != 36 || !text.char_indices().all(fits) {
        return None;
    }
    let digits: String = text.chars().filter(|&letter| letter != '-').collect();
    let number = u128::from_str_radix(&digits, 16).ok()?;
    Some(number.to_be_bytes())
}
