//! Thrift.

use std::collections::BTreeMap;
use std::path::Path;

use streamgen::Options;

use crate::compile;
use crate::repository::{files_below, judge};
use crate::table::{Repository, Table, Verdicts};
use crate::thrift_row::ThriftRow;

const TABLES: [&str; 2] = [
    "tests/corpora/thrift.md",
    "tests/corpora/thrift_projects.md",
];

fn tables() -> [Table<ThriftRow>; TABLES.len()] {
    TABLES.map(Table::read)
}

/// `accepted`, or `refused` with the codes of the errors. Accepted code goes to `out`.
fn verdict(idl: &Path, out: &Path) -> String {
    let mut options = Options::new(idl);
    options.streamx = true;
    options.module = Some("corpus".to_owned());
    options.out_dir = out.to_owned();
    match judge(&options) {
        Ok(generated) => {
            let written = generated.files.write(out);
            written.unwrap_or_else(|error| panic!("{}: {error}", idl.display()));
            "accepted".to_owned()
        }
        Err(refused) => refused,
    }
}

/// What a run finds.
struct Found<'a> {
    /// Where what is generated goes.
    out: &'a Path,
    /// What each file of a repository gets.
    verdicts: BTreeMap<String, Verdicts>,
    /// What was generated: a crate for each repository, in it a module for each file.
    crates: BTreeMap<String, compile::Modules>,
}

impl Found<'_> {
    fn judge(&mut self, repository: &Repository, folder: &Path) {
        let name = compile::crate_name(&repository.name);
        let verdicts = self.verdicts.entry(repository.name.clone()).or_default();
        for file in files_below(folder, "thrift") {
            let modules = self.crates.entry(name.clone()).or_default();
            let module = format!("c{:03}", modules.len());
            let ours = verdict(&folder.join(&file), &self.out.join(&name).join(&module));
            if ours == "accepted" {
                modules.insert(module, file.clone());
            }
            verdicts.insert(file, ours);
        }
    }
}

#[test]
fn every_thrift_file_gets_the_verdict_of_the_table() {
    let out = compile::fresh_folder("corpora-thrift");
    let mut found = Found {
        out: &out,
        verdicts: BTreeMap::new(),
        crates: BTreeMap::new(),
    };
    let mut wrong = String::new();
    for table in tables() {
        for repository in table.repositories() {
            if let Some(folder) = repository.folder() {
                found.judge(&repository, &folder);
            }
        }
        wrong += &table.compare(&found.verdicts);
    }
    assert!(wrong.is_empty(), "{wrong}");
    if compile::is_wanted() && !found.crates.is_empty() {
        compile::check(&out, &found.crates);
    }
}

#[test]
fn every_refusal_has_a_reason() {
    let mut count = 0;
    for table in tables() {
        for row in table.rows() {
            count += 1;
            let ThriftRow { file, ours, .. } = row;
            let known = ["accepted", "refused"].contains(&row.kitex.as_str());
            let is_refused = ours.starts_with("refused: SG");
            assert!(known && (is_refused || ours == "accepted"), "{file}");
            let is_plain = row.kitex == "accepted" && !is_refused;
            assert!(is_plain || !row.why.is_empty(), "{file}");
        }
    }
    assert!(count > 600, "where are the files?");
}
