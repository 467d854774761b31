//! Options that apply to parts of the IDL: a pattern of IDL names, and what to do there.

use std::fmt;
use std::str::FromStr;

use super::UnknownChoice;

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

/// `PATH=#[ATTRIBUTE]`: an attribute for what the pattern picks. Made by parsing that text, so that
/// nothing but one whole attribute gets into generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathAttribute {
    pub(crate) path: IdlPath,
    pub(crate) attribute: String,
}

impl PathAttribute {
    /// What gets the attribute.
    #[must_use]
    pub fn path(&self) -> &IdlPath {
        &self.path
    }

    /// The attribute, as Rust has it: `#[derive(Eq)]`.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }
}

impl FromStr for PathAttribute {
    type Err = InvalidPathOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, attribute) = split(text, "PATH=#[ATTRIBUTE]")?;
        let attribute = attribute.trim();
        if !crate::plan::is_attribute(attribute) {
            return Err(InvalidPathOption(format!(
                "`{attribute}` is not one attribute on one line, such as #[derive(Eq)]"
            )));
        }
        Ok(Self {
            path,
            attribute: attribute.to_owned(),
        })
    }
}

/// `PATH=::rust::path`: a namespace, a file or a type that exists in Rust already.
///
/// The pattern is a full path, with or without the dot in front, and everything beneath it is
/// looked for beneath the Rust path, under the names that streamgen gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternPath {
    pub(crate) path: IdlPath,
    pub(crate) rust_path: String,
}

impl ExternPath {
    /// What is not generated.
    #[must_use]
    pub fn path(&self) -> &IdlPath {
        &self.path
    }

    /// Where it is: a path that begins with `::` or `crate::`.
    #[must_use]
    pub fn rust_path(&self) -> &str {
        &self.rust_path
    }
}

impl FromStr for ExternPath {
    type Err = InvalidPathOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, rust_path) = split(text, "PATH=::rust::path")?;
        let tail = rust_path
            .strip_prefix("::")
            .or_else(|| rust_path.strip_prefix("crate::"));
        if !tail.is_some_and(|tail| tail.split("::").all(crate::plan::is_identifier)) {
            return Err(InvalidPathOption(format!(
                "`{rust_path}` is not a Rust path that begins with `::` or `crate::`"
            )));
        }
        if path.names.is_empty() {
            return Err(InvalidPathOption(
                "`.` would leave nothing to generate".to_owned(),
            ));
        }
        Ok(Self {
            path,
            rust_path: rust_path.to_owned(),
        })
    }
}

pub(super) fn split<'a>(
    text: &'a str,
    form: &str,
) -> Result<(IdlPath, &'a str), InvalidPathOption> {
    let (path, rest) = text
        .split_once('=')
        .ok_or_else(|| InvalidPathOption(format!("`{text}` is not of the form {form}")))?;
    let path = path
        .parse()
        .map_err(|error: InvalidIdlPath| InvalidPathOption(error.to_string()))?;
    Ok((path, rest))
}

/// A value for a part of the IDL that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPathOption(String);

impl InvalidPathOption {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<UnknownChoice> for InvalidPathOption {
    fn from(error: UnknownChoice) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for InvalidPathOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPathOption {}

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

    #[test]
    fn attributes_and_extern_paths() {
        let attribute: PathAttribute = "a.B=#[serde(rename = \"x=y\")]".parse().expect("it is one");
        assert_eq!(attribute.attribute, "#[serde(rename = \"x=y\")]");
        for bad in ["a.B", "a.B=derive(Eq)", "=#[x]", "a=#[x\n]", "a=#[x] #[y]"] {
            assert!(bad.parse::<PathAttribute>().is_err(), "{bad:?}");
        }
        for good in [
            "base=::common::base",
            ".a.B=crate::types::B",
            "a=::x::r#type",
        ] {
            assert!(good.parse::<ExternPath>().is_ok(), "{good:?}");
        }
        for bad in [
            "base",
            "base=common",
            "base=::",
            "base=::a b",
            ".=::a",
            "a=crate",
        ] {
            assert!(bad.parse::<ExternPath>().is_err(), "{bad:?}");
        }
    }
}
