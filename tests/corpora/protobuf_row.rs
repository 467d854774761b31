//! The rows of the tables of `.proto` files: a folder, and those of its files that get the same verdicts.

use crate::table::{Row, Verdicts};

/// `` | `folder` | protoc | streamgen | why | names | ``
#[derive(Clone)]
pub(crate) struct ProtobufRow {
    folder: String,
    /// What protoc says, as found once.
    pub(crate) protoc: String,
    /// What streamgen says.
    pub(crate) ours: String,
    pub(crate) why: String,
    /// Without `.proto`.
    names: Vec<String>,
}

impl ProtobufRow {
    fn file(&self, name: &str) -> String {
        match self.folder.as_str() {
            "." => format!("{name}.proto"),
            folder => format!("{folder}/{name}.proto"),
        }
    }
}

impl Row for ProtobufRow {
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

    fn files(&self) -> Vec<String> {
        self.names.iter().map(|name| self.file(name)).collect()
    }

    fn ours(&self) -> &str {
        &self.ours
    }

    fn corrected(&self, found: &Verdicts) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for name in &self.names {
            let ours = found.get(&self.file(name)).unwrap_or(&self.ours);
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
