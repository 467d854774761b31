//! JSON whose values know where they are.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::trace::cut;

/// A value of a document.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    document: &'a str,
    raw: &'a RawValue,
    /// The fields that lead to it: `retry.Get.type`. Of a long name it has the beginning, because each of the
    /// many fields below repeats it.
    path: String,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    path: String,
    line: usize,
    column: usize,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            text,
        } = self;
        match path.is_empty() {
            true => write!(f, "line {line}, column {column}: {text}"),
            false => write!(f, "line {line}, column {column}: `{path}` {text}"),
        }
    }
}

impl<'a> Node<'a> {
    /// The value of the whole document.
    ///
    /// # Errors
    /// It is no JSON.
    pub(super) fn of(document: &'a [u8]) -> Result<Self, Problem> {
        let document = std::str::from_utf8(document).map_err(|error| not_text(document, error))?;
        let raw: &RawValue = serde_json::from_str(document).map_err(|error| no_json(&error))?;
        Ok(Self {
            document,
            raw,
            path: String::new(),
        })
    }

    /// The error that this value is something else than it should be.
    pub(super) fn expected(&self, what: impl fmt::Display) -> Problem {
        let offset = self.raw.get().as_ptr().addr() - self.document.as_ptr().addr();
        let (line, column) = place(&self.document[..offset]);
        let text = match self.value() {
            Value::Object(_) => format!("is an object: expected {what}"),
            Value::Array(_) => format!("is an array: expected {what}"),
            value => format!("is {}: expected {what}", cut(&value.to_string())),
        };
        let path = self.path.clone();
        Problem {
            path,
            line,
            column,
            text,
        }
    }

    /// The error that an object has no such field.
    pub(super) fn missing(&self, field: &str) -> Problem {
        let mut problem = self.expected("");
        problem.text = format!("has no `{field}`");
        problem
    }

    /// The fields of an object. Of two with one name, the later one counts, as in Go.
    pub(super) fn fields(&self) -> Result<Fields<'a>, Problem> {
        let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(self.raw.get());
        let fields = fields.map_err(|_| self.expected("an object"))?;
        let field = |(name, raw): (String, &'a RawValue)| {
            let path = match self.path.is_empty() {
                true => cut(&name).to_owned(),
                false => format!("{}.{}", self.path, cut(&name)),
            };
            let node = Node {
                document: self.document,
                raw,
                path,
            };
            (name, node)
        };
        Ok(Fields(fields.into_iter().map(field).collect()))
    }

    pub(super) fn flag(&self) -> Result<bool, Problem> {
        self.value()
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    /// A whole number of that range.
    pub(super) fn whole(&self, range: RangeInclusive<u32>) -> Result<u32, Problem> {
        let whole = self
            .value()
            .as_u64()
            .and_then(|whole| whole.try_into().ok());
        whole.filter(|whole| range.contains(whole)).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.expected(format!("a whole number from {least} to {most}"))
        })
    }

    /// A number. Fractions are numbers, too.
    pub(super) fn number(&self) -> Result<f64, Problem> {
        self.value()
            .as_f64()
            .ok_or_else(|| self.expected("a number"))
    }

    pub(super) fn text(&self) -> Result<String, Problem> {
        let text = self.value().as_str().map(str::to_owned);
        text.ok_or_else(|| self.expected("a text"))
    }

    fn is_null(&self) -> bool {
        self.raw.get() == "null"
    }

    /// What is in an empty document cannot be read, and so cannot be here.
    fn value(&self) -> Value {
        serde_json::from_str(self.raw.get()).unwrap_or_default()
    }
}

/// The fields of an object that were not looked at.
#[derive(Debug)]
pub(super) struct Fields<'a>(BTreeMap<String, Node<'a>>);

impl<'a> Fields<'a> {
    /// The field of that name, in capitals or not, as Go's decoder finds it. `None`: there is none, or it
    /// is null, which says nothing.
    pub(super) fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let same = |key: &&String| key.eq_ignore_ascii_case(name);
        let key = match self.0.contains_key(name) {
            true => name.to_owned(),
            false => self.0.keys().find(same)?.clone(),
        };
        self.0.remove(&key).filter(|node| !node.is_null())
    }

    /// The field of exactly that name, unless it is null.
    pub(super) fn take_exactly(&mut self, name: &str) -> Option<Node<'a>> {
        self.0.remove(name).filter(|node| !node.is_null())
    }

    /// The fields that are left, by their names, but those that are null.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Node<'a>)> {
        self.0.into_iter().filter(|(_, node)| !node.is_null())
    }

    /// Notes the fields that are left as such of which nothing follows.
    pub(super) fn unused(self, unused: &mut Unused) {
        unused.0.extend(self.0.into_values().map(|node| node.path));
    }
}

/// The parts of a document that have no effect, by their paths.
#[derive(Debug, Default)]
pub(super) struct Unused(pub(super) Vec<String>);

impl Unused {
    pub(super) fn note(&mut self, node: &Node<'_>) {
        self.0.push(node.path.clone());
    }
}

/// Line and column behind this text, both from 1.
fn place(before: &str) -> (usize, usize) {
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.split('\n').count(), line.chars().count() + 1)
}

fn no_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}"));
    Problem {
        path: String::new(),
        line,
        column,
        text: format!("no JSON: {}", text.unwrap_or_default()),
    }
}

fn not_text(document: &[u8], error: std::str::Utf8Error) -> Problem {
    let before = String::from_utf8_lossy(&document[..error.valid_up_to()]);
    let (line, column) = place(&before);
    Problem {
        path: String::new(),
        line,
        column,
        text: "no UTF-8".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_knows_its_place() {
        let node = Node::of(b"{\n  \"a\": {\"\xc3\xa4\": [], \"b\": 1.5}}").unwrap();
        let mut inner = node.fields().unwrap().take("A").unwrap().fields().unwrap();
        let number = inner.take("b").unwrap();
        assert_eq!(
            number.whole(0..=9).unwrap_err().to_string(),
            "line 2, column 23: `a.b` is 1.5: expected a whole number from 0 to 9"
        );
        let (name, list) = inner.rest().next().unwrap();
        assert_eq!(name, "ä");
        assert_eq!(
            list.flag().unwrap_err().to_string(),
            "line 2, column 14: `a.ä` is an array: expected true or false"
        );
    }

    #[test]
    fn long_names_and_values_are_not_repeated_whole() {
        let long = "x".repeat(100_000);
        let document = format!(r#"{{"{long}": {{"a": 1, "b": "{long}"}}}}"#);
        let node = Node::of(document.as_bytes()).unwrap();
        let mut inner = node
            .fields()
            .unwrap()
            .take(&long)
            .unwrap()
            .fields()
            .unwrap();
        let text = inner.take("b").unwrap();
        assert_eq!(text.text().unwrap(), long);
        let said = text.flag().unwrap_err().to_string();
        assert!(said.contains("x.b` is \"xx"), "{said}");
        assert!(said.len() < 400, "{said}");
        let mut unused = Unused::default();
        inner.unused(&mut unused);
        assert!(unused.0[0].ends_with("x.a") && unused.0[0].len() < 200);
    }

    #[test]
    fn what_is_no_json_has_a_place_too() {
        for (bytes, text) in [
            (
                &b"{\n \"a\" 1}"[..],
                "line 2, column 6: no JSON: expected `:`",
            ),
            (b"", "line 1, column 0: no JSON: EOF while parsing a value"),
            (b"{\"\xff\"}", "line 1, column 3: no UTF-8"),
        ] {
            assert_eq!(Node::of(bytes).unwrap_err().to_string(), text);
        }
    }
}
