//! Numbers of JSON, and strings that hold one.

use super::{Encoder, MAX_EXACT};
use crate::error::shown;
use crate::schema::Type;

impl Encoder<'_> {
    /// An integer, if it is in the range of the type; the error says what was found. The types that most integers
    /// have are looked at in place.
    #[inline]
    pub(super) fn put_integer(&mut self, ty: Type, value: i64) -> Result<(), String> {
        match (ty, i32::try_from(value)) {
            (Type::I64, _) => self.out.extend_from_slice(&value.to_be_bytes()),
            (Type::I32 | Type::Enum(_), Ok(value)) => {
                self.out.extend_from_slice(&value.to_be_bytes());
            }
            _ => self.put_rare_integer(ty, value)?,
        }
        Ok(())
    }

    #[inline(never)]
    fn put_rare_integer(&mut self, ty: Type, value: i64) -> Result<(), String> {
        let out_of_range = || format!("{value}, which is out of range");
        match ty {
            Type::I8 => {
                let value = i8::try_from(value).map_err(|_| out_of_range())?;
                self.out.extend_from_slice(&value.to_be_bytes());
            }
            Type::I16 => {
                let value = i16::try_from(value).map_err(|_| out_of_range())?;
                self.out.extend_from_slice(&value.to_be_bytes());
            }
            Type::I32 | Type::Enum(_) => return Err(out_of_range()),
            Type::Double => {
                let value = value as f64;
                self.out.extend_from_slice(&value.to_be_bytes());
            }
            _ => return Err(format!("the number {value}")),
        }
        Ok(())
    }

    /// A number with a fraction or an exponent, or one that is beyond 64 bits.
    pub(super) fn put_number(&mut self, ty: Type, value: f64) -> Result<(), String> {
        match ty {
            Type::Double => {
                self.out.extend_from_slice(&value.to_be_bytes());
                Ok(())
            }
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Enum(_) => {
                if value.fract() != 0.0 {
                    return Err(format!("{value:?}, which has a fraction"));
                }
                if value.abs() > MAX_EXACT {
                    return Err(self.beyond_exact(value, ty));
                }
                self.put_integer(ty, value as i64)
            }
            _ => Err(format!("the number {value:?}")),
        }
    }

    /// A double in a string, or one that JSON has no number for.
    pub(super) fn put_double_text(&mut self, text: &str) -> Result<(), String> {
        let value = match text {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            number => number.parse().ok().filter(|value: &f64| value.is_finite()),
        };
        let value = value.ok_or_else(|| format!("the string {}", shown(text)))?;
        self.out.extend_from_slice(&value.to_be_bytes());
        Ok(())
    }
}
