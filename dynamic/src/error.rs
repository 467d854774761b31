//! What can go wrong: an IDL that cannot be used, a name that is not in it, a value that does not fit.

use std::fmt;

/// Most places that one [`LoadError`] names; a broken IDL tends to be broken in many places for one
/// reason.
const MAX_PLACES: usize = 20;

/// An IDL that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(Vec<String>);

impl LoadError {
    pub(crate) fn new(errors: impl IntoIterator<Item = String>) -> Self {
        Self(errors.into_iter().take(MAX_PLACES).collect())
    }

    /// What is wrong, each with file, line and column where there is one.
    pub fn errors(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LoadError {}

/// A service, method, struct or exception that the IDL does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound(pub(crate) String);

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotFound {}

/// The error for a name that is not there, with the nearest that is.
pub(crate) fn not_found<'a>(
    what: &str,
    name: &str,
    of: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> NotFound {
    let nearest = streamgen_idl::nearest(name, names);
    let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
    NotFound(format!(
        "{of} has no {what} `{name}`{}",
        hint.unwrap_or_default()
    ))
}

/// A value that does not fit: where it stands in the JSON, what was expected, and the line of the IDL
/// that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertError(Box<Detail>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Detail {
    path: String,
    problem: String,
    idl: Option<(String, u32)>,
    json_at: Option<(usize, usize)>,
}

impl ConvertError {
    pub(crate) fn new(failure: Failure, files: &[String], json_at: Option<(usize, usize)>) -> Self {
        let idl = failure.place.and_then(|place| {
            let file = files.get(place.file as usize)?;
            Some((file.clone(), place.line))
        });
        Self(Box::new(Detail {
            path: failure.path(),
            problem: failure.problem,
            idl,
            json_at,
        }))
    }

    /// Where the value is: `$` is the message, `$.items[3].id` a field of an element.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong there, in words.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// File and line of the IDL, from 1, that declare what was expected.
    #[must_use]
    pub fn idl(&self) -> Option<(&str, u32)> {
        let (file, line) = self.0.idl.as_ref()?;
        Some((file, *line))
    }

    /// Line and column of the JSON, from 1, behind which reading stopped; `None` for Thrift bytes.
    #[must_use]
    pub fn json_at(&self) -> Option<(usize, usize)> {
        self.0.json_at
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Detail { path, problem, .. } = &*self.0;
        write!(f, "{path}: {problem}")?;
        let idl = self.idl().map(|(file, line)| format!("{file}:{line}"));
        let json = self.json_at();
        let json = json.map(|(line, column)| format!("the JSON's line {line}, column {column}"));
        let places: Vec<_> = [idl, json].into_iter().flatten().collect();
        match places.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", places.join("; ")),
        }
    }
}

impl std::error::Error for ConvertError {}

/// A line of the IDL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Index of the file in the schema.
    pub(crate) file: u32,
    /// From 1.
    pub(crate) line: u32,
}

/// One step of a path, from a value to one in it.
#[derive(Debug)]
pub(crate) enum Step {
    Field(String),
    Index(usize),
    /// A key of a map.
    Key(String),
}

/// An error on its way out of the message: each level adds its step, so that messages without errors
/// pay nothing for paths.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) problem: String,
    pub(crate) place: Option<Place>,
    /// Innermost first.
    pub(crate) steps: Vec<Step>,
}

impl Failure {
    pub(crate) fn new(problem: impl Into<String>, place: Option<Place>) -> Self {
        Self {
            problem: problem.into(),
            place,
            steps: Vec::new(),
        }
    }

    fn path(&self) -> String {
        let mut path = "$".to_owned();
        for step in self.steps.iter().rev() {
            match step {
                Step::Field(name) if is_word(name) => path.extend([".", name]),
                Step::Field(name) | Step::Key(name) => {
                    path.push_str(&format!("[{}]", shown(name)));
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}

fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !name.is_empty() && name.chars().all(is_letter)
}

/// Longest part of a string that a message shows, in characters.
const MAX_SHOWN: usize = 40;

/// A string in quotes, cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{ConvertError, Failure, Place, Step};

    #[test]
    fn an_error_says_where_what_and_why() {
        let mut failure = Failure::new("expected i64", Some(Place { file: 0, line: 7 }));
        failure.steps = vec![
            Step::Field("id".into()),
            Step::Index(3),
            Step::Key("a b".into()),
            Step::Field("items".into()),
        ];
        let error = ConvertError::new(failure, &["a.thrift".into()], Some((1, 9)));
        assert_eq!(error.path(), r#"$.items["a b"][3].id"#);
        let text =
            r#"$.items["a b"][3].id: expected i64 (a.thrift:7; the JSON's line 1, column 9)"#;
        assert_eq!(error.to_string(), text);
    }
}
