//! Where the Rust types of Protobuf messages are, and what prost-build is told they are called.
//!
//! prost-build decides on Rust names by itself, one name at a time: names that end up equal make
//! code that does not compile, or a panic. So every name is converted here first, as it will be
//! there; one whose Rust name is taken is handed over under another.

mod convert;
mod extern_types;
mod members;
mod moved;
mod packages;
mod renamed;
mod selection;
mod without_effect;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use streamgen_idl::model::{DefId, Definition, DefinitionKind, Schema};
use streamgen_idl::{Code, Diagnostic};

use crate::options::Rename;

use self::members::Members;
use self::packages::{Subpackages, subpackages};
use super::ident;
use super::names::asked_name;

pub(super) use convert::{camel, snake};
pub(crate) use convert::{given_module, module_name};
pub(crate) use extern_types::{ExternTypes, PROST, PROST_TYPES};
pub(crate) use moved::{Moved, restore as restore_moved};
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
    /// Of an enum.
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

    /// Every definition of which members have other names for prost-build.
    pub(crate) fn all_given_members(&self) -> impl Iterator<Item = (DefId, &GivenMembers)> {
        self.given_members.iter().map(|(id, given)| (*id, given))
    }

    /// What has to be put right in prost-build's text.
    pub(crate) fn moved(&self) -> Vec<Moved> {
        self.moved.values().cloned().collect()
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

/// Rust names that a scope has given away.
#[derive(Clone, Debug, Default)]
struct Taken {
    types: BTreeSet<String>,
    modules: BTreeSet<String>,
}

struct Naming<'a, 'd> {
    schema: &'a Schema,
    externs: &'a ExternTypes,
    children: HashMap<DefId, Vec<&'a Definition>>,
    types: ProtobufTypes,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Naming<'_, '_> {
    fn package(&mut self, package: &[String], defs: &[&Definition], below: &Subpackages<'_>) {
        let path: Vec<&str> = package.iter().map(String::as_str).collect();
        let none = BTreeSet::new();
        let packages = below.get(path.as_slice()).unwrap_or(&none);
        self.scope(defs, &[], packages);
    }

    /// Names the definitions of a package or a message, and everything nested in them. Messages
    /// nest some hundred levels at most. `packages` are modules that are taken.
    fn scope(&mut self, defs: &[&Definition], modules: &[String], packages: &BTreeSet<String>) {
        let mut taken = Taken::default();
        // Who asks for a name has it before the others.
        let is_asked = |def: &&&Definition| asked_name(&def.annotations).is_some();
        let (asked, others): (Vec<_>, Vec<_>) = defs.iter().partition(is_asked);
        for def in asked.into_iter().chain(others) {
            match self.externs.resolve(&full_name(self.schema, def)) {
                Some(path) => _ = self.types.places.insert(def.id, Place::Extern(path)),
                None => self.name(def, modules, &mut taken),
            }
        }
        for def in defs {
            self.make_way(def, packages, &mut taken);
        }
        for def in defs {
            let mut inner = modules.to_vec();
            let moved = self.types.moved.get(&def.id).map(Moved::module);
            let given = self.types.given(def.id).unwrap_or(&def.name);
            inner.push(moved.map_or_else(|| convert::snake(given), str::to_owned));
            self.nested(def, &inner);
        }
    }

    fn name(&mut self, def: &Definition, modules: &[String], taken: &mut Taken) {
        let is_free = |name: &str| {
            !taken.types.contains(&convert::camel(name))
                && !taken.modules.contains(&convert::snake(name))
        };
        let asked = asked_name(&def.annotations).map(ident::unraw);
        if let Some(name) = asked.filter(|name| !is_free(name)) {
            self.diagnostics
                .push(not_free(name, &def.name, def.name_span));
        }
        let wanted = asked.unwrap_or(&def.name);
        let name = convert::first_free(wanted, "Unnamed", is_free);
        taken.types.insert(convert::camel(&name));
        if matches!(def.kind, DefinitionKind::Struct(_)) {
            taken.modules.insert(convert::snake(&name));
        }
        let place = Place::Local {
            modules: modules.to_vec(),
            ident: convert::camel(&name),
        };
        self.types.places.insert(def.id, place);
        if name != def.name {
            self.types.given.insert(def.id, name);
        }
    }

    /// Gives the module of a message another name where a package has it.
    fn make_way(&mut self, def: &Definition, packages: &BTreeSet<String>, taken: &mut Taken) {
        let DefinitionKind::Struct(item) = &def.kind else {
            return;
        };
        let Some(Place::Local { ident, .. }) = self.types.places.get(&def.id) else {
            return;
        };
        let name = self.types.given(def.id).unwrap_or(&def.name);
        let module = convert::snake(name);
        let own = ident::unraw(&module);
        let has_module = !item.oneofs.is_empty() || self.children.contains_key(&def.id);
        if !has_module || !packages.contains(own) {
            return;
        }
        let numbered = (2..).map(|n| format!("{own}_{n}"));
        let free = |name: &String| !taken.modules.contains(name) && !packages.contains(name);
        let module = numbered.into_iter().find(free).unwrap_or_default(); // never: no end
        let given = self.unheard_of(name);
        let in_text = [convert::camel(&given), convert::snake(&given)];
        let moved = Moved::new(in_text, [ident.clone(), module.clone()]);
        taken.modules.insert(module);
        self.types.moved.insert(def.id, moved);
        self.types.given.insert(def.id, given);
    }

    /// A name that nothing in the schema has, nor anything that prost-build makes of it.
    fn unheard_of(&self, name: &str) -> String {
        let defs = &self.schema.definitions;
        let is_heard_of = |given: &str| {
            let [ident, module] = [convert::camel(given), convert::snake(given)];
            defs.iter().any(|def| {
                convert::camel(&def.name).contains(&ident)
                    || convert::snake(&def.name).contains(&module)
            })
        };
        let stem = name.trim_matches('_');
        let numbered = (1..).map(|n| format!("{stem}__module_moved_{n}__"));
        let mut fresh = numbered.filter(|given| !self.types.given.values().any(|one| one == given));
        fresh.find(|given| !is_heard_of(given)).unwrap_or_default() // never: no end
    }

    fn nested(&mut self, def: &Definition, modules: &[String]) {
        let children = self.children.remove(&def.id).unwrap_or_default();
        self.scope(&children, modules, &BTreeSet::new());
        let idents =
            children
                .iter()
                .filter_map(|child| match self.types.places.get(&child.id)? {
                    Place::Local { ident, .. } => Some(ident.clone()),
                    Place::Extern(_) => None,
                });
        let nested: BTreeSet<String> = idents.collect();
        let mut members = Members::new(self.diagnostics);
        let given = match &def.kind {
            DefinitionKind::Struct(item) => members.of_message(self.schema, item, &nested),
            DefinitionKind::Enum(item) => {
                let name = self.types.given(def.id).unwrap_or(&def.name);
                members.of_enum(&convert::camel(name), item)
            }
            _ => return,
        };
        if let Some(given) = given {
            self.types.given_members.insert(def.id, given);
        }
    }
}

/// A name that was asked for, and that another thing has which asked for it too, or that takes
/// something with it that is not free.
fn not_free(asked: &str, name: &str, span: streamgen_idl::Span) -> Diagnostic {
    let message = format!("`{asked}` cannot be the name of `{name}` too: it is taken");
    Diagnostic::new(Code::InvalidRustName, message).label(span, "-rename asks for it here")
}
