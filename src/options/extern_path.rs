//! Parts of the IDL that exist in Rust already.

use std::str::FromStr;

use super::IdlPath;
use super::path_option::{InvalidPathOption, split};

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
            return Err(InvalidPathOption::new(format!(
                "`{rust_path}` is not a Rust path that begins with `::` or `crate::`"
            )));
        }
        if path.names().is_empty() {
            return Err(InvalidPathOption::new(
                "`.` would leave nothing to generate",
            ));
        }
        Ok(Self {
            path,
            rust_path: rust_path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_rust_from_a_root_are_taken() {
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
