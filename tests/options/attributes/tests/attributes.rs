//! `-type-attribute`, `-field-attribute` and `-skip-debug`, and the annotations `rust.derive` and `deprecated`.

use option_attributes::stream_gen::samples::attributes::{Colour, Named, Point, Token};
use streamgen_runtime::codec::{DecodeError, Encode as _};
use streamgen_runtime::{FastStr, Message as _};

/// `attributes.Point=#[derive(Copy, Eq)]`: what is derived already is not derived twice.
#[test]
fn one_type_is_picked_by_its_path() {
    fn is_copy<T: Copy + Eq>(value: T) -> (T, T) {
        (value, value)
    }
    let (a, b) = is_copy(Point { x: 1, y: 2 });
    assert_eq!(a, b);
}

/// `.=#[derive(PartialOrd)]` picks every type, and so does the annotation of one.
#[test]
fn everything_is_picked_by_a_dot() {
    let named = |value| Named {
        name: FastStr::from_static_str("a"),
        value,
    };
    assert!(named(0.5) < named(1.5));
    assert!(Point { x: 1, y: 2 } < Point { x: 2, y: 0 });
    assert!(Colour::RED < Colour::GREEN);
}

/// `Colour=#[repr(transparent)]`
#[test]
fn an_enum_has_attributes_too() {
    assert_eq!(size_of::<Colour>(), size_of::<i32>());
}

#[test]
fn a_type_without_debug_gets_one_by_hand() {
    let token = Token {
        secret: FastStr::from_static_str("hunter2"),
    };
    assert_eq!(format!("{token:?}"), "Token(7 bytes)");
}

#[test]
fn the_wire_does_not_change() -> Result<(), DecodeError> {
    let point = Point { x: 1, y: 2 };
    assert_eq!(Point::decode_from(point.encode_to_bytes())?, point);
    Ok(())
}
