//! Definitions that exist in Rust already, and the paths they have there.

use std::collections::BTreeMap;

use streamgen_idl::model::{DefId, Definition, Schema};

use crate::options::ExternPath;
use crate::options::idl_ref::IdlRef;

use super::attributes::idl_paths;
use super::modules::ModuleTree;
use super::names::Names;

/// The Rust path of each definition that is not generated.
#[derive(Clone, Debug, Default)]
pub(super) struct Externs {
    paths: BTreeMap<DefId, String>,
}

impl Externs {
    /// Looks every definition up in the patterns; the longest that fits it counts.
    pub(super) fn build(
        schema: &Schema,
        modules: &ModuleTree,
        names: &Names,
        patterns: &[ExternPath],
        refs: &[IdlRef],
    ) -> Self {
        let mut paths = of_files(schema, names, refs);
        if patterns.is_empty() {
            return Self { paths };
        }
        let found = schema.definitions.iter().filter_map(|def| {
            let file = schema.file(def.file);
            let below: Vec<&str> = modules
                .path(modules.of_file(def.file))
                .into_iter()
                .chain([names.ident(def.id)])
                .collect();
            let best = patterns
                .iter()
                .filter_map(|pattern| Some((pattern, rest(pattern, schema, def)?)))
                .min_by_key(|(_, rest)| *rest)?;
            debug_assert!(below.len() == file.module.len() + 1);
            let (pattern, rest) = best;
            let mut path = pattern.rust_path.clone();
            for ident in below.iter().skip(below.len().saturating_sub(rest)) {
                path.push_str("::");
                path.push_str(ident);
            }
            Some((def.id, path))
        });
        paths.extend(found);
        Self { paths }
    }

    /// The path of a definition that is not generated.
    pub(super) fn path(&self, id: DefId) -> Option<&str> {
        self.paths.get(&id).map(String::as_str)
    }
}

/// The definitions of files that exist in Rust as a whole.
fn of_files(schema: &Schema, names: &Names, refs: &[IdlRef]) -> BTreeMap<DefId, String> {
    let mut paths = BTreeMap::new();
    for one in refs {
        let mut files = schema.files.iter();
        if let Some(file) = files.find(|file| file.canonical_path == one.idl) {
            let path = |def: &DefId| (*def, format!("{}::{}", one.module, names.ident(*def)));
            paths.extend(file.definitions.iter().map(path));
        }
    }
    paths
}

/// How many names of a definition's full path a pattern leaves over; `None` if it does not fit.
pub(super) fn rest(pattern: &ExternPath, schema: &Schema, def: &Definition) -> Option<usize> {
    let [by_namespace, by_file] = idl_paths(schema.file(def.file), &def.name, None);
    let fits = |path: &[String]| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let rest = path.len().saturating_sub(pattern.path.len());
        pattern.path.is_prefix_of(&path).then_some(rest)
    };
    // A file is one name in the IDL, even with dots in it.
    let whole_file = fits(&by_file).filter(|rest| *rest <= 1);
    fits(&by_namespace).into_iter().chain(whole_file).min()
}
