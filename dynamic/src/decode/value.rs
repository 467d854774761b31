//! One value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::digits::put_integer;
use super::string::put_text;
use super::text::{put_double, put_json};
use super::{Decoder, Done, failed};
use crate::error::Place;
use crate::options::{BinaryForm, EnumForm};
use crate::schema::{Codec, Type};

impl<'a> Decoder<'a> {
    /// Reads a value of this type and appends its JSON. With `as_text`, each `i64` in it becomes a string, which
    /// the IDL asks for by `api.js_conv`.
    pub(crate) fn value(&mut self, ty: Type, place: Place, as_text: bool) -> Done {
        match ty {
            Type::Bool => {
                // As Kitex and generated code read it: 1 is true, and nothing else.
                let text: &[u8] = if self.byte()? == 1 { b"true" } else { b"false" };
                self.out.extend_from_slice(text);
            }
            Type::I8 => self.integer(i8::from_be_bytes)?,
            Type::I16 => self.integer(i16::from_be_bytes)?,
            Type::I32 => self.integer(i32::from_be_bytes)?,
            Type::I64 if as_text || self.options.large_as_text(Codec::Thrift) => {
                self.out.push(b'"');
                self.integer(i64::from_be_bytes)?;
                self.out.push(b'"');
            }
            Type::I64 => self.integer(i64::from_be_bytes)?,
            Type::Double => {
                let value = f64::from_be_bytes(self.array()?);
                put_double(self.out, value);
            }
            Type::String => {
                let text = self.string(place)?;
                put_text(self.out, text);
            }
            Type::Binary => self.binary(place)?,
            Type::Uuid => {
                let uuid = self.uuid()?;
                put_json(self.out, &*uuid);
            }
            Type::Enum(of) => self.enumeration(of)?,
            Type::List(of) | Type::Set(of) => {
                let element = self.schema.elements[of as usize];
                self.elements(element, place, as_text)?;
            }
            Type::Map(of) => self.map(of as usize, place, as_text)?,
            Type::Struct(of) => self.structure(of as usize, place, as_text)?,
            Type::U32 | Type::U64 | Type::Float => {
                return Err(failed("Thrift has no such type", place));
            }
        }
        Ok(())
    }

    pub(super) fn integer<const N: usize, T: Into<i64>>(&mut self, of: fn([u8; N]) -> T) -> Done {
        let value = of(self.array()?);
        put_integer(self.out, value.into());
        Ok(())
    }

    pub(super) fn quoted(&mut self, put: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b'"');
        put(self.out);
        self.out.push(b'"');
    }

    pub(super) fn string(&mut self, place: Place) -> Done<&'a str> {
        let len = self.length()?;
        let text = std::str::from_utf8(self.take(len)?);
        text.map_err(|_| failed("the string is not UTF-8", place))
    }

    pub(super) fn binary(&mut self, place: Place) -> Done {
        let len = self.length()?;
        let bytes = self.take(len)?;
        if self.options.binary == BinaryForm::Text {
            let text = std::str::from_utf8(bytes);
            let text = text.map_err(|_| {
                failed(
                    "the binary is not UTF-8, so that only base64 can show it",
                    place,
                )
            })?;
            put_text(self.out, text);
            return Ok(());
        }
        self.out.push(b'"');
        let from = self.out.len();
        let len = base64::encoded_len(bytes.len(), true).unwrap_or(usize::MAX);
        self.out.resize(from + len, 0);
        let encoded = STANDARD.encode_slice(bytes, &mut self.out[from..]);
        debug_assert_eq!(encoded, Ok(len));
        self.out.push(b'"');
        Ok(())
    }

    pub(super) fn uuid(&mut self) -> Done<String> {
        let number = u128::from_be_bytes(self.array()?);
        let digits = format!("{number:032x}");
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
        Ok(parts.map(|part| &digits[part]).join("-"))
    }

    fn enumeration(&mut self, of: u32) -> Done {
        let number = i32::from_be_bytes(self.array()?);
        match self.enum_name(of, number) {
            Some(name) => put_json(self.out, name),
            None => put_integer(self.out, number.into()),
        }
        Ok(())
    }

    /// The name of a number, if it has one and names are asked for.
    pub(super) fn enum_name(&self, of: u32, number: i32) -> Option<&'a str> {
        let names = &self.schema.enums[of as usize].names;
        let name = names.get(&number).map(|name| &**name);
        name.filter(|_| self.options.enum_form(Codec::Thrift) == EnumForm::Name)
    }
}
