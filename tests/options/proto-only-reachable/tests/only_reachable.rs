//! `-only-reachable`: messages that no service of the root IDL leads to are left out.

use std::fs;

use option_proto_only_reachable::stream_gen::samples::orders::page::Entry;
use option_proto_only_reachable::stream_gen::samples::orders::{Cursor, Page, Query, Value};
use option_proto_only_reachable::stream_gen::samples::parts::Part;

#[test]
fn what_is_needed_is_there() {
    let query = Query {
        id: 1,
        part: Some(Part::default()),
    };
    let entry = Entry {
        values: [("a".to_owned(), Value { number: 1 })].into(),
    };
    let page = Page {
        cursor: Some(Cursor::default()),
    };
    assert_ne!((query, entry, page), Default::default());
}

#[test]
fn what_is_not_needed_is_not() {
    let generated = concat!(env!("CARGO_MANIFEST_DIR"), "/src/stream_gen/samples");
    let text = fs::read_to_string(format!("{generated}/orders.rs")).expect("it was generated");
    assert!(text.contains("pub struct Entry") && !text.contains("Unused"));
    // Neither the service of another file nor the package that it alone needs.
    for file in ["parts/parts.rs", "unused.rs"] {
        assert!(
            !fs::exists(format!("{generated}/{file}")).expect("it can be asked"),
            "{file}"
        );
    }
}
