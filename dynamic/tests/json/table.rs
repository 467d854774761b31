//! The rows of `dynamic/MAPPING.md`. The tests of `interop/codec` read them too.

use std::fs;
use std::path::{Path, PathBuf};

use streamgen_dynamic::{
    BinaryForm, ConvertError, EnumForm, JsonOptions, Method, Provider, Service,
};

/// One row of the document.
pub(crate) struct Row {
    line: usize,
    /// `| method | JSON | streamgen | Kitex | why |`, without the outer bars.
    pub(crate) cells: [String; 5],
}

impl Row {
    fn of(line: usize, text: &str) -> Option<Self> {
        let cells = text.strip_prefix("| ")?.strip_suffix('|')?;
        let cells: Vec<_> = cells
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        let cells: [String; 5] = cells.try_into().ok()?;
        let is_row = cells[1].starts_with('`');
        is_row.then_some(Self { line, cells })
    }

    /// The method, which has the name of its type.
    pub(crate) fn method(&self) -> &str {
        self.cells[0].split(", ").next().unwrap_or_default()
    }

    pub(crate) fn options(&self) -> JsonOptions {
        let options = JsonOptions::new();
        match self.cells[0].split_once(", ").map(|(_, option)| option) {
            None => options,
            Some("binary as text") => options.binary(BinaryForm::Text),
            Some("enums as names") => options.enums(EnumForm::Name),
            Some("i64 as text") => options.i64_as_text(true),
            Some(other) => panic!("no such option: {other}"),
        }
    }

    pub(crate) fn json(&self) -> &str {
        self.cells[1].trim_matches('`')
    }

    /// The JSON that comes back from the wire, or the error without its places.
    pub(crate) fn converted(&self, method: &Method) -> String {
        let there_and_back = || -> Result<String, ConvertError> {
            let (options, mut wire, mut json) = (self.options(), Vec::new(), Vec::new());
            method.request_to_wire(self.json().as_bytes(), &options, &mut wire)?;
            method.request_to_json(&wire, &options, &mut json)?;
            Ok(String::from_utf8(json).expect("JSON is UTF-8"))
        };
        there_and_back()
            .unwrap_or_else(|error| format!("error: {}: {}", error.path(), error.problem()))
    }
}

/// The columns of results, by their headings. Those of Kitex are compared with those of streamgen.
const COLUMNS: [(&str, usize); 2] = [("streamgen", 2), ("Kitex", 3)];

/// The document.
pub(crate) struct Table {
    path: PathBuf,
    lines: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// The document in the folder of the crate `streamgen-dynamic`.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join("MAPPING.md");
        let text = fs::read_to_string(&path).expect("the document is there");
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        let rows = lines.iter().enumerate();
        let rows: Vec<_> = rows
            .filter_map(|(line, text)| Row::of(line, text))
            .collect();
        let bars = lines.iter().filter(|line| line.starts_with("| ")).count();
        let heads = lines
            .iter()
            .filter(|line| line.starts_with("| --- "))
            .count();
        assert_eq!(rows.len(), bars - 2 * heads, "a row has no five cells");
        Self { path, lines, rows }
    }

    /// Checks the column with this heading, or writes it if `STREAMGEN_BLESS` is set.
    pub(crate) fn check(mut self, heading: &str, results: &[String]) {
        let column = COLUMNS.iter().find(|(name, _)| *name == heading);
        let column = column.expect("there is such a column").1;
        let mut wrong = Vec::new();
        for (row, result) in self.rows.iter_mut().zip(results) {
            let left = row.cells[column - 1].trim_matches('`').to_owned();
            let left = match (&*left, heading) {
                ("=", "Kitex") => row.json().to_owned(),
                _ => left,
            };
            let cell = match *result == left {
                true => "=".to_owned(),
                false => format!("`{result}`"),
            };
            if row.cells[column] != cell {
                wrong.push(format!("line {}: {cell}", row.line + 1));
                row.cells[column] = cell;
            }
            let line = format!("| {} |", row.cells.join(" | "));
            self.lines[row.line] = line.replace("|  |", "| |").replace("|  |", "| |");
        }
        if wrong.is_empty() {
            return;
        }
        if std::env::var_os("STREAMGEN_BLESS").is_some() {
            return fs::write(&self.path, self.lines.join("\n") + "\n").expect("it can be written");
        }
        panic!(
            "MAPPING.md has to say (STREAMGEN_BLESS=1):\n{}",
            wrong.join("\n")
        );
    }
}

/// The service of the document.
pub(crate) fn service(folder: &Path) -> Service {
    let idl = folder.join("tests/json/mapping.thrift");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    schema.last_service().expect("it has a service")
}
