//! IDL with as little in it as there can be: no package, no definition, nothing but what others
//! define. Whatever the options, a run ends with files or with an error.

use std::fs;
use std::path::Path;

use streamgen::{MapType, Options, generate};

const IDLS: [(&str, &str); 9] = [
    ("empty.thrift", ""),
    ("empty.proto", "syntax = \"proto3\";\n"),
    ("enum.proto", "syntax = \"proto3\";\nenum E { A = 0; }\n"),
    (
        "no-package.proto",
        "syntax = \"proto3\";\nmessage Ping { string s = 1; }\n\
         service Pinger { rpc Ping(Ping) returns (Ping); }\n",
    ),
    (
        "imports.proto",
        "syntax = \"proto3\";\nimport \"no-package.proto\";\n\
         service X { rpc A(Ping) returns (stream Ping); }\n",
    ),
    (
        "package-imports.proto",
        "syntax = \"proto3\";\npackage p;\nimport \"no-package.proto\";\n\
         service X { rpc A(Ping) returns (stream Ping); }\n",
    ),
    (
        "well-known.proto",
        "syntax = \"proto3\";\nimport \"google/protobuf/empty.proto\";\n\
         service X { rpc A(google.protobuf.Empty) returns (google.protobuf.Empty); }\n",
    ),
    (
        "service.proto",
        "syntax = \"proto3\";\nservice Nothing {}\n",
    ),
    ("service.thrift", "service Nothing {}\n"),
];

type Set = fn(&mut Options);

const OPTIONS: [(&str, Set); 7] = [
    ("none", |_| ()),
    ("descriptors", |options| options.descriptors = true),
    ("only-reachable", |options| {
        options.types.only_reachable = true
    }),
    ("well-known", |options| {
        options.types.compile_well_known_types = true
    }),
    ("serde", |options| options.types.serde = true),
    ("btree", |options| options.types.maps = MapType::BTree),
    ("extern", |options| {
        let path = "Ping=::other::Ping".parse();
        options.types.extern_paths = path.into_iter().collect();
    }),
];

#[test]
fn a_run_ends_with_files_or_with_an_error() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("little");
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    for (name, text) in IDLS {
        fs::write(dir.join(name), text).expect("an IDL can be written");
    }
    for (name, text) in IDLS {
        for (option, set) in OPTIONS {
            for service in [None, Some("little".to_owned())] {
                let mut options = Options::new(dir.join(name));
                options.streamx = true;
                options.module = Some("little".to_owned());
                options.out_dir = dir.join("not-there");
                options.runtime = "version:0.1".parse().ok();
                set(&mut options);
                // What cannot be had without a service.
                let wants_service = service.is_some() || options.types.only_reachable;
                let is_right = text.contains("service") || !wants_service;
                options.service = service;
                let outcome = generate(&options).map(drop);
                assert_eq!(outcome.is_ok(), is_right, "{name}, {option}: {outcome:?}");
            }
        }
    }
}
