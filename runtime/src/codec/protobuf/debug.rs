//! `Debug` of messages for which prost's derive cannot write it.
//!
//! What it writes for a `BTreeMap` names the crate `prost`, whatever path it was given, and a program
//! need not depend on that.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Implements `Debug` for a message, as prost's derive does: generated code says it of messages that
/// have a `BTreeMap`. Behind `as` stands the enum of a field that holds its numbers.
///
/// ```
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, streamgen_runtime::prost::Enumeration)]
/// #[prost(prost_path = "::streamgen_runtime::prost")]
/// enum Colour {
///     None = 0,
///     Red = 1,
/// }
///
/// struct Paint {
///     name: String,
///     colour: i32,
///     mixed: std::collections::BTreeMap<i32, i32>,
/// }
///
/// streamgen_runtime::protobuf_debug! {
///     Paint {
///         name,
///         colour as Colour,
///         mixed as Colour,
///     }
/// }
///
/// let paint = Paint { name: "a".into(), colour: 1, mixed: [(7, 0), (8, 9)].into() };
/// let expected = r#"Paint { name: "a", colour: Red, mixed: {7: None, 8: 9} }"#;
/// assert_eq!(format!("{paint:?}"), expected);
/// ```
#[macro_export]
macro_rules! protobuf_debug {
    ($message:ident { $($field:ident $(as $kind:path)?),* $(,)? }) => {
        impl ::core::fmt::Debug for $message {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut message = f.debug_struct(stringify!($message));
                $(message.field(
                    stringify!($field),
                    $crate::protobuf_debug!(@value self $field $($kind)?),
                );)*
                message.finish()
            }
        }
    };
    (@value $message:tt $field:ident) => {
        &$message.$field
    };
    (@value $message:tt $field:ident $kind:path) => {
        &$crate::codec::protobuf::debug::EnumNumbers::named::<$kind>(&$message.$field)
    };
}

/// Numbers of an enum, as a field holds them.
pub trait EnumNumbers {
    /// Shows them by their names in `E`, and those that have none as they are.
    fn named<E: fmt::Debug + TryFrom<i32>>(&self) -> impl fmt::Debug;
}

impl EnumNumbers for i32 {
    fn named<E: fmt::Debug + TryFrom<i32>>(&self) -> impl fmt::Debug {
        Number::<E>::new(*self)
    }
}

impl EnumNumbers for Option<i32> {
    fn named<E: fmt::Debug + TryFrom<i32>>(&self) -> impl fmt::Debug {
        self.map(Number::<E>::new)
    }
}

impl EnumNumbers for Vec<i32> {
    fn named<E: fmt::Debug + TryFrom<i32>>(&self) -> impl fmt::Debug {
        let numbers = self.iter().copied();
        numbers.map(Number::<E>::new).collect::<Vec<_>>()
    }
}

impl<K: fmt::Debug + Ord> EnumNumbers for BTreeMap<K, i32> {
    fn named<E: fmt::Debug + TryFrom<i32>>(&self) -> impl fmt::Debug {
        let entries = self.iter();
        let entries = entries.map(|(key, number)| (key, Number::<E>::new(*number)));
        entries.collect::<BTreeMap<_, _>>()
    }
}

struct Number<E>(i32, PhantomData<E>);

impl<E> Number<E> {
    fn new(number: i32) -> Self {
        Self(number, PhantomData)
    }
}

impl<E: fmt::Debug + TryFrom<i32>> fmt::Debug for Number<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match E::try_from(self.0) {
            Ok(named) => named.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}
