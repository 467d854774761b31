//! `idl-ref.yaml`: IDL files whose types exist in Rust (thriftgo's `code_ref`).
//!
//! ```yaml
//! ref:
//!   base.thrift: ::common::stream_gen::base
//!   ../shared/page.thrift: { path: crate::page }
//! ```
//!
//! As in thriftgo, a value is the module that holds the types, and a file that the IDL does not include
//! is no error: one such file may serve many IDLs.

use std::fmt;
use std::path::PathBuf;

use saphyr::{LoadableYamlNode, MarkedYaml, YamlData};

use super::RustPath;

/// One IDL file of which nothing is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdlRef {
    /// The path of the file, as `idl-ref.yaml` has it; where it is on disk, after `code_ref` has looked.
    pub(crate) idl: PathBuf,
    /// The module that holds its types, as generated code writes it: `::common::base`.
    pub(crate) module: String,
}

/// What is wrong with the file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidIdlRef {
    line: usize,
    column: usize,
    message: String,
}

/// `line:column: message`, to stand behind the name of the file.
impl fmt::Display for InvalidIdlRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Lists by which thriftgo is to refer to single definitions one day.
const LISTS: [&str; 6] = [
    "structs",
    "enums",
    "typedefs",
    "consts",
    "unions",
    "exceptions",
];

/// Reads the text of the file.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Vec<IdlRef>, InvalidIdlRef> {
    let documents = MarkedYaml::load_from_str(text).map_err(|error| InvalidIdlRef {
        line: error.marker().line(),
        column: error.marker().col() + 1,
        message: error.info().to_owned(),
    })?;
    let mut refs = Vec::new();
    for (key, value) in documents.iter().flat_map(entries) {
        match key.data.as_str() {
            Some("ref") => {
                for (idl, target) in entries(value) {
                    refs.push(reference(idl, target)?);
                }
            }
            // It asks thriftgo to print what it reads.
            Some("debug") => {}
            _ => return Err(wrong(key, "the keys here are `ref` and `debug`")),
        }
    }
    match refs.is_empty() {
        true => Err(InvalidIdlRef {
            line: 1,
            column: 1,
            message: "there is no `ref:` with lines such as `base.thrift: ::common::base`".into(),
        }),
        false => Ok(refs),
    }
}

fn reference(idl: &MarkedYaml<'_>, target: &MarkedYaml<'_>) -> Result<IdlRef, InvalidIdlRef> {
    let Some(file) = idl.data.as_str() else {
        return Err(wrong(idl, "this is to be the path of an IDL file"));
    };
    let mut module = target;
    for (key, value) in entries(target) {
        match key.data.as_str() {
            Some("path") => module = value,
            Some(list) if LISTS.contains(&list) => {
                return Err(wrong(
                    key,
                    "a file is referred to as a whole, in thriftgo too; use -extern-path for single types",
                ));
            }
            _ => return Err(wrong(key, "the only key here is `path`")),
        }
    }
    let Some(text) = module.data.as_str() else {
        return Err(wrong(
            module,
            "this is to be a module of Rust, such as `::common::base`",
        ));
    };
    let path: RustPath = text
        .parse()
        .map_err(|error| wrong(module, &format!("{error}")))?;
    let start = if path.other_crate().is_some() {
        "::"
    } else {
        ""
    };
    Ok(IdlRef {
        idl: PathBuf::from(file),
        module: format!("{start}{path}"),
    })
}

/// The entries of a mapping; none if it is something else.
fn entries<'a, 'i>(
    node: &'a MarkedYaml<'i>,
) -> impl Iterator<Item = (&'a MarkedYaml<'i>, &'a MarkedYaml<'i>)> + use<'a, 'i> {
    let mapping = match &node.data {
        YamlData::Mapping(mapping) => Some(mapping),
        _ => None,
    };
    mapping.into_iter().flatten()
}

fn wrong(node: &MarkedYaml<'_>, message: &str) -> InvalidIdlRef {
    InvalidIdlRef {
        line: node.span.start.line(),
        column: node.span.start.col() + 1,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_value_name_a_module() {
        let text = "# shared\nref:\n  base.thrift: common::stream_gen::base\n  \
                    ../page.thrift:\n    path: \"crate::page\"\ndebug: true\n";
        let refs = parse(text).expect("it is right");
        let refs: Vec<_> = refs
            .iter()
            .map(|one| (one.idl.to_string_lossy(), one.module.as_str()))
            .collect();
        assert_eq!(
            refs,
            [
                ("base.thrift".into(), "::common::stream_gen::base"),
                ("../page.thrift".into(), "crate::page"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, expected) in [
            ("ref: [", "2:1:"),
            ("", "1:1: there is no `ref:`"),
            ("- a", "1:1: there is no `ref:`"),
            ("refs:\n", "1:1: the keys here are"),
            (
                "ref:\n  a.thrift: github.com/x/y\n",
                "2:13: `github.com/x/y` is no module of Rust",
            ),
            ("ref:\n  a.thrift: 7\n", "2:13: this is to be a module"),
            (
                "ref:\n  a.thrift:\n    path: x\n    structs: [A]\n",
                "4:5: a file is referred to as a whole",
            ),
            (
                "ref:\n  a.thrift: { paths: x }\n",
                "2:15: the only key here is `path`",
            ),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }
}
