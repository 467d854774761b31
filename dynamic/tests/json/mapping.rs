//! The columns of streamgen in `MAPPING.md` and `MAPPING-PROTOBUF.md`. The others are checked in
//! `interop/codec`.

use std::path::Path;

use streamgen_dynamic::Service;

use crate::table::{STREAMGEN, Table, service};

fn check<const N: usize>(table: Table<N>, service: &Service) {
    let results = table.rows.iter().map(|row| {
        let method = service.method(row.method());
        row.converted(&method.expect("the method is there"))
    });
    let results: Vec<_> = results.collect();
    table.check(STREAMGEN, &results);
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_document_says_what_values_become() {
    let service = service(folder(), "mapping.thrift");
    check(Table::read(folder()), &service);
}

#[test]
fn the_document_of_protobuf_says_what_values_become() {
    let service = service(folder(), "protobuf/mapping.proto");
    check(Table::of_protobuf(folder()), &service);
}
