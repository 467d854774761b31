//! Attributes for parts of the IDL.

use std::str::FromStr;

use super::IdlPath;
use super::path_option::{InvalidPathOption, split};

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
            return Err(InvalidPathOption::new(format!(
                "`{attribute}` is not one attribute on one line, such as #[derive(Eq)]"
            )));
        }
        Ok(Self {
            path,
            attribute: attribute.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_attribute_on_one_line_is_taken() {
        let attribute: PathAttribute = "a.B=#[serde(rename = \"x=y\")]".parse().expect("it is one");
        assert_eq!(attribute.attribute, "#[serde(rename = \"x=y\")]");
        for bad in ["a.B", "a.B=derive(Eq)", "=#[x]", "a=#[x\n]", "a=#[x] #[y]"] {
            assert!(bad.parse::<PathAttribute>().is_err(), "{bad:?}");
        }
    }
}
