//! Other people's IDL: every Thrift file of the repositories in `tests/corpora/thrift.md` gets the
//! verdict of that table, and what is generated compiles.
//!
//! The files are not part of this project. `tests/corpora/fetch.sh` brings them; a repository that is
//! not there is named and passed over. `STREAMGEN_CORPORA` is the folder (default
//! `target/corpora`); with `STREAMGEN_CORPORA_CHECK=1`, `cargo check` runs over all that was
//! generated, which takes some minutes. `STREAMGEN_BLESS=1` rewrites our column of the table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use streamgen::{Options, generate};

const TABLE: &str = "tests/corpora/thrift.md";

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

fn folder(repository: &Repository) -> Option<PathBuf> {
    let root = env::var_os("STREAMGEN_CORPORA").unwrap_or_else(|| "target/corpora".into());
    let folder = Path::new(&root).join(repository.name.replace('/', "+"));
    folder.is_dir().then_some(folder)
}

/// `accepted`, or `refused` with the codes of the errors. Accepted code goes to `out`.
fn verdict(idl: &Path, out: &Path) -> String {
    let mut options = Options::new(idl);
    options.streamx = true;
    options.module = Some("corpus".to_owned());
    options.out_dir = out.to_owned();
    let error = match generate(&options) {
        Ok(generated) => {
            let written = generated.files.write(out);
            written.unwrap_or_else(|error| panic!("{}: {error}", idl.display()));
            return "accepted".to_owned();
        }
        Err(error) => error,
    };
    let Some(errors) = error.idl_errors() else {
        panic!("{}: {error}", idl.display());
    };
    let errors = errors.diagnostics.iter();
    let mut codes: Vec<_> = errors
        .filter(|found| found.code.severity() == streamgen_idl::Severity::Error)
        .map(|found| found.code.to_string())
        .collect();
    codes.sort();
    codes.dedup();
    format!("refused: {}", codes.join(", "))
}

fn thrift_files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a corpus can be read") {
            let path = entry.expect("a corpus can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "thrift") {
                let below = path.strip_prefix(folder).expect("it is below");
                found.push(below.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// What a run finds.
#[derive(Default)]
struct Found {
    /// One line for each file whose verdict is not that of the table.
    wrong: String,
    /// The lines of the table that would have to be others, and what they would be.
    corrections: Vec<(String, String)>,
    /// The files that are accepted, by the module that their code is in.
    modules: BTreeMap<String, String>,
}

impl Found {
    fn judge(&mut self, repository: &Repository, folder: &Path, out: &Path) {
        let name = &repository.name;
        for file in thrift_files(folder) {
            if !repository.rows.iter().any(|row| row.file == file) {
                self.wrong += &format!("{name} {file} is not in the table\n");
            }
        }
        for row in &repository.rows {
            let module = format!("c{:03}", self.modules.len());
            let ours = verdict(&folder.join(&row.file), &out.join(&module));
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
#[expect(clippy::print_stdout, reason = "says what was not tested")]
fn every_file_gets_the_verdict_of_the_table() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora");
    let _ = fs::remove_dir_all(&out);
    let (mut text, repositories) = table();
    let mut found = Found::default();
    for repository in &repositories {
        match folder(repository) {
            Some(folder) => found.judge(repository, &folder, &out),
            None => println!("not here: {} (tests/corpora/fetch.sh)", repository.name),
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
    if env::var_os("STREAMGEN_CORPORA_CHECK").is_some() {
        check(&out, &found.modules);
    }
}

/// One crate with the generated modules of every accepted file, warnings denied.
fn check(out: &Path, modules: &BTreeMap<String, String>) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let manifest = format!(
        "[package]\nname = \"corpora\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\nstreamgen-runtime = {{ path = {runtime:?} }}\n\n[workspace]\n"
    );
    let module = |(name, idl): (&String, &String)| {
        format!("// {idl}\n#[path = \"{name}/src/stream_gen/mod.rs\"]\npub mod {name};\n")
    };
    let library: String = modules.iter().map(module).collect();
    let library = format!("#![deny(warnings)]\n\n{library}");
    fs::write(out.join("Cargo.toml"), manifest).expect("a manifest can be written");
    fs::write(out.join("lib.rs"), library).expect("a library can be written");
    let status = Command::new(env!("CARGO"))
        .args(["check", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpora-target"),
        )
        .status()
        .expect("cargo starts");
    assert!(status.success(), "what was generated does not compile");
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
