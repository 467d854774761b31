//! Enums as text, for serde: what thriftgo's `json_enum_as_text` makes of them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};

/// An enum that [`enum_text!`](crate::enum_text) gives serde's traits.
pub trait NamedEnum: Copy + From<i32> + Into<i32> {
    /// The name of the type.
    const NAME: &'static str;

    /// The IDL's name for the number, if it has one.
    fn name_of(self) -> Option<&'static str>;

    /// The value that the IDL gives this name.
    fn named(name: &str) -> Option<Self>;
}

/// Implements serde's traits for a generated enum: in formats for people its name in the IDL, in others
/// its number. A number without a name is itself in all of them, so that it survives; it is read
/// everywhere. Called by generated code, in a package that depends on serde.
#[macro_export]
macro_rules! enum_text {
    ($name:ident) => {
        impl $crate::codec::NamedEnum for $name {
            const NAME: &'static str = ::core::stringify!($name);

            fn name_of(self) -> ::core::option::Option<&'static str> {
                self.name()
            }

            fn named(name: &str) -> ::core::option::Option<Self> {
                Self::from_name(name)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codec::serialize_enum(*self, serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codec::deserialize_enum(deserializer)
            }
        }
    };
}

/// For [`enum_text!`](crate::enum_text).
///
/// # Errors
/// Those of the serializer.
#[doc(hidden)]
pub fn serialize_enum<E: NamedEnum, S: Serializer>(value: E, to: S) -> Result<S::Ok, S::Error> {
    match value.name_of().filter(|_| to.is_human_readable()) {
        Some(name) => to.serialize_str(name),
        None => to.serialize_i32(value.into()),
    }
}

/// For [`enum_text!`](crate::enum_text).
///
/// # Errors
/// Those of the deserializer, and a text that is neither a name of the enum nor a number.
#[doc(hidden)]
pub fn deserialize_enum<'de, E: NamedEnum, D: Deserializer<'de>>(from: D) -> Result<E, D::Error> {
    let visitor = NameOrNumber(PhantomData);
    match from.is_human_readable() {
        true => from.deserialize_any(visitor),
        false => from.deserialize_i32(visitor),
    }
}

struct NameOrNumber<E>(PhantomData<E>);

impl<E: NamedEnum> Visitor<'_> for NameOrNumber<E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name or a number of the enum {}", E::NAME)
    }

    fn visit_str<R: de::Error>(self, text: &str) -> Result<E, R> {
        // The key of a map is text, whatever it is.
        let number = || text.parse::<i32>().ok().map(E::from);
        let value = E::named(text).or_else(number);
        value.ok_or_else(|| R::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_i64<R: de::Error>(self, number: i64) -> Result<E, R> {
        let fits = i32::try_from(number).map(E::from);
        fits.map_err(|_| R::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<R: de::Error>(self, number: u64) -> Result<E, R> {
        let fits = i32::try_from(number).map(E::from);
        fits.map_err(|_| R::invalid_value(Unexpected::Unsigned(number), &self))
    }
}
