//! Thrift.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use streamgen::Options;

use crate::compile::{self, Modules};
use crate::repository::{files_below, folder, judge};

const TABLE: &str = "tests/corpora/thrift.md";

/// The crate of all that is generated.
const CRATE: &str = "corpora-thrift";

/// The files of one repository, in the order of the table.
struct Repository {
    /// `owner/name`
    name: String,
    rows: Vec<Row>,
}

/// One line of the table.
#[derive(Clone)]
struct Row {
    file: String,
    /// What the Kitex tool says, as found once.
    kitex: String,
    /// What streamgen says.
    ours: String,
    why: String,
}

fn table() -> (String, Vec<Repository>) {
    let text = fs::read_to_string(TABLE).expect("the table is there");
    let mut repositories: Vec<Repository> = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let name = heading.split(' ').next().unwrap_or_default().to_owned();
            let rows = Vec::new();
            repositories.push(Repository { name, rows });
        } else if let Some(row) = line.strip_prefix("| `").and_then(row) {
            let last = repositories.last_mut().expect("rows are below a heading");
            last.rows.push(row);
        }
    }
    (text, repositories)
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [file, kitex, ours, why] = cells[..] else {
        return None;
    };
    Some(Row {
        file: file.trim_end_matches('`').to_owned(),
        kitex: kitex.to_owned(),
        ours: ours.to_owned(),
        why: why.to_owned(),
    })
}

fn line(row: &Row) -> String {
    let Row {
        file,
        kitex,
        ours,
        why,
    } = row;
    let why = match why.is_empty() {
        true => String::new(),
        false => format!("{why} "),
    };
    format!("| `{file}` | {kitex} | {ours} | {why}|")
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
#[derive(Default)]
struct Found {
    /// One line for each file whose verdict is not that of the table.
    wrong: String,
    /// The lines of the table that would have to be others, and what they would be.
    corrections: Vec<(String, String)>,
    /// The files that are accepted, by the module that their code is in.
    modules: Modules,
}

impl Found {
    fn judge(&mut self, repository: &Repository, folder: &Path, out: &Path) {
        let name = &repository.name;
        for file in files_below(folder, "thrift") {
            if !repository.rows.iter().any(|row| row.file == file) {
                self.wrong += &format!("{name} {file} is not in the table\n");
            }
        }
        for row in &repository.rows {
            let module = format!("c{:03}", self.modules.len());
            let ours = verdict(&folder.join(&row.file), &out.join(CRATE).join(&module));
            if ours == "accepted" {
                self.modules.insert(module, format!("{name}/{}", row.file));
            }
            if ours != row.ours {
                self.wrong += &format!("{name} {}: {ours}\n", row.file);
                let corrected = Row {
                    ours,
                    ..row.clone()
                };
                self.corrections.push((line(row), line(&corrected)));
            }
        }
    }
}

#[test]
fn every_thrift_file_gets_the_verdict_of_the_table() {
    let out = compile::fresh_folder("corpora-thrift");
    let (mut text, repositories) = table();
    let mut found = Found::default();
    for repository in &repositories {
        if let Some(folder) = folder(&repository.name) {
            found.judge(repository, &folder, &out);
        }
    }
    if env::var_os("STREAMGEN_BLESS").is_some() {
        for (old, new) in &found.corrections {
            text = text.replace(old, new);
        }
        fs::write(TABLE, text).expect("the table can be written");
    } else {
        assert!(found.wrong.is_empty(), "{}", found.wrong);
    }
    if compile::is_wanted() && !found.modules.is_empty() {
        let crates = BTreeMap::from([(CRATE.to_owned(), found.modules)]);
        compile::check(&out, &crates);
    }
}

#[test]
fn every_difference_from_kitex_has_a_reason() {
    let (_, repositories) = table();
    let mut count = 0;
    for repository in &repositories {
        for row in &repository.rows {
            count += 1;
            let same = row.kitex.starts_with("accepted") == row.ours.starts_with("accepted");
            assert!(
                same || !row.why.is_empty(),
                "{} {}",
                repository.name,
                row.file
            );
            assert!(
                row.ours == "accepted" || row.ours.starts_with("refused: SG"),
                "{}",
                row.file
            );
        }
    }
    assert!(count > 250, "where are the files?");
}
