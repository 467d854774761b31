//! Thrift's `uuid`: 16 bytes. Kitex has no such type; Apache Thrift has it since 0.19.

use std::fmt;
use std::str::FromStr;

use super::{DecodeError, Length, Reader, Value, Writer, wire_type};

/// A uuid, its bytes in the order in which they are written as text and on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// The uuid whose text is the hexadecimal digits of `value`.
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        Self(value.to_be_bytes())
    }

    /// The bytes as one number, the first byte highest.
    #[must_use]
    pub const fn as_u128(&self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

/// Lengths of the groups of digits.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// `8-4-4-4-12` lower-case hexadecimal digits.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.as_u128());
        let mut rest = digits.as_str();
        for (index, len) in GROUPS.into_iter().enumerate() {
            let (group, behind) = rest.split_at(len);
            f.write_str(if index == 0 { "" } else { "-" })?;
            f.write_str(group)?;
            rest = behind;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no uuid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUuid;

impl fmt::Display for InvalidUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a uuid is written as 8-4-4-4-12 hexadecimal digits")
    }
}

impl std::error::Error for InvalidUuid {}

impl FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let groups = text.split('-').map(str::len);
        let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
        if !groups.eq(GROUPS) || digits != 32 {
            return Err(InvalidUuid);
        }
        let value = u128::from_str_radix(&text.replace('-', ""), 16);
        value.map(Self::from_u128).map_err(|_| InvalidUuid)
    }
}

impl Value for Uuid {
    const TYPE: u8 = wire_type::UUID;
    const MIN_LEN: usize = 16;

    #[inline]
    fn measure(&self, length: &mut Length) {
        length.add(Self::MIN_LEN);
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        w.put_array(self.0);
    }

    #[inline]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.0 = r.array()?;
        Ok(())
    }
}

/// Writes the usual text form, which other programs read.
#[cfg(feature = "serde")]
impl serde::Serialize for Uuid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Uuid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use bytes::{Bytes, BytesMut};

    use super::*;

    const TEXT: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

    #[test]
    fn text_and_bytes_have_the_same_order() {
        let uuid: Uuid = TEXT.parse().expect("it is one");
        assert_eq!(uuid.0[..4], [0x6b, 0xa7, 0xb8, 0x10]);
        assert_eq!(uuid.to_string(), TEXT);
        assert_eq!(Uuid::default().to_string().len(), TEXT.len());
        for bad in [
            "",
            &TEXT[1..],
            "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
            "+ba7b810-9dad-11d1-80b4-00c04fd430c8",
        ] {
            assert_eq!(bad.parse::<Uuid>(), Err(InvalidUuid), "{bad}");
        }
    }

    #[test]
    fn on_the_wire_it_is_its_bytes() {
        let uuid = Uuid::from_u128(1);
        let mut out = BytesMut::new();
        Writer::append(&mut out, uuid.len(), |w| uuid.write(w));
        assert_eq!(out[..], uuid.0);
        let bytes: Bytes = out.freeze();
        assert_eq!(Uuid::read(&mut Reader::new(&bytes)), Ok(uuid));
    }
}
