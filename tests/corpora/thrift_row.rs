//! The rows of the tables of Thrift files, each of one file.

use crate::table::{Row, Verdicts};

/// `` | `file` | Kitex | streamgen | why | ``
#[derive(Clone)]
pub(crate) struct ThriftRow {
    pub(crate) file: String,
    /// What the Kitex tool says, as found once.
    pub(crate) kitex: String,
    /// What streamgen says.
    pub(crate) ours: String,
    pub(crate) why: String,
}

impl Row for ThriftRow {
    fn parse(line: &str) -> Option<Self> {
        let cells = line.strip_prefix("| `")?.strip_suffix('|')?;
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        let [file, kitex, ours, why] = cells[..] else {
            return None;
        };
        Some(Self {
            file: file.trim_end_matches('`').to_owned(),
            kitex: kitex.to_owned(),
            ours: ours.to_owned(),
            why: why.to_owned(),
        })
    }

    fn print(&self) -> String {
        let Self {
            file,
            kitex,
            ours,
            why,
        } = self;
        let why = match why.is_empty() {
            true => String::new(),
            false => format!("{why} "),
        };
        format!("| `{file}` | {kitex} | {ours} | {why}|")
    }

    fn files(&self) -> Vec<String> {
        vec![self.file.clone()]
    }

    fn ours(&self) -> &str {
        &self.ours
    }

    fn corrected(&self, found: &Verdicts) -> Vec<Self> {
        let ours = found.get(&self.file).unwrap_or(&self.ours).clone();
        vec![Self {
            ours,
            ..self.clone()
        }]
    }
}
