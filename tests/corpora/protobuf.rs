//! Protobuf.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use streamgen::Options;

use crate::compile;
use crate::protobuf_crates::Crates;
use crate::protobuf_row::ProtobufRow;
use crate::repository::{files_below, judge};
use crate::table::{Repository, Row as _, Table, Verdicts};

const TABLES: [&str; 2] = [
    "tests/corpora/protobuf.md",
    "tests/corpora/protobuf_projects.md",
];

fn tables() -> [Table<ProtobufRow>; TABLES.len()] {
    TABLES.map(Table::read)
}

/// Options for one file.
pub(crate) fn options(include_dirs: Vec<PathBuf>, file: &Path) -> Options {
    let mut options = Options::new(file);
    options.include_dirs = include_dirs;
    options.module = Some("corpus".to_owned());
    options.out_dir = "target/not-there".into();
    options
}

/// `accepted`, or `refused` with the codes of the errors.
fn verdict(repository: &Repository, folder: &Path, file: &str) -> String {
    let file = folder.join(file);
    match judge(&options(repository.include_dirs(folder, &file), &file)) {
        Ok(_) => "accepted".to_owned(),
        Err(refused) => refused,
    }
}

/// Each file as a root of its own, on all cores.
fn verdicts(repository: &Repository, folder: &Path) -> Verdicts {
    let files = files_below(folder, "proto");
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = verdict(repository, folder, file);
            let mut found = found.lock().expect("no worker panics with the lock");
            found.insert(file.clone(), verdict);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    found.into_inner().expect("no worker panicked")
}

#[test]
fn every_proto_file_gets_the_verdict_of_the_table() {
    let mut wrong = String::new();
    for table in tables() {
        let mut found = BTreeMap::new();
        for repository in table.repositories() {
            if let Some(folder) = repository.folder() {
                found.insert(repository.name.clone(), verdicts(&repository, &folder));
            }
        }
        wrong += &table.compare(&found);
    }
    assert!(wrong.is_empty(), "{wrong}");
    if compile::is_wanted() {
        compile_accepted();
    }
}

/// All that the tables say is accepted, as crates.
fn compile_accepted() {
    let mut crates = Crates::new(compile::fresh_folder("corpora-protobuf"));
    for repository in tables().iter().flat_map(Table::repositories) {
        if let Some(folder) = repository.folder() {
            crates.add(&repository, &folder, &repository.accepted());
        }
    }
    crates.check();
}

#[test]
fn every_refusal_has_a_reason() {
    let mut count = 0;
    for table in tables() {
        for row in table.rows() {
            let files = row.files();
            count += files.len();
            let known = ["accepted", "refused"].contains(&row.protoc.as_str());
            let is_refused = row.ours.starts_with("refused: SG");
            assert!(known && (is_refused || row.ours == "accepted"), "{files:?}");
            let is_plain = row.protoc == "accepted" && !is_refused;
            assert!(is_plain || !row.why.is_empty(), "{files:?}");
        }
    }
    assert!(count > 8000, "where are the files?");
}
