//! What every generated enum gets: a newtype of `i32`, so that unknown numbers survive.

/// Implements, for a newtype of `i32` with a method `name`, what is the same for all Thrift enums:
/// [`Value`](crate::codec::Value) as i32, `Display` and `Debug` with the name or else the number,
/// and conversions from and to `i32`. Called by generated code.
#[macro_export]
macro_rules! enum_impls {
    ($name:ident) => {
        impl $crate::codec::Value for $name {
            const TYPE: u8 = <i32 as $crate::codec::Value>::TYPE;
            const MIN_LEN: usize = <i32 as $crate::codec::Value>::MIN_LEN;

            #[inline]
            fn measure(&self, length: &mut $crate::codec::Length) {
                $crate::codec::Value::measure(&self.0, length);
            }

            #[inline]
            fn write(&self, w: &mut $crate::codec::Writer<'_>) {
                $crate::codec::Value::write(&self.0, w);
            }

            #[inline]
            fn read_into(
                &mut self,
                r: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<(), $crate::codec::DecodeError> {
                $crate::codec::Value::read_into(&mut self.0, r)
            }

            #[inline]
            fn write_field(&self, id: i16, w: &mut $crate::codec::Writer<'_>) {
                $crate::codec::Value::write_field(&self.0, id, w);
            }

            #[inline]
            fn read_field(
                &mut self,
                r: &mut $crate::codec::Reader<'_>,
            ) -> ::core::result::Result<(), $crate::codec::DecodeError> {
                $crate::codec::Value::read_field(&mut self.0, r)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.pad(name),
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
