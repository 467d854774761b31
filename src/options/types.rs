//! How the types of an IDL become types of Rust.

use std::fmt;
use std::str::FromStr;

use super::{ExternPath, IdlPath, PathAttribute, PathChoice};

/// Choices that decide the Rust types of a run. The defaults are what most programs want; IDL
/// annotations override them for one type or field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypeOptions {
    /// The type of `string`.
    pub strings: StringType,
    /// The type of `binary`.
    pub bytes: BytesType,
    /// The type of `bytes` for some fields of messages.
    pub bytes_of: Vec<PathChoice<BytesType>>,
    /// The types of `map` and `set`.
    pub maps: MapType,
    /// The type of `map` for some fields of messages.
    pub maps_of: Vec<PathChoice<MapType>>,
    /// Derive serde's traits, with the names of the IDL. The generated package then depends on
    /// `serde`.
    pub serde: bool,
    /// With `serde`, an enum is its name in the IDL, instead of its number.
    pub enum_as_text: bool,
    /// Keep fields that the IDL does not have, and write them back.
    pub keep_unknown_fields: bool,
    /// Leave out structs, unions and exceptions that no service of the root IDL reaches, and
    /// services of other files that none of those extends.
    pub only_reachable: bool,
    /// Attributes for types.
    pub type_attributes: Vec<PathAttribute>,
    /// Attributes for fields, members of unions and values of enums.
    pub field_attributes: Vec<PathAttribute>,
    /// Parts of the IDL that exist in Rust already, so that nothing is generated for them.
    pub extern_paths: Vec<ExternPath>,
    /// Types without `Debug`, which the program implements itself.
    pub skip_debug: Vec<IdlPath>,
    /// Generate `google.protobuf` like any package, instead of taking prost's types for it.
    pub compile_well_known_types: bool,
}

/// The Rust type of `string`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StringType {
    /// `FastStr`: short ones live in the value, long ones share the message's buffer, and a clone
    /// never copies.
    #[default]
    FastStr,
    /// `std::string::String`.
    String,
}

/// The Rust type of `binary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BytesType {
    /// `Bytes`: shares the message's buffer, and a clone never copies.
    #[default]
    Bytes,
    /// `Vec<u8>`.
    Vec,
}

/// The Rust types of `map` and `set`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapType {
    /// `HashMap` and `HashSet`.
    #[default]
    Hash,
    /// `BTreeMap` and `BTreeSet`: sorted, so that equal values are equal bytes too.
    BTree,
}

/// A word that names none of the choices of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChoice {
    found: String,
    choices: &'static str,
}

impl UnknownChoice {
    pub(super) fn new(found: &str, choices: &'static str) -> Self {
        let found = found.to_owned();
        Self { found, choices }
    }
}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not one of {}", self.found, self.choices)
    }
}

impl std::error::Error for UnknownChoice {}

macro_rules! words {
    ($($ty:ident: $($word:literal => $value:ident),*; $choices:literal)*) => {$(
        impl FromStr for $ty {
            type Err = UnknownChoice;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$value),)*
                    _ => Err(UnknownChoice::new(text, $choices)),
                }
            }
        }

        /// The word that the command line has for it.
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$value => $word,)* })
            }
        }
    )*};
}

words! {
    StringType: "faststr" => FastStr, "string" => String; "faststr and string"
    BytesType: "bytes" => Bytes, "vec" => Vec; "bytes and vec"
    MapType: "hash" => Hash, "btree" => BTree; "hash and btree"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_printed() {
        for value in [StringType::FastStr, StringType::String] {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
        for value in [BytesType::Bytes, BytesType::Vec] {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
        for value in [MapType::Hash, MapType::BTree] {
            assert_eq!(value.to_string().parse(), Ok(value));
        }
        let error = "tree".parse::<MapType>().expect_err("there is no such map");
        assert_eq!(error.to_string(), "`tree` is not one of hash and btree");
    }
}
