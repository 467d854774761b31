//! The generated code of every sample IDL is a committed project under `snapshots/`, read and
//! reviewed like any code. These tests hold the tool to it, byte for byte; that it builds without a
//! warning is seen by building the workspace, where all snapshots are one package.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test snapshots`, and review the diff.

mod case;
mod comparing;
#[path = "../files_below/mod.rs"]
mod files_below;
mod options;
mod parts;
mod samples;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use case::Case;
use comparing::{differences, write};
use files_below::files_below;

fn cases() -> impl Iterator<Item = &'static Case> {
    [samples::CASES, parts::CASES, options::CASES]
        .into_iter()
        .flatten()
}

#[test]
fn snapshots_are_what_the_tool_writes() {
    let bless = env::var_os("STREAMGEN_BLESS").is_some();
    let mut stale = Vec::new();
    for case in cases() {
        let planned = case.planned();
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

/// No test would look at a sample without a snapshot.
#[test]
fn every_sample_has_a_snapshot() {
    let mut samples: Vec<_> = files_below(Path::new("idl-samples"))
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|suffix| suffix == "thrift" || suffix == "proto")
        })
        .collect();
    let covered: Vec<_> = cases().map(|case| PathBuf::from(case.idl)).collect();
    // Included by includes/shop.thrift, imported by proto/shop/orders.proto.
    let included = [
        "idl-samples/includes",
        "idl-samples/proto/common",
        "idl-samples/proto/shop",
    ];
    samples
        .retain(|path| !included.iter().any(|dir| path.starts_with(dir)) || covered.contains(path));
    assert!(samples.len() > 10, "where are the samples?");
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
    let classic: Vec<_> = cases().filter(is_classic).map(|case| case.idl).collect();
    let samples = cases().filter(|case| case.dir.starts_with("snapshots/") && case.streamx);
    let mut wrong = Vec::new();
    for case in samples {
        let other = Case {
            streamx: false,
            ..*case
        };
        let texts = |case: &Case| {
            let planned = case.planned();
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

/// Cargo would not compile a snapshot that the package `snapshots` does not name.
#[test]
fn every_snapshot_is_compiled() {
    let read = |path: &str| fs::read_to_string(path).expect("it is committed");
    let (library, manifest) = (read("snapshots/lib.rs"), read("snapshots/Cargo.toml"));
    for case in cases() {
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
