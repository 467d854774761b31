//! Enums: an `i32` that remembers the IDL's names.

/// What an enum of generated code is besides its numbers: a value on the wire, `Display` and
/// `Debug` by name (or number, if the IDL has none), and conversions from and to `i32`.
#[doc(hidden)]
#[macro_export]
macro_rules! enum_impls {
    ($name:ident) => {
        impl $crate::codec::Value for $name {
            const TYPE: u8 = <i32 as $crate::codec::Value>::TYPE;
            const MIN_LEN: usize = <i32 as $crate::codec::Value>::MIN_LEN;

            #[inline]
            fn len(&self) -> usize {
                $crate::codec::Value::len(&self.0)
            }

            #[inline]
            fn write(&self, w: &mut $crate::codec::Writer<'_>) {
                $crate::codec::Value::write(&self.0, w);
            }

            #[inline]
            fn read(
                r: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::codec::DecodeError> {
                <i32 as $crate::codec::Value>::read(r).map(Self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.write_str(name),
                    ::core::option::Option::None => ::core::fmt::Display::fmt(&self.0, f),
                }
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }

        impl ::core::convert::From<i32> for $name {
            fn from(number: i32) -> Self {
                Self(number)
            }
        }

        impl ::core::convert::From<$name> for i32 {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
