//! The text of an IDL through both front ends.
#![no_main]

mod edit;
#[path = "../../../tests/invented/random.rs"]
mod random;

use std::io;
use std::path::{Path, PathBuf};

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use random::Random;
use streamgen_idl::{FileSystem, LoadOptions, load};

/// One mutation in this many changes bytes and not tokens.
const BY_BYTES: usize = 4;

/// A disk with the input as root in both languages, and something to include.
struct Disk<'a> {
    input: &'a [u8],
}

const INCLUDED: [(&str, &[u8]); 2] = [
    (
        "base.thrift",
        b"struct Base { 1: i32 id } const i32 LIMIT = 1 service S {}",
    ),
    (
        "base.proto",
        b"syntax = \"proto3\"; package base; message Base { int32 id = 1; }",
    ),
];

impl FileSystem for Disk<'_> {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let name = path.file_name().ok_or(io::ErrorKind::NotFound)?;
        let known = ["main.thrift", "main.proto", "base.thrift", "base.proto"];
        match known.iter().any(|known| name == *known) {
            true => Ok(name.into()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_directory(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        let included = INCLUDED.iter().find(|(name, _)| path == Path::new(name));
        Ok(included.map_or(self.input, |(_, text)| text).to_vec())
    }
}

fuzz_target!(|input: &[u8]| {
    for root in ["main.thrift", "main.proto"] {
        let options = LoadOptions {
            root: root.into(),
            ..LoadOptions::default()
        };
        let loaded = load(&options, &Disk { input });
        assert_eq!(loaded.schema.is_none(), loaded.has_errors());
        for label in loaded.diagnostics.iter().flat_map(|found| &found.labels) {
            let file = loaded
                .sources
                .get(label.span.file)
                .expect("labels are in files");
            let range = label.span.start as usize..label.span.end as usize;
            assert!(file.text().get(range).is_some(), "a label cannot be drawn");
        }
    }
});

// Mostly by tokens: a text with random bytes in it seldom gets behind the grammar.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random::new(seed.into());
    if random.one_in(BY_BYTES) {
        return fuzzer_mutate(data, size, max_size);
    }
    let edited = edit::edited(&data[..size], &mut random);
    let size = edited.len().min(max_size);
    data[..size].copy_from_slice(&edited[..size]);
    size
});
