//! Protobuf.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use streamgen::Options;

use crate::compile;
use crate::protobuf_crates::Crates;
use crate::protobuf_table::{Repository, Table};
use crate::repository::{files_below, folder, judge};

/// Options for one file of a repository, which is in a folder.
pub(crate) fn options(repository: &Repository, folder: &Path, file: &Path) -> Options {
    let mut options = Options::new(file);
    let dirs = repository.include_dirs.iter();
    options.include_dirs = dirs.map(|dir| folder.join(dir)).collect();
    options.module = Some("corpus".to_owned());
    options.out_dir = "target/not-there".into();
    options
}

/// `accepted`, or `refused` with the codes of the errors.
fn verdict(repository: &Repository, folder: &Path, file: &str) -> String {
    match judge(&options(repository, folder, &folder.join(file))) {
        Ok(_) => "accepted".to_owned(),
        Err(refused) => refused,
    }
}

/// Each file as a root of its own, on all cores.
fn verdicts(repository: &Repository, folder: &Path) -> BTreeMap<String, String> {
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

/// One line for each file whose verdict is not that of the table.
fn differences(repository: &Repository, found: &BTreeMap<String, String>) -> String {
    let mut wrong = String::new();
    for (file, verdict) in found {
        let name = &repository.name;
        match repository.verdicts.get(file) {
            None => wrong += &format!("{name} {file} is not in the table\n"),
            Some(expected) if expected != verdict => {
                wrong += &format!("{name} {file}: {verdict}\n");
            }
            Some(_) => {}
        }
    }
    wrong
}

#[test]
fn every_proto_file_gets_the_verdict_of_the_table() {
    let table = Table::read();
    let (mut wrong, mut found) = (String::new(), BTreeMap::new());
    for repository in table.repositories() {
        if let Some(folder) = folder(&repository.name) {
            let verdicts = verdicts(&repository, &folder);
            wrong += &differences(&repository, &verdicts);
            found.insert(repository.name.clone(), verdicts);
        }
    }
    if env::var_os("STREAMGEN_BLESS").is_some() {
        table.bless(&found);
    } else {
        assert!(wrong.is_empty(), "{wrong}");
    }
    if compile::is_wanted() {
        compile_accepted(&Table::read());
    }
}

/// All that the table says is accepted, as crates.
fn compile_accepted(table: &Table) {
    let mut crates = Crates::new(compile::fresh_folder("corpora-protobuf"));
    for repository in table.repositories() {
        let Some(folder) = folder(&repository.name) else {
            continue;
        };
        let verdicts = repository.verdicts.iter();
        let accepted = verdicts.filter(|(_, verdict)| *verdict == "accepted");
        let files: Vec<_> = accepted.map(|(file, _)| file.as_str()).collect();
        crates.add(&repository, &folder, &files);
    }
    crates.check();
}

#[test]
fn every_difference_from_protoc_has_a_reason() {
    let table = Table::read();
    let mut count = 0;
    for row in table.rows() {
        let files: Vec<_> = row.files().collect();
        count += files.len();
        let known = ["accepted", "refused"].contains(&row.protoc.as_str());
        let same = row.protoc == row.ours.split(':').next().unwrap_or_default();
        let ours = row.ours == "accepted" || row.ours.starts_with("refused: SG");
        assert!(known && ours, "{files:?}");
        assert!(same || !row.why.is_empty(), "{files:?}");
    }
    assert!(count > 7000, "where are the files?");
}
