//! The committed samples load, without a word.

use std::path::{Path, PathBuf};

use streamgen_idl::model::{DefinitionKind, StreamingMode};
use streamgen_idl::{Disk, LoadOptions, Loaded, load};

fn load_sample(path: &str) -> Loaded {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    load(
        &LoadOptions {
            root,
            include_dirs: Vec::new(),
            ..LoadOptions::default()
        },
        &Disk,
    )
}

#[test]
fn every_sample_loads_without_errors() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl-samples");
    let mut count = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "thrift")
        {
            let loaded = load(
                &LoadOptions {
                    root: path.clone(),
                    include_dirs: Vec::new(),
                    ..LoadOptions::default()
                },
                &Disk,
            );
            assert!(
                loaded.schema.is_some(),
                "{}: {:#?}",
                path.display(),
                loaded.diagnostics
            );
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn the_echo_service_of_the_readme() {
    let loaded = load_sample("idl-samples/echo.thrift");
    assert_eq!(loaded.diagnostics, []);
    let schema = loaded.schema.unwrap();
    assert_eq!(schema.file(schema.root).module, ["echo"]);
    let (def, _) = schema.services_of(schema.root).next().unwrap();
    assert_eq!(def.name, "TestService");
    assert_eq!(
        def.docs.lines,
        ["One method for each way to talk: ping-pong and the three streaming modes."]
    );
    let modes: Vec<_> = schema
        .methods_of(def.id)
        .iter()
        .map(|m| m.method.mode)
        .collect();
    assert_eq!(
        modes,
        [
            StreamingMode::PingPong,
            StreamingMode::Bidirectional,
            StreamingMode::ClientStreaming,
            StreamingMode::ServerStreaming
        ]
    );
}

#[test]
fn the_interop_contract() {
    let loaded = load_sample("interop/idl/peer.thrift");
    assert_eq!(loaded.diagnostics, []);
    let schema = loaded.schema.unwrap();
    let peer = schema
        .definitions
        .iter()
        .find(|def| def.name == "Peer")
        .unwrap();
    let methods = schema.methods_of(peer.id);
    assert_eq!(
        methods[0].method.name, "Hello",
        "the methods of the base come first"
    );
    assert_eq!(schema.def(methods[0].origin).name, "PeerBase");
    assert_eq!(methods.len(), 16);
    let fields = schema.definitions.iter().find_map(|def| match &def.kind {
        DefinitionKind::Struct(found) if def.name == "Everything" => Some(&found.fields),
        _ => None,
    });
    assert_eq!(fields.unwrap().last().unwrap().id, 32767);
}
