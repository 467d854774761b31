//! Keys of maps: of any type in Thrift, strings in JSON.

use super::digits::put_integer;
use super::text::{infinite, put_decimal, put_json};
use super::{Decoder, Done, decode};
use crate::error::Place;
use crate::options::JsonOptions;
use crate::schema::{Compiled, Type};

impl Decoder<'_> {
    /// A key, with its quotes. What is no scalar is JSON in a string: Kitex has no form for it.
    pub(super) fn key(&mut self, ty: Type, place: Place) -> Done {
        match ty {
            Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::U32 | Type::U64 | Type::Float => {
                self.out.push(b'"');
                self.value(ty, place, false)?;
                self.out.push(b'"');
            }
            Type::I64 => self.value(ty, place, true)?,
            Type::Double => {
                let value = f64::from_be_bytes(self.array()?);
                match value.is_finite() {
                    true => self.quoted(|out| put_decimal(out, value)),
                    false => put_json(self.out, infinite(value)),
                }
            }
            Type::String | Type::Binary | Type::Uuid => self.value(ty, place, false)?,
            Type::Enum(of) => {
                let number = i32::from_be_bytes(self.array()?);
                match self.enum_name(of, number) {
                    Some(name) => put_json(self.out, name),
                    None => self.quoted(|out| put_integer(out, number.into())),
                }
            }
            Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Struct(_) => {
                let from = self.out.len();
                self.value(ty, place, false)?;
                let json = self.out.split_off(from);
                put_json(self.out, &*String::from_utf8_lossy(&json));
            }
        }
        Ok(())
    }
}

/// The text of a key that has just been encoded, for an error.
pub(crate) fn key_text(schema: &Compiled, options: &JsonOptions, ty: Type, wire: &[u8]) -> String {
    let mut json = Vec::new();
    let read = decode(schema, options, wire, &mut json, |decoder| {
        decoder.key(ty, Place::default())
    });
    let key = read.ok().and_then(|()| serde_json::from_slice(&json).ok());
    key.unwrap_or_default()
}
