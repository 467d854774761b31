//! Numbers, strings, bytes, booleans and enums.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::Error;
use streamgen_idl::model::Encoding;

use super::{Slot, wire};
use crate::encode::{Encoder, MAX_EXACT, whole};
use crate::error::shown;
use crate::options::BinaryForm;
use crate::schema::{Enum, Type, WellKnown};

/// A scalar of JSON.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'s> {
    Bool(bool),
    Integer(i128),
    /// With a fraction or an exponent, or beyond 64 bits.
    Number(f64),
    /// A number as it is written.
    Digits(&'s str),
    Text(&'s str),
}

impl Scalar<'_> {
    /// It, for an error.
    pub(super) fn found(self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => format!("the number {value}"),
            Self::Number(value) => format!("the number {value:?}"),
            Self::Digits(text) => format!("the number {text}"),
            Self::Text(text) => format!("the string {}", shown(text)),
        }
    }
}

/// As the mapping asks: with padding or without.
const BASE64: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD_BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, BASE64);
const URL_SAFE_BASE64: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, BASE64);

impl Encoder<'_> {
    pub(super) fn put_scalar<E: Error>(&mut self, slot: Slot, value: Scalar<'_>) -> Result<(), E> {
        if let Type::Struct(at) = slot.ty {
            return self.put_well_known(slot, at as usize, value);
        }
        self.put_single(slot, value)
            .map_err(|found| self.mismatch(slot.ty, slot.place, &found))
    }

    /// A value that is no message; the error says what was found.
    pub(super) fn put_single(&mut self, slot: Slot, value: Scalar<'_>) -> Result<(), String> {
        match (slot.ty, value) {
            (Type::Bool, Scalar::Bool(value)) => {
                self.put_head(slot);
                self.out.push(u8::from(value));
                Ok(())
            }
            (Type::String, Scalar::Text(text)) => {
                self.put_head(slot);
                wire::put_varint(self.out, text.len() as u64);
                self.out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            (Type::Binary, Scalar::Text(text)) => self.put_bytes(slot, text),
            (Type::Enum(at), Scalar::Text(text)) => {
                let schema = self.schema;
                let number = number_of(&schema.enums[at as usize], text)?;
                self.write_integer(slot, number.into())
            }
            (ty, Scalar::Integer(value)) if is_numeric(ty) => self.write_integer(slot, value),
            (ty, Scalar::Number(value)) if is_numeric(ty) => self.write_number(slot, value),
            (ty, Scalar::Digits(text) | Scalar::Text(text)) if is_numeric(ty) => {
                self.write_number_text(slot, text)
            }
            (_, other) => Err(other.found()),
        }
    }

    fn write_integer(&mut self, slot: Slot, value: i128) -> Result<(), String> {
        let range = match slot.ty {
            Type::I32 | Type::Enum(_) => i32::MIN.into()..=i32::MAX.into(),
            Type::I64 => i64::MIN.into()..=i64::MAX.into(),
            Type::U32 => 0..=u32::MAX.into(),
            Type::U64 => 0..=u64::MAX.into(),
            _ => return self.put_real(slot, value as f64),
        };
        if !range.contains(&value) {
            return Err(format!("{value}, which is out of range"));
        }
        if let Type::Enum(at) = slot.ty {
            let of = &self.schema.enums[at as usize];
            let is_named = i32::try_from(value).is_ok_and(|number| of.names.contains_key(&number));
            if of.closed && !is_named {
                return Err(format!("{value}, which is no value of the enum"));
            }
        }
        self.put_head(slot);
        // In range, so that these are the bits of the type.
        let signed = value as i64;
        match slot.encoding {
            Encoding::ZigZag => {
                let zigzag = (signed << 1) ^ (signed >> 63);
                wire::put_varint(self.out, zigzag.cast_unsigned());
            }
            Encoding::Fixed => {
                let width = if matches!(slot.ty, Type::I32 | Type::U32) {
                    4
                } else {
                    8
                };
                self.out.extend_from_slice(&signed.to_le_bytes()[..width]);
            }
            _ => wire::put_varint(self.out, value as u64),
        }
        Ok(())
    }

    fn write_number(&mut self, slot: Slot, value: f64) -> Result<(), String> {
        match slot.ty {
            Type::Float | Type::Double => self.put_real(slot, value),
            _ if value.fract() != 0.0 => Err(format!("{value:?}, which has a fraction")),
            _ if value.abs() > MAX_EXACT => Err(self.beyond_exact(value, slot.ty)),
            _ => self.write_integer(slot, value as i128),
        }
    }

    fn put_real(&mut self, slot: Slot, value: f64) -> Result<(), String> {
        if slot.ty == Type::Double {
            self.put_head(slot);
            self.out.extend_from_slice(&value.to_le_bytes());
            return Ok(());
        }
        let single = value as f32;
        if value.is_finite() && single.is_infinite() {
            return Err(format!("{value:e}, which is out of range"));
        }
        self.put_head(slot);
        self.out.extend_from_slice(&single.to_le_bytes());
        Ok(())
    }

    fn write_number_text(&mut self, slot: Slot, text: &str) -> Result<(), String> {
        let is_real = matches!(slot.ty, Type::Float | Type::Double);
        let value = match text {
            "NaN" if is_real => f64::NAN,
            "Infinity" if is_real => f64::INFINITY,
            "-Infinity" if is_real => f64::NEG_INFINITY,
            _ => {
                if let (false, Ok(value)) = (is_real, text.parse()) {
                    return self.write_integer(slot, value);
                }
                let value = text.parse().ok().filter(|value: &f64| value.is_finite());
                let value = value.ok_or_else(|| Scalar::Text(text).found())?;
                if !is_real {
                    return self.write_integer(slot, whole(text)?);
                }
                value
            }
        };
        self.write_number(slot, value)
    }

    fn put_bytes(&mut self, slot: Slot, text: &str) -> Result<(), String> {
        self.put_head(slot);
        if self.options.binary == BinaryForm::Text {
            wire::put_varint(self.out, text.len() as u64);
            self.out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let at = wire::open(self.out);
        let decoded = match text.contains(['-', '_']) {
            true => URL_SAFE_BASE64.decode_vec(text, self.out),
            false => STANDARD_BASE64.decode_vec(text, self.out),
        };
        decoded.map_err(|error| {
            let found = Scalar::Text(text).found();
            format!("{found}, which is not base64: {error}")
        })?;
        wire::close(self.out, at);
        Ok(())
    }
}

/// What a wrapper wraps; else the type itself.
impl Encoder<'_> {
    pub(super) fn scalar_type(&self, ty: Type) -> Type {
        let Type::Struct(at) = ty else { return ty };
        let of = &self.schema.structs[at as usize];
        match of.well_known {
            Some(WellKnown::Wrapper) => of.fields[0].ty,
            _ => ty,
        }
    }
}

fn is_numeric(ty: Type) -> bool {
    matches!(
        ty,
        Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::Float | Type::Double | Type::Enum(_)
    )
}

/// The number of a name, or of a number in a string.
fn number_of(of: &Enum, text: &str) -> Result<i32, String> {
    let number = of.numbers.get(text).copied();
    let number = number.or_else(|| text.parse().ok());
    number.ok_or_else(|| {
        let names = of.numbers.keys().map(|name| &**name);
        let nearest = streamgen_idl::nearest(text, names);
        let hint = nearest.map(|name| format!("; did you mean \"{name}\"?"));
        Scalar::Text(text).found() + &hint.unwrap_or_default()
    })
}
