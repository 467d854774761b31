//! Messages whose Rust types are somebody else's: the well-known ones, and those that the user maps.

use super::convert::{camel, snake};

/// The runtime's prost.
pub(crate) const PROST: &str = "::streamgen_runtime::prost";
/// The runtime's well-known types.
pub(crate) const PROST_TYPES: &str = "::streamgen_runtime::prost_types";

/// Types of Rust that prost takes for well-known messages.
const AS_RUST_TYPES: [(&str, &str); 10] = [
    ("BoolValue", "bool"),
    ("BytesValue", "::std::vec::Vec<u8>"),
    ("DoubleValue", "f64"),
    ("Empty", "()"),
    ("FloatValue", "f32"),
    ("Int32Value", "i32"),
    ("Int64Value", "i64"),
    ("StringValue", "::std::string::String"),
    ("UInt32Value", "u32"),
    ("UInt64Value", "u64"),
];

/// Full names, or packages, and the Rust paths that stand for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExternTypes {
    /// Without the leading dot.
    paths: Vec<(String, String)>,
}

impl ExternTypes {
    /// The user's paths, and `google.protobuf` unless its messages are to be generated.
    pub(crate) fn new(user: Vec<(String, String)>, well_known: bool) -> Self {
        let mut paths = user;
        if well_known {
            paths.push(("google.protobuf".to_owned(), PROST_TYPES.to_owned()));
            let types = AS_RUST_TYPES.iter();
            paths.extend(
                types.map(|(name, rust)| (format!("google.protobuf.{name}"), (*rust).to_owned())),
            );
        }
        Self { paths }
    }

    /// The Rust type of a full name, by the longest path that leads to it.
    pub(crate) fn resolve(&self, full_name: &str) -> Option<String> {
        let fits = |path: &str| {
            let rest = full_name.strip_prefix(path)?;
            (rest.is_empty() || rest.starts_with('.')).then_some(rest)
        };
        let found = self.paths.iter().filter_map(|(proto, rust)| {
            let rest = fits(proto)?;
            Some((rest, rust))
        });
        let (rest, rust) = found.min_by_key(|(rest, _)| rest.len())?;
        let mut parts: Vec<&str> = rest.split('.').skip(1).collect();
        let Some(name) = parts.pop() else {
            return Some(rust.clone());
        };
        let modules = parts.iter().map(|part| snake(part));
        let path = std::iter::once(rust.clone())
            .chain(modules)
            .chain(std::iter::once(camel(name)));
        Some(path.collect::<Vec<_>>().join("::"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_wins() {
        let user = [
            ("a".to_owned(), "::a".to_owned()),
            ("a.b.C".to_owned(), "::c::D".to_owned()),
        ];
        let types = ExternTypes::new(user.into(), true);
        let table = [
            ("a.b.C", Some("::c::D")),
            ("a.b.Outer.inner_type", Some("::a::b::outer::InnerType")),
            ("ab.C", None),
            ("google.protobuf.Empty", Some("()")),
            (
                "google.protobuf.Timestamp",
                Some("::streamgen_runtime::prost_types::Timestamp"),
            ),
            (
                "google.protobuf.Field.Kind",
                Some("::streamgen_runtime::prost_types::field::Kind"),
            ),
        ];
        for (name, path) in table {
            assert_eq!(types.resolve(name).as_deref(), path, "{name}");
        }
        assert_eq!(
            ExternTypes::new(Vec::new(), false).resolve("google.protobuf.Empty"),
            None
        );
    }
}
