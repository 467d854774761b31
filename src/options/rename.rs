//! Rust names for parts of an IDL that cannot say them itself.

use std::fmt;
use std::str::FromStr;

use super::path_option::split;
use super::{IdlPath, InvalidPathOption};

/// `PATH=NAME`: what a package, a definition or a member of one is called in Rust. It is what the
/// annotation `rust.name` is in Thrift, for IDL that has no annotations, or that is not one's own.
///
/// The path is that of [`IdlPath`], but picks what it names alone, nothing beneath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    path: IdlPath,
    name: String,
}

impl Rename {
    /// What is renamed.
    #[must_use]
    pub fn path(&self) -> &IdlPath {
        &self.path
    }

    /// The identifier.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Rename {
    type Err = InvalidPathOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, name) = split(text, "PATH=NAME")?;
        if path.names().is_empty() {
            return Err(InvalidPathOption::new("`.` is everything, and has no name"));
        }
        if !crate::plan::is_identifier(name) {
            let message = format!("`{name}` is not a Rust identifier");
            return Err(InvalidPathOption::new(message));
        }
        Ok(Self {
            path,
            name: name.to_owned(),
        })
    }
}

/// As it is typed.
impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_identifier() {
        let rename: Rename = ".a.B=Other".parse().expect("it is one");
        assert_eq!(
            (rename.path().to_string(), rename.name()),
            (".a.B".into(), "Other")
        );
        for (text, why) in [
            ("a.B", "`a.B` is not of the form PATH=NAME"),
            ("a.B=", "`` is not a Rust identifier"),
            ("a.B=type", "`type` is not a Rust identifier"),
            ("a.B=2x", "`2x` is not a Rust identifier"),
            (".=x", "`.` is everything, and has no name"),
        ] {
            let error = text.parse::<Rename>().expect_err("it is none");
            assert_eq!(error.to_string(), why);
        }
    }
}
