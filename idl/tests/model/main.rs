//! What the constructs of Thrift become in the model.
//!
//! Each test is a small IDL and what a user of the model sees of it. Broken IDL is in
//! `tests/idl-fail`, see fail.rs.

#[path = "../common/mod.rs"]
mod common;

mod headers;
mod json;
mod lexical;
mod services;
mod structs;
mod types;
mod values;

use common::load_text;
use streamgen_idl::model::{Definition, Schema, StructLike};
use streamgen_idl::{Code, Loaded};

/// The schema of a text that may be warned about.
fn schema(text: &str) -> Schema {
    let Loaded {
        schema,
        diagnostics,
        sources,
        ..
    } = load_text(text);
    schema.unwrap_or_else(|| panic!("{text}\n{}", common::render(&sources, &diagnostics)))
}

/// The schema of a text that nobody finds fault with.
fn clean(text: &str) -> Schema {
    assert_eq!(codes(text), [], "{text}");
    schema(text)
}

/// The codes of all diagnostics.
fn codes(text: &str) -> Vec<Code> {
    load_text(text)
        .diagnostics
        .iter()
        .map(|found| found.code)
        .collect()
}

fn def<'a>(schema: &'a Schema, name: &str) -> &'a Definition {
    schema
        .definitions
        .iter()
        .find(|def| def.name == name)
        .unwrap()
}

fn struct_like<'a>(schema: &'a Schema, name: &str) -> &'a StructLike {
    schema.struct_like(def(schema, name).id).unwrap()
}
