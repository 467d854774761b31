//! Choices for a whole run, and others for some fields.

use std::str::FromStr;

use super::path_option::split;
use super::{IdlPath, InvalidPathOption, UnknownChoice};

/// `PATH=TYPE`: a choice for the fields that the path picks. Of several that pick a field, the last
/// one counts. They are for the messages of Protobuf: a field of Thrift has annotations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChoice<T> {
    pub(crate) path: IdlPath,
    pub(crate) choice: T,
}

impl<T: Copy> PathChoice<T> {
    /// The fields: `message.field`, `.package.message.field`, or all below `.package`.
    #[must_use]
    pub fn path(&self) -> &IdlPath {
        &self.path
    }

    /// The Rust type that those get.
    #[must_use]
    pub fn choice(&self) -> T {
        self.choice
    }
}

impl<T: FromStr<Err = UnknownChoice>> FromStr for PathChoice<T> {
    type Err = InvalidPathOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, choice) = split(text, "PATH=TYPE")?;
        let choice = choice.parse().map_err(InvalidPathOption::from)?;
        Ok(Self { path, choice })
    }
}

/// The choice for one field: that of the last path which picks it, or else the one for all.
pub(crate) fn chosen<T: Copy>(all: T, paths: &[PathChoice<T>], field: &[&str]) -> T {
    let found = paths.iter().rev().find(|one| one.path.picks(field));
    found.map_or(all, |one| one.choice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::BytesType::{self, Bytes, Vec};

    #[test]
    fn the_last_path_that_picks_a_field_counts() {
        let paths = [".a=vec", "M.data=bytes", ".a.N=bytes", "N.data=vec"];
        let paths = paths.map(|text| text.parse::<PathChoice<BytesType>>().expect("it is one"));
        let table = [
            (["a", "M", "data"], Bytes),
            (["a", "M", "other"], Vec),
            (["a", "N", "other"], Bytes),
            (["a", "N", "data"], Vec),
            (["b", "X", "data"], Bytes),
        ];
        for (field, expected) in table {
            assert_eq!(chosen(Bytes, &paths, &field), expected, "{field:?}");
        }
    }

    #[test]
    fn what_is_no_choice_is_refused() {
        for (text, why) in [
            ("vec", "`vec` is not of the form PATH=TYPE"),
            (
                "a..b=vec",
                "`a..b` is not a path of IDL names with dots between",
            ),
            (".a=slice", "`slice` is not one of bytes and vec"),
        ] {
            let error = text
                .parse::<PathChoice<BytesType>>()
                .expect_err("it is none");
            assert_eq!(error.to_string(), why);
        }
    }
}
