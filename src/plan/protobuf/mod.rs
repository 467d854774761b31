//! Where the Rust types of Protobuf messages are, and what prost-build is told they are called.
//!
//! prost-build decides on Rust names by itself, one name at a time: names that end up equal make
//! code that does not compile, or a panic. So every name is converted here first, as it will be
//! there; one whose Rust name is taken is handed over under another.

mod convert;
mod extern_types;
mod members;
mod moved;
mod naming;
mod packages;
mod renamed;
mod selection;
mod without_effect;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use streamgen_idl::Diagnostic;
use streamgen_idl::model::{DefId, Definition, DefinitionKind, Schema};

use crate::options::Rename;

use self::naming::Naming;
use self::packages::subpackages;
use super::ident;
use super::names::asked_name;

pub(super) use convert::{camel, snake};
pub(crate) use convert::{given_module, module_name};
pub(crate) use extern_types::{ExternTypes, PROST, PROST_TYPES};
pub(crate) use moved::Moved;
pub(super) use selection::{check, generated};
pub(crate) use without_effect::warn as warn_about_options;

/// The decision for every message and enum of a schema; empty for Thrift.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProtobufTypes {
    places: HashMap<DefId, Place>,
    by_full_name: HashMap<String, DefId>,
    given: HashMap<DefId, String>,
    given_members: HashMap<DefId, GivenMembers>,
    /// Messages of which the module is called otherwise.
    moved: BTreeMap<DefId, Moved>,
}

/// Where a Rust type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Generated here: modules below that of the package, then the type.
    Local { modules: Vec<String>, ident: String },
    /// Somebody else's: an absolute path, or a type of Rust.
    Extern(String),
}

/// Members that prost-build is told another name of, by index.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenMembers {
    pub(crate) fields: BTreeMap<usize, String>,
    pub(crate) oneofs: BTreeMap<usize, String>,
    /// The names of the values of an enum, by index.
    pub(crate) values: BTreeMap<usize, String>,
}

impl ProtobufTypes {
    /// Names everything in the `.proto` files of the schema, and reports names that are not those of
    /// the IDL, or that cannot be had.
    pub(crate) fn build(
        schema: &Schema,
        externs: &ExternTypes,
        renames: &[Rename],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut types = Self::default();
        if !schema.file(schema.root).kind.is_protobuf() {
            return types;
        }
        let mut packages: BTreeMap<&[String], Vec<&Definition>> = BTreeMap::new();
        let mut children: HashMap<DefId, Vec<&Definition>> = HashMap::new();
        for file in schema.files_in_order() {
            for def in schema.definitions_of(file.id) {
                types.by_full_name.insert(full_name(schema, def), def.id);
                match def.parent {
                    _ if matches!(def.kind, DefinitionKind::Service(_)) => {}
                    Some(parent) => children.entry(parent).or_default().push(def),
                    None => packages.entry(&file.module).or_default().push(def),
                }
            }
        }
        let subpackages = subpackages(schema, externs, renames);
        let mut naming = Naming {
            schema,
            externs,
            children,
            types,
            diagnostics,
        };
        for (package, defs) in &packages {
            naming.package(package, defs, &subpackages);
        }
        let types = naming.types;
        renamed::warn(schema, &types, diagnostics);
        types
    }

    /// Where the type of a definition is; `None` for a service, and for anything of Thrift.
    pub(crate) fn place(&self, id: DefId) -> Option<&Place> {
        self.places.get(&id)
    }

    /// The definition with a full name, without the leading dot.
    pub(crate) fn find(&self, full_name: &str) -> Option<DefId> {
        self.by_full_name.get(full_name).copied()
    }

    /// What prost-build is told the definition is called, if not what the IDL says.
    pub(crate) fn given(&self, id: DefId) -> Option<&str> {
        self.given.get(&id).map(String::as_str)
    }

    /// The members of a definition that have other names for prost-build.
    pub(crate) fn given_members(&self, id: DefId) -> Option<&GivenMembers> {
        self.given_members.get(&id)
    }

    /// Every message and enum by its full name, without the leading dot.
    pub(crate) fn full_names(&self) -> impl Iterator<Item = (&str, DefId)> {
        self.by_full_name
            .iter()
            .map(|(name, id)| (name.as_str(), *id))
    }

    /// What has to be put right in what prost-build makes.
    pub(crate) fn moved(&self) -> impl Iterator<Item = &Moved> {
        self.moved.values()
    }

    /// The name of a definition in documentation: that of the IDL or of an option, without what tells
    /// it from others.
    pub(crate) fn documented_name<'a>(&'a self, def: &'a Definition) -> &'a str {
        match self.given(def.id) {
            Some(given) if given.ends_with("__") => {
                let asked = asked_name(&def.annotations).map(ident::unraw);
                asked.unwrap_or(&def.name).trim_matches('_')
            }
            given => given.unwrap_or(&def.name),
        }
    }

    /// The full name of a definition; `None` for one of Thrift.
    pub(super) fn path(&self, schema: &Schema, def: DefId) -> Option<String> {
        let def = schema.def(def);
        let is_protobuf = schema.file(def.file).kind.is_protobuf();
        is_protobuf.then(|| full_name(schema, def))
    }

    /// Whether any name differs from that of the IDL.
    pub(crate) fn renames_types(&self) -> bool {
        !self.given.is_empty()
    }

    /// The modules that prost-build makes for what is nested in these top-level definitions.
    pub(crate) fn modules_of(
        &self,
        schema: &Schema,
        files: &[streamgen_idl::FileId],
    ) -> BTreeSet<String> {
        let defs = files.iter().flat_map(|file| schema.definitions_of(*file));
        let top = defs.filter(|def| def.parent.is_none());
        let local = top.filter(|def| matches!(self.place(def.id), Some(Place::Local { .. })));
        let modules = local
            .filter(|def| matches!(def.kind, DefinitionKind::Struct(_)))
            .map(|def| match self.moved.get(&def.id) {
                Some(moved) => moved.module().to_owned(),
                None => convert::snake(self.given(def.id).unwrap_or(&def.name)),
            });
        modules
            .map(|module| ident::unraw(&module).to_owned())
            .collect()
    }
}

/// The name of a definition with package and parents, without the leading dot.
pub(super) fn full_name(schema: &Schema, def: &Definition) -> String {
    let mut parts = vec![def.name.as_str()];
    let mut next = def.parent;
    while let Some(parent) = next.map(|id| schema.def(id)) {
        parts.push(&parent.name);
        next = parent.parent;
    }
    parts.extend(schema.file(def.file).package.as_deref());
    parts.reverse();
    parts.join(".")
}
