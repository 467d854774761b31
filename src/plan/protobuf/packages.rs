//! The modules of packages, which have their names before anything that is nested in messages.

use std::collections::{BTreeMap, BTreeSet};

use streamgen_idl::model::{Definition, File, Schema};

use crate::options::Rename;

use super::super::ident;
use super::super::modules::{module_scope, namespace_idents};
use super::{ExternTypes, full_name};

/// For each package, the modules of those below it, without `r#`.
pub(super) type Subpackages<'a> = BTreeMap<Vec<&'a str>, BTreeSet<String>>;

pub(super) fn subpackages<'a>(
    schema: &'a Schema,
    externs: &ExternTypes,
    renames: &[Rename],
) -> Subpackages<'a> {
    let mut children: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for file in schema
        .files_in_order()
        .filter(|file| has_code(schema, externs, file))
    {
        let path: Vec<&str> = file.module.iter().map(String::as_str).collect();
        for (index, name) in path.iter().enumerate() {
            let known = children.entry(path[..index].to_vec()).or_default();
            if !known.contains(name) {
                known.push(name);
            }
        }
    }
    let idents = children.into_iter().map(|(path, names)| {
        let mut scope = module_scope(true);
        let idents = namespace_idents(true, &mut scope, &path, &names, renames);
        let idents = idents.iter().map(|ident| ident::unraw(ident).to_owned());
        (path, idents.collect())
    });
    idents.collect()
}

/// Whether anything is generated for a file. For one of which all is somebody else's, such as the
/// well-known types, there is no module.
pub(in crate::plan) fn has_code(schema: &Schema, externs: &ExternTypes, file: &File) -> bool {
    let somebody_elses = |def: &Definition| externs.resolve(&full_name(schema, def)).is_some();
    file.id == schema.root || !schema.definitions_of(file.id).all(somebody_elses)
}
