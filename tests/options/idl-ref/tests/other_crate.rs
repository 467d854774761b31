//! `-idl-ref` (`-thrift code_ref`): types of one IDL file come from another crate, and travel as its own.

use option_idl_ref::stream_gen::samples::figures::Figure;
use snapshots::types::stream_gen::samples::types::{Point, Unit};
use streamgen_runtime::Message;
use streamgen_runtime::codec::Encode;

#[test]
fn a_struct_holds_the_other_crates_types() {
    let figure = Figure {
        name: "line".into(),
        corners: vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }],
        unit: Unit::SECOND,
        height: Some(1.5),
    };
    let bytes = figure.encode_to_bytes();
    assert_eq!(Figure::decode_from(bytes).unwrap(), figure);
}
