//! `-emit ast`: each file `tests/ast/NAME.json` is what it prints of a sample. Every sample's document
//! obeys `docs/ast.schema.json`.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test ast`, and review the diff. A field that goes
//! or means something else asks for another `version`.

mod files_below;
#[path = "ast/schema.rs"]
mod schema;

use std::path::{Path, PathBuf};
use std::{env, fs};

use files_below::files_below;
use schema::Schema;
use serde_json::{Value, json};
use streamgen::{IdlType, Options, read_ast};

/// Samples that have everything together, and those that are easy to read.
const GOLDEN: [&str; 7] = [
    "idl-samples/echo.thrift",
    "idl-samples/includes/shop.thrift",
    "idl-samples/services.thrift",
    "idl-samples/values.thrift",
    "idl-samples/chat.proto",
    "idl-samples/proto/proto2.proto",
    "idl-samples/proto/shop/orders.proto",
];

fn ast(options: &mut Options) -> String {
    options.include_dirs = vec!["idl-samples/proto".into()];
    match read_ast(options) {
        Ok(ast) => ast.json,
        Err(error) => panic!("{}: {error}", options.idl.display()),
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn the_schema() -> Value {
    let text = fs::read_to_string("docs/ast.schema.json").expect("it is committed");
    parsed(&text)
}

fn golden(idl: &str) -> PathBuf {
    let name = Path::new(idl).file_name().expect("a file has a name");
    Path::new("tests/ast")
        .join(name)
        .with_extension(match idl.ends_with("proto") {
            true => "proto.json",
            false => "thrift.json",
        })
}

#[test]
fn documents_are_the_golden_ones() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let mut differing = Vec::new();
    for idl in GOLDEN {
        let (path, found) = (golden(idl), ast(&mut Options::new(idl)));
        if bless {
            fs::write(&path, &found).expect("it can be written");
        }
        if fs::read_to_string(&path).unwrap_or_default() != found {
            differing.push(path);
        }
    }
    assert!(
        differing.is_empty(),
        "STREAMGEN_BLESS=1 rewrites {differing:?}"
    );
}

#[test]
fn documents_of_all_samples_obey_the_schema_and_name_no_place_of_this_machine() {
    let rules = the_schema();
    let here = env::current_dir().expect("there is one");
    let here = here.to_string_lossy();
    let mut samples = files_below(Path::new("idl-samples"));
    samples.retain(|path| {
        let suffix = path.extension().unwrap_or_default();
        suffix == "thrift" || suffix == "proto"
    });
    assert!(samples.len() > 25, "where are the samples?");
    for path in samples {
        let text = ast(&mut Options::new(&path));
        assert!(!text.contains(&*here), "{}", path.display());
        let outcome = Schema::new(&rules).check(&parsed(&text));
        assert_eq!(outcome, Ok(()), "{}", path.display());
    }
}

/// What the samples do not have.
#[test]
fn numbers_and_places_that_are_rare() {
    let text = "syntax = \"proto2\"; message M {\n  optional uint64 a = 1 [default = 18446744073709551615];\n  \
                optional double b = 2 [default = inf];\n  optional bytes c = 3 [default = \"\\001\\377\"]; }";
    let document = parsed(&ast(&mut Options::from_text(
        text.as_bytes(),
        IdlType::Protobuf,
    )));
    assert_eq!(Schema::new(&the_schema()).check(&document), Ok(()));
    let fields = &document["definitions"][0]["fields"];
    let values: Vec<_> = (0..3)
        .map(|index| &fields[index]["default"]["value"])
        .collect();
    assert_eq!(
        values,
        [
            &json!("18446744073709551615"),
            &json!("Infinity"),
            &json!("01ff")
        ]
    );
    assert_eq!(document["files"][0]["path"], "<stdin>");
    assert_eq!(fields[0]["name_place"]["line_start"], 2);

    // A byte order mark is not text, but it is in the file.
    let text = "\u{feff}// \u{e9}\nstruct S {}";
    let document = parsed(&ast(&mut Options::from_text(
        text.as_bytes(),
        IdlType::Thrift,
    )));
    let place = json!({
        "file": 0, "byte_start": 16, "byte_end": 17,
        "line_start": 2, "column_start": 8, "line_end": 2, "column_end": 9,
    });
    assert_eq!(document["definitions"][0]["name_place"], place);
}

/// The check of the schema sees what is wrong.
#[test]
fn the_schema_refuses_other_documents() {
    let rules = the_schema();
    let good = parsed(&ast(&mut Options::new("idl-samples/values.thrift")));
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 6] = [
        ("const", |document| document["version"] = json!(2)),
        ("lacks `docs`", |document| {
            document["files"][0]
                .as_object_mut()
                .expect("one")
                .remove("docs");
        }),
        ("is not in the schema", |document| {
            document["files"][0]["new"] = json!(1)
        }),
        ("is against `enum`", |document| {
            document["files"][0]["language"] = json!("idl")
        }),
        ("is null, and not", |document| {
            document["definitions"][0]["name"] = json!(null)
        }),
        ("none fits", |document| {
            document["definitions"][0]["kind"] = json!("class")
        }),
    ];
    for (why, change) in changes {
        let mut document = good.clone();
        change(&mut document);
        let error = Schema::new(&rules).check(&document).expect_err(why);
        assert!(error.contains(why) || why == "none fits", "{why}: {error}");
    }
}
