//! The rows of `dynamic/MAPPING.md` and `dynamic/MAPPING-PROTOBUF.md`. The tests of `interop/codec` read them
//! too.

use std::fs;
use std::path::{Path, PathBuf};

use streamgen_dynamic::{
    BinaryForm, ConvertError, EnumForm, JsonOptions, Method, NameForm, Provider, Service,
};

/// One row of a document: of Thrift's with five cells, of Protobuf's with six.
pub(crate) struct Row<const N: usize> {
    line: usize,
    /// `| method | JSON | streamgen | … | why |`, without the outer bars.
    pub(crate) cells: [String; N],
}

impl<const N: usize> Row<N> {
    fn of(line: usize, text: &str) -> Option<Self> {
        let cells = text.strip_prefix("| ")?.strip_suffix('|')?;
        let cells: Vec<_> = cells
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        let cells: [String; N] = cells.try_into().ok()?;
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
            Some("IDL's names") => options.names(NameForm::Idl),
            Some("enums as numbers") => options.enums(EnumForm::Number),
            Some("as Kitex") => JsonOptions::kitex(),
            Some(other) => panic!("no such option: {other}"),
        }
    }

    pub(crate) fn json(&self) -> &str {
        self.content(JSON)
    }

    /// What a cell says. `=` stands for the cell to its left.
    pub(crate) fn content(&self, column: usize) -> &str {
        match self.cells[column].trim_matches('`') {
            "=" if column > JSON => self.content(column - 1),
            text => text,
        }
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

/// The columns.
const JSON: usize = 1;
pub(crate) const STREAMGEN: usize = 2;

/// A document.
pub(crate) struct Table<const N: usize> {
    path: PathBuf,
    lines: Vec<String>,
    pub(crate) rows: Vec<Row<N>>,
}

impl Table<5> {
    /// The one of Thrift, in the folder of the crate `streamgen-dynamic`.
    pub(crate) fn read(folder: &Path) -> Self {
        Self::of(folder.join("MAPPING.md"))
    }
}

impl Table<6> {
    /// The one of Protobuf.
    pub(crate) fn of_protobuf(folder: &Path) -> Self {
        Self::of(folder.join("MAPPING-PROTOBUF.md"))
    }
}

impl<const N: usize> Table<N> {
    fn of(path: PathBuf) -> Self {
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
        assert_eq!(
            rows.len(),
            bars - 2 * heads,
            "a row has another number of cells"
        );
        Self { path, lines, rows }
    }

    /// Checks a column, or writes it if `STREAMGEN_BLESS` is set.
    pub(crate) fn check(mut self, column: usize, results: &[String]) {
        let mut wrong = Vec::new();
        for (row, result) in self.rows.iter_mut().zip(results) {
            let left = row.content(column - 1).to_owned();
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
            "{} has to say (STREAMGEN_BLESS=1):\n{}",
            self.path.display(),
            wrong.join("\n")
        );
    }
}

/// The service of a document, by its IDL.
pub(crate) fn service(folder: &Path, idl: &str) -> Service {
    let idl = folder.join("tests/json").join(idl);
    let schema = Provider::file(idl).load().expect("the IDL is right");
    schema.last_service().expect("it has a service")
}
