//! `-extern-path`: a namespace that another crate was generated from, and one type that this crate
//! has by hand.

use option_extern_path::colour::Colour;
use option_extern_path::stream_gen::samples::{colours::Pen, shapes::Polygon};
use snapshots::types::stream_gen::samples::types::{Point, Unit};
use streamgen_runtime::Message as _;
use streamgen_runtime::codec::{DecodeError, Encode as _, OrderedF64};

#[test]
fn types_of_another_crate_travel_in_ours() -> Result<(), DecodeError> {
    let corner = Point { x: 3, y: 4 };
    let polygon = Polygon {
        corners: vec![corner.clone()],
        heights: [(corner.clone(), 8.5)].into(),
        by_height: [(OrderedF64(8.5), corner)].into(),
        colour: Colour::GREEN,
        ..Polygon::default()
    };
    assert_eq!(Polygon::decode_from(polygon.encode_to_bytes())?, polygon);
    Ok(())
}

#[test]
fn defaults_are_values_of_those_types() {
    let polygon = Polygon::default();
    assert_eq!(
        (polygon.unit, polygon.outline),
        (Unit::METRE, vec![Point { x: 1, y: 2 }])
    );
    assert_eq!(polygon.colour.pigment(), "cadmium red");
    assert_eq!(Pen::default().colour.pigment(), "viridian");
}
