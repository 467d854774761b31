//! A module of Rust that exists already.

use std::fmt;
use std::str::FromStr;

use crate::plan::{escape, is_identifier, unraw};

/// The path of a module: `crate::stream_gen` in the package itself, `shop_gen::stream_gen` in another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustPath {
    /// Without `r#`; the first one is `crate` or the name of a crate.
    names: Vec<String>,
}

impl RustPath {
    /// A module of the root of the package itself.
    pub(crate) fn of_package(module: &str) -> Self {
        Self {
            names: vec!["crate".to_owned(), module.to_owned()],
        }
    }

    /// The names of the path, without `r#`.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of the other crate that the path leads into.
    #[must_use]
    pub fn other_crate(&self) -> Option<&str> {
        let first = self.names.first()?;
        (first != "crate").then_some(first)
    }

    /// The module of the crate's root by which the path begins, in the package itself.
    #[must_use]
    pub fn own_module(&self) -> Option<&str> {
        match self.names.as_slice() {
            [first, second, ..] if first == "crate" => Some(second),
            _ => None,
        }
    }
}

impl FromStr for RustPath {
    type Err = InvalidRustPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names: Vec<_> = text
            .trim_start_matches("::")
            .split("::")
            .map(|name| unraw(name).to_owned())
            .collect();
        let is_name = |(index, name): (usize, &String)| match name.as_str() {
            "crate" => index == 0 && names.len() > 1,
            name => is_identifier(&escape(name)),
        };
        match names.iter().enumerate().all(is_name) {
            true => Ok(Self { names }),
            false => Err(InvalidRustPath(text.to_owned())),
        }
    }
}

/// As Rust code writes it.
impl fmt::Display for RustPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names.iter().enumerate();
        let names = names.map(|(index, name)| match (index, name.as_str()) {
            (0, "crate") => name.clone(),
            _ => escape(name),
        });
        f.write_str(&names.collect::<Vec<_>>().join("::"))
    }
}

/// A text that is no path of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRustPath(String);

impl fmt::Display for InvalidRustPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no module of Rust, such as `shop_gen::stream_gen` or `crate::stream_gen`",
            self.0
        )
    }
}

impl std::error::Error for InvalidRustPath {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_the_package_or_another_crate() {
        let path = |text: &str| text.parse::<RustPath>().expect(text);
        let own = path("crate::type::gen");
        assert_eq!(own.to_string(), "crate::r#type::r#gen");
        assert_eq!((own.own_module(), own.other_crate()), (Some("type"), None));
        let other = path("::shop_gen");
        assert_eq!(other.to_string(), "shop_gen");
        assert_eq!(
            (other.own_module(), other.other_crate()),
            (None, Some("shop_gen"))
        );
        for bad in [
            "",
            "crate",
            "a::crate",
            "a::self",
            "example.com/kitex_gen",
            "a::",
            "a b",
        ] {
            assert!(bad.parse::<RustPath>().is_err(), "{bad:?}");
        }
    }
}
