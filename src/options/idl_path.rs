//! Patterns of IDL names.

use std::fmt;
use std::str::FromStr;

/// A pattern that picks definitions, or members of them, by name.
///
/// The rules are those of prost-build. `.` is everything. A pattern with a dot in front is a full
/// path, and picks what it names and everything beneath: `.echo` every type of the namespace or
/// file `echo`, `.echo.Request` one type. Any other pattern is the end of a path: `Request`,
/// `echo.Request`, for a field `Request.message`. Names are those of the IDL. The full path of a
/// definition begins with its namespace, or as references in the IDL do with its file:
/// `Request` of `echo.thrift` with `namespace go a.b` is both `.a.b.Request` and `.echo.Request`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdlPath {
    from_root: bool,
    names: Vec<String>,
}

impl IdlPath {
    /// Whether the pattern picks the thing whose full path is `path`.
    #[must_use]
    pub fn picks(&self, path: &[&str]) -> bool {
        if self.from_root {
            self.is_prefix_of(path)
        } else {
            let names = self.names.iter().rev();
            names.len() <= path.len() && names.zip(path.iter().rev()).all(|(a, b)| a == b)
        }
    }

    /// Whether the pattern is the path, or the end of it, and not something above it.
    pub(crate) fn names_exactly(&self, path: &[&str]) -> bool {
        self.picks(path) && (!self.from_root || self.len() == path.len())
    }

    /// Whether `path` begins with the names of the pattern.
    pub(crate) fn is_prefix_of(&self, path: &[&str]) -> bool {
        self.names.len() <= path.len() && self.names.iter().zip(path).all(|(a, b)| a == b)
    }

    /// The names of the pattern.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// How many names the pattern has.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}

impl FromStr for IdlPath {
    type Err = InvalidIdlPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let body = text.strip_prefix('.').unwrap_or(text);
        let names: Vec<_> = match (body, text) {
            ("", ".") => Vec::new(),
            _ => body.split('.').map(str::to_owned).collect(),
        };
        if names.iter().any(|name| !is_name(name)) {
            return Err(InvalidIdlPath(text.to_owned()));
        }
        Ok(Self {
            from_root: text.starts_with('.'),
            names,
        })
    }
}

fn is_name(text: &str) -> bool {
    // File names are part of paths too, and may hold more than names of the IDL do.
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && !"=#:/\\".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}

impl fmt::Display for IdlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from_root {
            f.write_str(".")?;
        }
        f.write_str(&self.names.join("."))
    }
}

/// A pattern that no name of an IDL can fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIdlPath(String);

impl fmt::Display for InvalidIdlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a path of IDL names with dots between",
            self.0
        )
    }
}

impl std::error::Error for InvalidIdlPath {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_pick_as_in_prost() {
        let request = ["a", "b", "Request"];
        let field = ["a", "b", "Request", "message"];
        let picks = |pattern: &str, path: &[&str]| {
            let pattern: IdlPath = pattern.parse().expect("it is a path");
            pattern.picks(path)
        };
        for pattern in [
            ".",
            ".a",
            ".a.b",
            ".a.b.Request",
            "Request",
            "b.Request",
            "a.b.Request",
        ] {
            assert!(picks(pattern, &request), "{pattern}");
        }
        for pattern in [".b", ".a.b.Requ", "a", "Requ", "c.Request", "x.a.b.Request"] {
            assert!(!picks(pattern, &request), "{pattern}");
        }
        assert!(picks(".a.b.Request", &field) && picks("Request.message", &field));
        assert!(!picks("Request", &field));
    }

    #[test]
    fn a_pattern_names_one_thing_and_picks_what_is_beneath() {
        let request = ["a", "b", "Request"];
        let names = |pattern: &str| {
            let pattern: IdlPath = pattern.parse().expect("it is a path");
            pattern.names_exactly(&request)
        };
        assert!(names(".a.b.Request") && names("b.Request") && names("Request"));
        assert!(!names(".a.b") && !names(".") && !names("b") && !names("Request.id"));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for bad in ["", "..", "a..b", ".a.", "a b"] {
            assert!(bad.parse::<IdlPath>().is_err(), "{bad:?}");
        }
        assert_eq!(
            ".a.b".parse::<IdlPath>().map(|p| p.to_string()),
            Ok(".a.b".into())
        );
        assert_eq!(
            ".".parse::<IdlPath>().map(|p| p.to_string()),
            Ok(".".into())
        );
    }
}
