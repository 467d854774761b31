//! A table of files of other projects, and what is said of each: `thrift.md` and its like.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs};

/// What each file of a repository gets from us.
pub(crate) type Verdicts = BTreeMap<String, String>;

/// A line of a table that has verdicts.
pub(crate) trait Row: Clone {
    fn parse(line: &str) -> Option<Self>;
    fn print(&self) -> String;
    /// The files of this row, relative to the repository.
    fn files(&self) -> Vec<String>;
    /// What streamgen says of all of them.
    fn ours(&self) -> &str;
    /// The row as it has to be: one for each verdict that its files get.
    fn corrected(&self, found: &Verdicts) -> Vec<Self>;
}

/// The text of a table, and what it says.
pub(crate) struct Table<R> {
    path: &'static str,
    lines: Vec<Line<R>>,
}

/// One line of the text.
enum Line<R> {
    /// `## owner/name commit folders…`
    Repository(String),
    /// `` `-I DIR` ``: an include folder of the repository above.
    Include(String),
    Row(R),
    Other(String),
}

/// One repository of a table.
#[derive(Default)]
pub(crate) struct Repository {
    /// `owner/name`
    pub(crate) name: String,
    /// Relative to the repository; one that begins with `../` is of another repository.
    pub(crate) include_dirs: Vec<String>,
    pub(crate) verdicts: Verdicts,
}

impl Repository {
    /// The files that are accepted, as the table says.
    pub(crate) fn accepted(&self) -> Vec<&str> {
        let verdicts = self.verdicts.iter();
        let accepted = verdicts.filter(|(_, verdict)| *verdict == "accepted");
        accepted.map(|(file, _)| file.as_str()).collect()
    }

    /// One line for each file whose verdict is not that of the table.
    fn differences(&self, found: &Verdicts) -> String {
        let name = &self.name;
        let mut wrong = String::new();
        for (file, verdict) in found {
            let _ = match self.verdicts.get(file) {
                None => writeln!(wrong, "{name} {file} is not in the table: {verdict}"),
                Some(expected) if expected != verdict => {
                    writeln!(wrong, "{name} {file}: {verdict}")
                }
                Some(_) => Ok(()),
            };
        }
        let gone = self
            .verdicts
            .keys()
            .filter(|file| !found.contains_key(*file));
        for file in gone {
            let _ = writeln!(wrong, "{name} {file} is in the table only");
        }
        wrong
    }
}

impl<R: Row> Table<R> {
    pub(crate) fn read(path: &'static str) -> Self {
        let text = fs::read_to_string(path).expect("the table is there");
        let line = |line: &str| {
            let include = line.strip_prefix("`-I ").and_then(|l| l.strip_suffix('`'));
            if let Some(heading) = line.strip_prefix("## ") {
                Line::Repository(heading.to_owned())
            } else if let Some(dir) = include {
                Line::Include(dir.to_owned())
            } else if let Some(row) = R::parse(line) {
                Line::Row(row)
            } else {
                Line::Other(line.to_owned())
            }
        };
        let lines = text.lines().map(line).collect();
        Self { path, lines }
    }

    pub(crate) fn repositories(&self) -> Vec<Repository> {
        let mut found: Vec<Repository> = Vec::new();
        for line in &self.lines {
            if let Line::Repository(heading) = line {
                found.push(Repository {
                    name: name(heading).to_owned(),
                    ..Repository::default()
                });
                continue;
            }
            let Some(last) = found.last_mut() else {
                continue;
            };
            match line {
                Line::Include(dir) => last.include_dirs.push(dir.clone()),
                Line::Row(row) => {
                    let files = row.files().into_iter();
                    let verdicts = files.map(|file| (file, row.ours().to_owned()));
                    last.verdicts.extend(verdicts);
                }
                Line::Repository(_) | Line::Other(_) => {}
            }
        }
        found
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &R> {
        self.lines.iter().filter_map(|line| match line {
            Line::Row(row) => Some(row),
            _ => None,
        })
    }

    /// One line for each difference from the verdicts found, by repository and file. With `STREAMGEN_BLESS`, those that
    /// can be are put into the table.
    pub(crate) fn compare(&self, found: &BTreeMap<String, Verdicts>) -> String {
        let blessed = env::var_os("STREAMGEN_BLESS").map(|_| {
            self.bless(found);
            Self::read(self.path)
        });
        let repositories = blessed.as_ref().unwrap_or(self).repositories();
        let differences = repositories.iter().filter_map(|repository| {
            let found = found.get(&repository.name)?;
            Some(repository.differences(found))
        });
        differences.collect()
    }

    fn bless(&self, found: &BTreeMap<String, Verdicts>) {
        let mut text = String::new();
        let mut verdicts = None;
        for line in &self.lines {
            match line {
                Line::Repository(heading) => {
                    verdicts = found.get(name(heading));
                    text += &format!("## {heading}\n");
                }
                Line::Include(dir) => text += &format!("`-I {dir}`\n"),
                Line::Row(row) => {
                    let rows = match verdicts {
                        Some(verdicts) => row.corrected(verdicts),
                        None => vec![row.clone()],
                    };
                    for row in rows {
                        text += &(row.print() + "\n");
                    }
                }
                Line::Other(line) => text += &format!("{line}\n"),
            }
        }
        fs::write(self.path, text).expect("the table can be written");
    }
}

/// The `owner/name` of a heading.
fn name(heading: &str) -> &str {
    heading.split(' ').next().unwrap_or_default()
}
