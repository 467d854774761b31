//! The column of streamgen in `MAPPING.md`. That of Kitex is checked in `interop/codec`.

use std::path::Path;

use crate::table::{Table, service};

#[test]
fn the_document_says_what_values_become() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (table, service) = (Table::read(folder), service(folder));
    let results = table.rows.iter().map(|row| {
        let method = service.method(row.method());
        row.converted(&method.expect("the method is there"))
    });
    let results: Vec<_> = results.collect();
    table.check("streamgen", &results);
}
