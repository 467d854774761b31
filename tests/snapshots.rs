//! The generated code of every sample IDL is a committed project under `snapshots/`, read and
//! reviewed like any code. These tests hold the tool to it, byte for byte; that it builds without a
//! warning is seen by building the workspace, where all snapshots are one package.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test snapshots`, and review the diff.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use streamgen::{
    BytesType, DEFAULT_GEN_PATH, FilePlan, MapType, Options, Ownership, StringType, TypeOptions,
    generate,
};

/// One generated project, or the generated part of one.
struct Case {
    idl: &'static str,
    /// The project's folder.
    dir: &'static str,
    /// `-streamx`
    streamx: bool,
    /// What `-service` says; without it there is only a library.
    service: Option<&'static str>,
    /// Whether the scaffold is compared too. It is not where it has been filled in by hand.
    scaffold: bool,
    /// The folder below `src/` that generated code goes to.
    gen_path: &'static str,
    /// `-descriptors`
    descriptors: bool,
    /// `-default-handlers`
    default_handlers: bool,
    /// Settings of types that are not at their default.
    types: fn(&mut TypeOptions),
    /// Others.
    set: fn(&mut Options),
}

const fn snapshot(idl: &'static str, dir: &'static str, service: Option<&'static str>) -> Case {
    Case {
        idl,
        dir,
        streamx: true,
        service,
        scaffold: true,
        gen_path: DEFAULT_GEN_PATH,
        descriptors: false,
        default_handlers: false,
        types: |_| (),
        set: |_| (),
    }
}

/// A sample on the classic surface, without `-streamx`: those that are not the same on both.
const fn classic(idl: &'static str, dir: &'static str, service: Option<&'static str>) -> Case {
    Case {
        streamx: false,
        ..snapshot(idl, dir, service)
    }
}

/// A crate below `tests/options/`, which shows one option: the IDL, the code that is generated with
/// the option, and below `tests/` a use of it. Its manifest may have more at the end.
const fn option(idl: &'static str, dir: &'static str, types: fn(&mut TypeOptions)) -> Case {
    Case {
        idl,
        dir,
        streamx: true,
        service: None,
        scaffold: true,
        gen_path: DEFAULT_GEN_PATH,
        descriptors: false,
        default_handlers: false,
        types,
        set: |_| (),
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("it is a value of the option")
}

/// The generated part of a project whose other files were written by hand.
const fn part(idl: &'static str, dir: &'static str) -> Case {
    Case {
        idl,
        dir,
        streamx: true,
        service: None,
        scaffold: false,
        gen_path: DEFAULT_GEN_PATH,
        descriptors: false,
        default_handlers: false,
        types: |_| (),
        set: |_| (),
    }
}

/// A service of the default-options matrix, which are in one crate.
const fn defaults(gen_path: &'static str, idl: &'static str) -> Case {
    Case {
        gen_path,
        ..part(idl, "interop/defaults")
    }
}

const CASES: &[Case] = &[
    snapshot(
        "idl-samples/annotations.thrift",
        "snapshots/annotations",
        None,
    ),
    snapshot("idl-samples/dialects.thrift", "snapshots/dialects", None),
    snapshot(
        "idl-samples/echo.thrift",
        "snapshots/echo",
        Some("snapshot-echo"),
    ),
    snapshot("idl-samples/fields.thrift", "snapshots/fields", None),
    snapshot(
        "idl-samples/includes/shop.thrift",
        "snapshots/includes",
        Some("shop.orders"),
    ),
    snapshot(
        "idl-samples/names.thrift",
        "snapshots/names",
        Some("snapshot-names"),
    ),
    snapshot("idl-samples/recursion.thrift", "snapshots/recursion", None),
    snapshot(
        "idl-samples/services.thrift",
        "snapshots/services",
        Some("snapshot-services"),
    ),
    snapshot("idl-samples/large.thrift", "snapshots/large", None),
    snapshot("idl-samples/lexical.thrift", "snapshots/lexical", None),
    snapshot("idl-samples/shapes.thrift", "snapshots/shapes", None),
    snapshot("idl-samples/types.thrift", "snapshots/types", None),
    snapshot("idl-samples/values.thrift", "snapshots/values", None),
    snapshot(
        "idl-samples/chat.proto",
        "snapshots/chat",
        Some("snapshot-chat"),
    ),
    snapshot(
        "idl-samples/pow.proto",
        "snapshots/pow",
        Some("snapshot-pow"),
    ),
    snapshot(
        "idl-samples/sqrt.proto",
        "snapshots/sqrt",
        Some("snapshot-sqrt"),
    ),
    snapshot(
        "idl-samples/sum.proto",
        "snapshots/sum",
        Some("snapshot-sum"),
    ),
    snapshot(
        "idl-samples/proto/names.proto",
        "snapshots/proto-names",
        None,
    ),
    snapshot("idl-samples/proto/proto2.proto", "snapshots/proto2", None),
    snapshot("idl-samples/proto/proto3.proto", "snapshots/proto3", None),
    snapshot(
        "idl-samples/proto/shop/orders.proto",
        "snapshots/proto-imports",
        Some("shop.orders.pb"),
    ),
    classic(
        "idl-samples/annotations.thrift",
        "snapshots/classic/annotations",
        None,
    ),
    classic("idl-samples/echo.thrift", "snapshots/classic/echo", None),
    classic(
        "idl-samples/includes/shop.thrift",
        "snapshots/classic/includes",
        None,
    ),
    classic("idl-samples/names.thrift", "snapshots/classic/names", None),
    classic(
        "idl-samples/services.thrift",
        "snapshots/classic/services",
        Some("snapshot-classic-services"),
    ),
    classic(
        "idl-samples/chat.proto",
        "snapshots/classic/chat",
        Some("snapshot-classic-chat"),
    ),
    classic("idl-samples/pow.proto", "snapshots/classic/pow", None),
    classic("idl-samples/sqrt.proto", "snapshots/classic/sqrt", None),
    classic("idl-samples/sum.proto", "snapshots/classic/sum", None),
    classic(
        "idl-samples/proto/names.proto",
        "snapshots/classic/proto-names",
        None,
    ),
    classic(
        "idl-samples/proto/proto3.proto",
        "snapshots/classic/proto3",
        None,
    ),
    part("idl-samples/chat.proto", "examples/chat"),
    part("idl-samples/echo.thrift", "examples/echo"),
    Case {
        descriptors: true,
        ..part("idl-samples/pow.proto", "examples/pow")
    },
    part("idl-samples/sqrt.proto", "examples/sqrt"),
    part("idl-samples/sum.proto", "examples/sum"),
    part("interop/idl/codec/codec.thrift", "interop/codec"),
    part("interop/idl/grpc/testing/test.proto", "interop/grpc"),
    part("interop/idl/hostile.thrift", "interop/hostile"),
    part("interop/idl/peer.thrift", "interop/peer"),
    defaults("calls_gen", "interop/idl/defaults/calls.thrift"),
    defaults("streams_gen", "interop/idl/defaults/streams.thrift"),
    defaults("calls_pb_gen", "interop/idl/defaults/calls.proto"),
    defaults("streams_pb_gen", "interop/idl/defaults/streams.proto"),
    Case {
        streamx: false,
        ..defaults("classic_streams_gen", "interop/idl/defaults/streams.thrift")
    },
    Case {
        streamx: false,
        ..defaults(
            "classic_streams_pb_gen",
            "interop/idl/defaults/streams.proto",
        )
    },
    Case {
        gen_path: "protobuf_gen",
        ..part("interop/idl/hostile.proto", "interop/hostile")
    },
    Case {
        gen_path: "protobuf_gen",
        ..part("interop/idl/peer.proto", "interop/peer")
    },
    option(
        "tests/options/strings/strings.thrift",
        "tests/options/strings",
        |types| {
            types.strings = StringType::String;
            types.bytes = BytesType::Vec;
        },
    ),
    option(
        "tests/options/maps/maps.thrift",
        "tests/options/maps",
        |types| types.maps = MapType::BTree,
    ),
    option(
        "tests/options/serde/serde.thrift",
        "tests/options/serde",
        |types| types.serde = true,
    ),
    option(
        "tests/options/unknown-fields/unknown_fields.thrift",
        "tests/options/unknown-fields",
        |types| {
            types.keep_unknown_fields = true;
            types.serde = true;
        },
    ),
    option(
        "tests/options/attributes/attributes.thrift",
        "tests/options/attributes",
        |types| {
            types.type_attributes = vec![
                parsed(".=#[derive(PartialOrd)]"),
                parsed("attributes.Point=#[derive(Copy, Eq)]"),
                parsed("Colour=#[repr(transparent)]"),
            ];
            types.field_attributes = vec![
                parsed("Point.x=#[doc(alias = \"abscissa\")]"),
                parsed(".samples.attributes.Colour=#[doc(hidden)]"),
            ];
            types.skip_debug = vec![parsed("Token")];
        },
    ),
    option(
        "tests/options/annotations/annotations.thrift",
        "tests/options/annotations",
        |_| (),
    ),
    option(
        "tests/options/extern-path/shapes.thrift",
        "tests/options/extern-path",
        |types| {
            types.extern_paths = vec![
                parsed("samples.types=::snapshots::types::stream_gen::samples::types"),
                parsed("colours.Colour=crate::colour::Colour"),
            ];
        },
    ),
    option(
        "tests/options/only-reachable/orders.thrift",
        "tests/options/only-reachable",
        |types| types.only_reachable = true,
    ),
    Case {
        default_handlers: true,
        ..option(
            "tests/options/default-handlers/defaults.thrift",
            "tests/options/default-handlers",
            |_| (),
        )
    },
    option(
        "tests/options/enum-as-text/levels.thrift",
        "tests/options/enum-as-text",
        |types| {
            types.serde = true;
            types.enum_as_text = true;
        },
    ),
    Case {
        set: |options| options.combine_service = true,
        ..option(
            "tests/options/combine-service/desk.thrift",
            "tests/options/combine-service",
            |_| (),
        )
    },
    Case {
        set: |options| options.invoker = true,
        ..option(
            "tests/options/invoker/greeter.thrift",
            "tests/options/invoker",
            |_| (),
        )
    },
    Case {
        set: |options| options.idl_ref = Some("tests/options/idl-ref/idl-ref.yaml".into()),
        ..option(
            "tests/options/idl-ref/figures.thrift",
            "tests/options/idl-ref",
            |_| (),
        )
    },
    option(
        "tests/options/proto-types/types.proto",
        "tests/options/proto-types",
        |types| {
            types.bytes = BytesType::Vec;
            types.maps = MapType::BTree;
        },
    ),
    option(
        "tests/options/proto-field-types/pages.proto",
        "tests/options/proto-field-types",
        |types| {
            types.bytes_of = vec![parsed("Page.image=vec"), parsed("Page.raw=vec")];
            types.maps_of = vec![parsed(".samples.pages=btree"), parsed("Index.by_name=hash")];
        },
    ),
    option(
        "tests/options/proto-attributes/attributes.proto",
        "tests/options/proto-attributes",
        |types| {
            types.type_attributes = vec![
                parsed(".=#[derive(PartialOrd)]"),
                parsed("attributes.Point=#[derive(Copy, Ord)]"),
                parsed("Mark.place=#[derive(Ord)]"),
                parsed("user_name=#[derive(Ord)]"),
            ];
            types.field_attributes = vec![
                parsed("Point.x=#[doc(alias = \"abscissa\")]"),
                parsed(".samples.attributes.Colour=#[doc(hidden)]"),
            ];
            types.skip_debug = vec![parsed("Token")];
        },
    ),
    option(
        "tests/options/proto-extern-path/shapes.proto",
        "tests/options/proto-extern-path",
        |types| {
            types.extern_paths = vec![
                parsed("samples.proto3=::snapshots::proto3::stream_gen::samples::proto3"),
                parsed(".samples.pens.Pen=crate::pen::Pen"),
            ];
        },
    ),
    option(
        "tests/options/proto-well-known/times.proto",
        "tests/options/proto-well-known",
        |types| types.compile_well_known_types = true,
    ),
    option(
        "tests/options/proto-only-reachable/orders.proto",
        "tests/options/proto-only-reachable",
        |types| types.only_reachable = true,
    ),
];

#[test]
fn snapshots_are_what_the_tool_writes() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let mut stale = Vec::new();
    for case in CASES {
        let planned = planned(case);
        if bless {
            write(case, &planned);
        } else {
            stale.extend(differences(case, &planned));
        }
    }
    assert!(
        stale.is_empty(),
        "stale:\n  {}\nafter a wanted change: STREAMGEN_BLESS=1 cargo test --test snapshots",
        stale.join("\n  ")
    );
}

/// A sample that no snapshot was made of would be tested by nobody.
#[test]
fn every_sample_has_a_snapshot() {
    let mut samples: Vec<_> = files(Path::new("idl-samples"))
        .into_keys()
        .filter(|path| {
            path.extension()
                .is_some_and(|suffix| suffix == "thrift" || suffix == "proto")
        })
        .collect();
    let covered: Vec<_> = CASES.iter().map(|case| PathBuf::from(case.idl)).collect();
    // Included by includes/shop.thrift, imported by proto/shop/orders.proto.
    let included = [
        "idl-samples/includes",
        "idl-samples/proto/common",
        "idl-samples/proto/shop",
    ];
    samples
        .retain(|path| !included.iter().any(|dir| path.starts_with(dir)) || covered.contains(path));
    for sample in samples {
        assert!(
            covered.contains(&sample),
            "{} has no snapshot",
            sample.display()
        );
    }
}

/// Each sample is generated on both surfaces: where they differ, the classic one has a snapshot too.
#[test]
fn samples_without_a_classic_snapshot_are_the_same_on_both_surfaces() {
    let is_classic = |case: &&Case| case.dir.starts_with("snapshots/classic/");
    let classic: Vec<_> = CASES
        .iter()
        .filter(is_classic)
        .map(|case| case.idl)
        .collect();
    let samples = CASES
        .iter()
        .filter(|case| case.dir.starts_with("snapshots/") && case.streamx);
    let mut wrong = Vec::new();
    for case in samples {
        let other = Case {
            streamx: false,
            ..*case
        };
        let texts = |case: &Case| {
            let planned = planned(case);
            let files = planned.iter();
            // The file that records the options says the surface.
            let files = files.filter(|(path, _)| !path.ends_with("streamgen.lock"));
            let files = files.map(|(path, file)| (path.to_owned(), file.contents.clone()));
            files.collect::<BTreeMap<_, _>>()
        };
        if (texts(case) == texts(&other)) == classic.contains(&case.idl) {
            wrong.push(case.idl);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A snapshot that the package `snapshots` does not name would be compiled by nobody.
#[test]
fn every_snapshot_is_compiled() {
    let read = |path: &str| fs::read_to_string(path).expect("it is committed");
    let (library, manifest) = (read("snapshots/lib.rs"), read("snapshots/Cargo.toml"));
    for case in CASES {
        let Some(name) = case.dir.strip_prefix("snapshots/") else {
            continue;
        };
        let root = match case.service {
            Some(_) => manifest.contains(&format!("path = \"{name}/src/main.rs\"")),
            None => library.contains(&format!("#[path = \"{name}/src/lib.rs\"]")),
        };
        assert!(root, "{name} is not part of the package");
    }
}

/// What the tool makes of a case, from nothing.
fn planned(case: &Case) -> FilePlan {
    let dir = Path::new(case.dir);
    let mut options = Options::new(case.idl);
    options.streamx = case.streamx;
    options.gen_path = case.gen_path.to_owned();
    options.include_dirs = vec!["idl-samples/proto".into(), "interop/idl".into()];
    let name = dir
        .file_name()
        .expect("a case has a folder")
        .to_string_lossy();
    let kind = if is_option(case) {
        "option"
    } else {
        "snapshot"
    };
    options.module = Some(format!("{kind}-{name}"));
    options.descriptors = case.descriptors;
    options.default_handlers = case.default_handlers;
    (case.types)(&mut options.types);
    (case.set)(&mut options);
    options.service = case.service.map(str::to_owned);
    // A folder beside the real one: the paths are the same, and no scaffold is there yet.
    options.out_dir = dir.with_file_name("not-there");
    generate(&options)
        .unwrap_or_else(|error| panic!("{}: {error}", case.idl))
        .files
}

fn is_option(case: &Case) -> bool {
    case.dir.starts_with("tests/options/")
}

/// Paths and texts that the case is about.
fn expected<'a>(case: &Case, planned: &'a FilePlan) -> BTreeMap<PathBuf, &'a str> {
    planned
        .iter()
        .filter(|(_, file)| case.scaffold || file.ownership == Ownership::Generated)
        .map(|(path, file)| (Path::new(case.dir).join(path), file.contents.as_str()))
        .collect()
}

fn generated_dir(case: &Case) -> PathBuf {
    Path::new(case.dir).join("src").join(case.gen_path)
}

/// Everything on disk that the case owns: the whole project, or the generated folder.
fn on_disk(case: &Case) -> BTreeMap<PathBuf, String> {
    let dir = Path::new(case.dir);
    let mut found = files(&if case.scaffold {
        dir.to_owned()
    } else {
        generated_dir(case)
    });
    found.retain(|path, _| !path.starts_with(dir.join("target")));
    if is_option(case) {
        // What is written by hand: the IDL, the tests, what generated code is to find elsewhere.
        let generated = generated_dir(case);
        let scaffold = [dir.join("Cargo.toml"), dir.join("src/lib.rs")];
        found.retain(|path, _| path.starts_with(&generated) || scaffold.contains(path));
    }
    found
}

/// Whether a file holds what was planned. In the crates of options, scaffold files may go on.
fn holds(case: &Case, path: &Path, found: &str, planned: &str) -> bool {
    let scaffold = !path.starts_with(generated_dir(case));
    found == planned || is_option(case) && scaffold && found.starts_with(planned)
}

fn differences(case: &Case, planned: &FilePlan) -> Vec<String> {
    let (expected, found) = (expected(case, planned), on_disk(case));
    let missing = expected.keys().filter(|path| !found.contains_key(*path));
    let missing = missing.map(|path| format!("{} is missing", path.display()));
    let extra = found.keys().filter(|path| !expected.contains_key(*path));
    let extra = extra.map(|path| format!("{} is not generated", path.display()));
    let differing = expected.iter().filter_map(|(path, text)| {
        let old = found.get(path)?;
        let line = old
            .lines()
            .zip(text.lines())
            .take_while(|(a, b)| a == b)
            .count()
            + 1;
        (!holds(case, path, old, text)).then(|| format!("{}:{line} differs", path.display()))
    });
    missing.chain(extra).chain(differing).collect()
}

fn write(case: &Case, planned: &FilePlan) {
    let expected = expected(case, planned);
    for path in on_disk(case)
        .keys()
        .filter(|path| !expected.contains_key(*path))
    {
        fs::remove_file(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let found = on_disk(case);
    for (path, text) in expected {
        if found
            .get(&path)
            .is_some_and(|old| holds(case, &path, old, text))
        {
            continue;
        }
        let parent = path.parent().expect("a file has a folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|error| {
                panic!("{}: {error}", path.display());
            });
    }
}

/// All files below a folder, with their texts.
fn files(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry
            .unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
            .path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let text = fs::read_to_string(&path);
            let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.insert(path, text);
        }
    }
    found
}
