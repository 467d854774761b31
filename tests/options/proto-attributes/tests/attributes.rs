//! `-type-attribute`, `-field-attribute` and `-skip-debug`, for messages.

use option_proto_attributes::stream_gen::samples::attributes::{
    Colour, Mark, Point, Token, UserName, UserName2, mark::Place,
};

/// `.=#[derive(PartialOrd)]` picks messages, enums and oneofs; prost derives it for enums already.
#[test]
fn everything_is_picked_by_a_dot() {
    let at = |x| Mark {
        place: Some(Place::At(Point { x, y: 0 })),
    };
    assert!(at(1) < at(2));
    assert!(Colour::None < Colour::Red);
}

/// `attributes.Point=#[derive(Copy, Ord)]` and `Mark.place=#[derive(Ord)]`
#[test]
fn one_type_is_picked_by_its_path() {
    fn largest<T: Ord>(values: impl IntoIterator<Item = T>) -> Option<T> {
        values.into_iter().max()
    }
    let points = [Point { x: 2, y: 1 }, Point { x: 1, y: 9 }];
    let [first, _] = points;
    assert_eq!(largest(points), Some(first));
    let places = points.map(Place::At);
    assert_eq!(largest(places), Some(Place::At(first)));
}

/// `user_name=#[derive(Ord)]`: a path has the names of the IDL, whatever Rust's are.
#[test]
fn a_type_of_another_name_is_picked_by_its_own() {
    let name = |text: &str| UserName2 {
        text: text.to_owned(),
    };
    assert_eq!(name("a").max(name("b")), name("b"));
    // The other one has no order that is total: this would not compile with `max`.
    let one = UserName::default();
    assert_eq!(one.partial_cmp(&one), Some(std::cmp::Ordering::Equal));
}

/// `Point.x=#[doc(alias = "abscissa")]` and `.samples.attributes.Colour=#[doc(hidden)]`: of a full path
/// everything below is picked.
#[test]
fn members_have_attributes_too() {
    let text = include_str!("../src/stream_gen/samples/attributes.rs");
    assert_eq!(text.matches("#[doc(alias = \"abscissa\")]").count(), 1);
    assert_eq!(text.matches("#[doc(hidden)]").count(), 2);
}

#[test]
fn a_type_without_debug_gets_one_by_hand() {
    let token = Token {
        secret: "hunter2".to_owned(),
    };
    assert_eq!(format!("{token:?}"), "Token(7 bytes)");
}
