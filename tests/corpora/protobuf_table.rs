//! The table of `.proto` files: `protobuf.md`.

use std::collections::BTreeMap;
use std::fs;

const PATH: &str = "tests/corpora/protobuf.md";

/// The text of the table, and what it says.
pub(crate) struct Table {
    lines: Vec<Line>,
}

/// One line of the text.
enum Line {
    /// `## owner/name commit folders…`
    Repository(String),
    /// `` `-I DIR` ``: an include folder of the repository above.
    Include(String),
    Row(Row),
    Other(String),
}

/// Files of one folder that get the same verdicts.
#[derive(Clone)]
pub(crate) struct Row {
    folder: String,
    /// What protoc says, as found once.
    pub(crate) protoc: String,
    /// What streamgen says.
    pub(crate) ours: String,
    pub(crate) why: String,
    /// Without `.proto`.
    names: Vec<String>,
}

/// One repository of the table.
#[derive(Default)]
pub(crate) struct Repository {
    pub(crate) name: String,
    pub(crate) include_dirs: Vec<String>,
    /// What each file gets from us.
    pub(crate) verdicts: BTreeMap<String, String>,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let cells = line.strip_prefix("| `")?.strip_suffix('|')?;
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        let [folder, protoc, ours, why, names] = cells[..] else {
            return None;
        };
        Some(Self {
            folder: folder.trim_end_matches('`').to_owned(),
            protoc: protoc.to_owned(),
            ours: ours.to_owned(),
            why: why.to_owned(),
            names: names.split(' ').map(str::to_owned).collect(),
        })
    }

    fn print(&self) -> String {
        let names = self.names.join(" ");
        let cells = [&self.protoc, &self.ours, &self.why, &names];
        let cells = cells.map(|cell| match cell.is_empty() {
            true => " |".to_owned(),
            false => format!(" {cell} |"),
        });
        format!("| `{}` |{}", self.folder, cells.concat())
    }

    fn file(&self, name: &str) -> String {
        match self.folder.as_str() {
            "." => format!("{name}.proto"),
            folder => format!("{folder}/{name}.proto"),
        }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = String> {
        self.names.iter().map(|name| self.file(name))
    }

    /// The row as it has to be: one for each verdict that its files get.
    fn corrected(&self, verdicts: &BTreeMap<String, String>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for name in &self.names {
            let ours = verdicts.get(&self.file(name)).unwrap_or(&self.ours);
            match rows.iter_mut().find(|row| row.ours == *ours) {
                Some(row) => row.names.push(name.clone()),
                None => rows.push(Self {
                    ours: ours.clone(),
                    names: vec![name.clone()],
                    ..self.clone()
                }),
            }
        }
        rows
    }
}

impl Table {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(PATH).expect("the table is there");
        let line = |line: &str| {
            let include = line.strip_prefix("`-I ").and_then(|l| l.strip_suffix('`'));
            if let Some(heading) = line.strip_prefix("## ") {
                Line::Repository(heading.to_owned())
            } else if let Some(dir) = include {
                Line::Include(dir.to_owned())
            } else if let Some(row) = Row::parse(line) {
                Line::Row(row)
            } else {
                Line::Other(line.to_owned())
            }
        };
        Self {
            lines: text.lines().map(line).collect(),
        }
    }

    pub(crate) fn repositories(&self) -> Vec<Repository> {
        let mut found: Vec<Repository> = Vec::new();
        for line in &self.lines {
            if let Line::Repository(heading) = line {
                let name = heading.split(' ').next().unwrap_or_default().to_owned();
                found.push(Repository {
                    name,
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
                    let files = row.files().map(|file| (file, row.ours.clone()));
                    last.verdicts.extend(files);
                }
                Line::Repository(_) | Line::Other(_) => {}
            }
        }
        found
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.lines.iter().filter_map(|line| match line {
            Line::Row(row) => Some(row),
            _ => None,
        })
    }

    /// Writes the table with the verdicts found, by repository and file.
    pub(crate) fn bless(&self, found: &BTreeMap<String, BTreeMap<String, String>>) {
        let mut text = String::new();
        let mut verdicts = None;
        for line in &self.lines {
            match line {
                Line::Repository(heading) => {
                    verdicts = found.get(heading.split(' ').next().unwrap_or_default());
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
        fs::write(PATH, text).expect("the table can be written");
    }
}
