//! Where an IDL of Protobuf comes from: files, texts, descriptor sets.

use std::fs;

use streamgen_dynamic::{Codec, Mode, Provider, Schema};
use streamgen_idl::{LoadOptions, load};

use super::{descriptor_set, folder, through};

fn methods(schema: &Schema) -> Vec<String> {
    let methods = schema.services().flat_map(|service| {
        let methods = service.methods();
        let methods = methods.map(|method| (method.signature(), method.mode()));
        methods
            .map(|(signature, mode)| format!("{signature} {mode:?}"))
            .collect::<Vec<_>>()
    });
    methods.collect()
}

#[test]
fn a_descriptor_set_is_the_same_as_its_files() {
    let from_files = Provider::file(folder().join("mapping.proto")).load();
    let from_files = from_files.expect("the files are there");
    let from_set = Provider::descriptor_set_bytes(descriptor_set()).load();
    let from_set = from_set.expect("the set is right");
    assert_eq!(from_set.codec(), Codec::Protobuf);
    assert_eq!(methods(&from_set), methods(&from_files));
    let known = from_set.message("mapping.Known").expect("it is there");
    let json = r#"{"any":{"@type":"/mapping.Inner","id":1},"time":"1970-01-01T00:00:00Z"}"#;
    assert_eq!(through(&known, json), json);
    let values = from_set.message("mapping.Values").expect("it is there");
    let error = super::to_wire(&values, r#"{"medium":"x"}"#).expect_err("it is no number");
    assert_eq!(
        error.to_string(),
        "$.medium: expected int32, found the string \"x\" (the JSON's line 1, column 13)"
    );
}

#[test]
fn a_set_in_a_file_has_the_services_of_all_files() {
    let [one, two] = ["a", "b"].map(|package| {
        let text = format!(
            "syntax = \"proto3\"; package {package}; message M {{}} service S {{ rpc Call(M) returns (M); }}"
        );
        let folder = std::env::temp_dir().join(format!("streamgen-set-{}-{package}", std::process::id()));
        fs::create_dir_all(&folder).expect("there is a folder");
        let root = folder.join(format!("{package}.proto"));
        fs::write(&root, text).expect("it can be written");
        let options = LoadOptions { root, encode_descriptors: true, ..LoadOptions::default() };
        let loaded = load(&options, &streamgen_idl::Disk);
        fs::remove_dir_all(&folder).expect("it is ours");
        loaded.encoded_descriptors.expect("the IDL is right")
    });
    let path = std::env::temp_dir().join(format!("streamgen-{}.pb", std::process::id()));
    fs::write(&path, [one, two].concat()).expect("it can be written");
    let schema = Provider::descriptor_set(&path)
        .load()
        .expect("the set is right");
    fs::remove_file(&path).expect("it is ours");
    let packages = schema
        .services()
        .map(|service| service.grpc_package().to_owned());
    assert_eq!(packages.collect::<Vec<_>>(), ["a", "b"]);
    let second = schema.service("b.S").expect("it is there");
    assert_eq!(second.grpc_package(), "b");
    let call = second.method("Call").expect("it is there");
    assert_eq!(call.mode(), Mode::PingPong);
}

#[test]
fn what_is_no_descriptor_set_is_an_error() {
    let error = |provider: Provider| provider.load().expect_err("it is none").to_string();
    let text = error(Provider::descriptor_set_bytes(b"syntax".to_vec()));
    assert!(
        text.starts_with("`the descriptor set` is no descriptor set: "),
        "{text}"
    );
    assert!(
        text.ends_with("protoc writes one with --include_imports --descriptor_set_out=FILE"),
        "{text}"
    );
    let text = error(Provider::descriptor_set("nowhere.pb"));
    assert!(text.starts_with("cannot read `nowhere.pb`: "), "{text}");
    let text = error(Provider::descriptor_set_bytes(vec![0; 17 * 1024 * 1024]));
    assert_eq!(text, "`the descriptor set` is larger than 16777216 bytes");
    // Without its imports.
    let options = LoadOptions {
        root: folder().join("mapping.proto"),
        encode_descriptors: true,
        ..LoadOptions::default()
    };
    let loaded = load(&options, &streamgen_idl::Disk);
    let whole = loaded.encoded_descriptors.expect("the IDL is right");
    let last = last_file(&whole);
    let text = error(Provider::descriptor_set_bytes(last));
    assert!(
        text.contains("`old.proto` is not in `the descriptor set`"),
        "{text}"
    );
}

/// The last file of a set, whose length takes two bytes.
fn last_file(set: &[u8]) -> Vec<u8> {
    let (mut at, mut last) = (0, 0);
    while at < set.len() {
        last = at;
        let (mut length, mut shift) = (0, 0);
        at += 1;
        loop {
            let byte = set[at];
            length |= usize::from(byte & 0x7f) << shift;
            (at, shift) = (at + 1, shift + 7);
            if byte < 0x80 {
                break;
            }
        }
        at += length;
    }
    set[last..].to_vec()
}

#[test]
fn imports_are_found_among_the_texts() {
    let shop = "syntax = \"proto3\"; package shop; import \"base/item.proto\";
                service Shop { rpc Get(base.Item) returns (stream base.Item); }";
    let item = "syntax = \"proto3\"; package base; message Item { int64 user_id = 1; }";
    let texts = [("shop.proto", shop), ("base/item.proto", item)];
    let schema = Provider::texts("shop.proto", texts)
        .load()
        .expect("the texts are right");
    let get = schema.service("Shop").and_then(|shop| shop.method("Get"));
    let get = get.expect("it is there");
    assert_eq!(get.signature(), "base.Item Get(base.Item)");
    assert_eq!(get.mode(), Mode::ServerStreaming);
    assert_eq!(get.template(), "{\n  \"userId\": \"0\"\n}");
}

#[test]
fn definitions_are_those_of_the_idl() {
    let schema = Provider::file(folder().join("old.proto"))
        .load()
        .expect("it is right");
    let old = schema.message("old.Old").expect("it is there");
    let expected = "message old.Old {
  required string must = 1;
  optional int32 number = 2;
  repeated int32 list = 3;
  repeated int32 packed = 4;
  old.Old.Part part = 5;
  repeated old.Old.Piece piece = 6;
  optional old.Old.Kind kind = 7;
  repeated old.Old.Kind kinds = 8;
}

message old.Old.Part {
  optional int32 id = 1;
}

message old.Old.Piece {
  optional string text = 1;
  old.Old.Piece.Nested nested = 2;
}

message old.Old.Piece.Nested {
  optional int32 deep = 1;
}

enum old.Old.Kind {
  NONE = 0;
  SOME = 3;
}
";
    assert_eq!(old.definitions(), expected);
}

/// An example is a request: it can be sent as it is.
#[test]
fn every_example_fits() {
    let schema = super::mapping();
    for service in schema.services() {
        for method in service.methods() {
            let example = method.template();
            let put =
                method.request_to_wire(example.as_bytes(), &Default::default(), &mut Vec::new());
            put.unwrap_or_else(|error| panic!("{}: {error}\n{example}", method.name()));
        }
    }
}
