//! Where the Rust types of Protobuf messages are, and what prost-build is told they are called.
//!
//! prost-build decides on Rust names by itself, one name at a time: names that end up equal make
//! code that does not compile, or a panic. So every name is converted here first, as it will be
//! there; one whose Rust name is taken is handed over under another.

mod convert;
mod extern_types;
mod members;
mod selection;
mod without_effect;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use streamgen_idl::model::{DefId, Definition, DefinitionKind, Schema};

pub(crate) use convert::{given_module, module_name};
pub(crate) use extern_types::{ExternTypes, PROST, PROST_TYPES};
pub(super) use selection::{check, generated};
pub(crate) use without_effect::warn as warn_about_options;

/// The decision for every message and enum of a schema; empty for Thrift.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProtobufTypes {
    places: HashMap<DefId, Place>,
    by_full_name: HashMap<String, DefId>,
    given: HashMap<DefId, String>,
    given_members: HashMap<DefId, GivenMembers>,
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
    /// Names everything in the `.proto` files of the schema.
    pub(crate) fn build(schema: &Schema, externs: &ExternTypes) -> Self {
        let mut types = Self::default();
        let mut packages: BTreeMap<&[String], Vec<&Definition>> = BTreeMap::new();
        let mut children: HashMap<DefId, Vec<&Definition>> = HashMap::new();
        for file in schema.files_in_order().filter(|f| f.kind.is_protobuf()) {
            for def in schema.definitions_of(file.id) {
                types.by_full_name.insert(full_name(schema, def), def.id);
                match def.parent {
                    _ if matches!(def.kind, DefinitionKind::Service(_)) => {}
                    Some(parent) => children.entry(parent).or_default().push(def),
                    None => packages.entry(&file.module).or_default().push(def),
                }
            }
        }
        let mut naming = Naming {
            schema,
            externs,
            children,
            types,
        };
        for defs in packages.values() {
            naming.scope(defs, &[], &mut Taken::default());
        }
        naming.types
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
        let idents = local
            .filter(|def| matches!(def.kind, DefinitionKind::Struct(_)))
            .map(|def| convert::snake(self.given(def.id).unwrap_or(&def.name)));
        let mut taken: BTreeSet<String> = idents
            .map(|ident| super::ident::unraw(&ident).to_owned())
            .collect();
        if !self.places.is_empty() {
            // prost-build calls it `extern_`, which is no name that we would give.
            taken.insert("extern".to_owned());
        }
        taken
    }
}

/// The name of a definition with package and parents, without the leading dot.
fn full_name(schema: &Schema, def: &Definition) -> String {
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

struct Naming<'a> {
    schema: &'a Schema,
    externs: &'a ExternTypes,
    children: HashMap<DefId, Vec<&'a Definition>>,
    types: ProtobufTypes,
}

impl Naming<'_> {
    /// Names the definitions of a package or a message, and everything nested in them. Messages
    /// nest some hundred levels at most.
    fn scope(&mut self, defs: &[&Definition], modules: &[String], taken: &mut Taken) {
        for def in defs {
            let full_name = full_name(self.schema, def);
            if let Some(path) = self.externs.resolve(&full_name) {
                self.types.places.insert(def.id, Place::Extern(path));
                self.nested(def, &[]);
                continue;
            }
            let is_free = |name: &str, taken: &Taken| {
                !taken.types.contains(&convert::camel(name))
                    && !taken.modules.contains(&convert::snake(name))
            };
            let name = convert::first_free(&def.name, "Unnamed", |name| is_free(name, taken));
            taken.types.insert(convert::camel(&name));
            if matches!(def.kind, DefinitionKind::Struct(_)) {
                taken.modules.insert(convert::snake(&name));
            }
            let place = Place::Local {
                modules: modules.to_vec(),
                ident: convert::camel(&name),
            };
            self.types.places.insert(def.id, place);
            let mut inner = modules.to_vec();
            inner.push(convert::snake(&name));
            if name != def.name {
                self.types.given.insert(def.id, name);
            }
            self.nested(def, &inner);
        }
    }

    fn nested(&mut self, def: &Definition, modules: &[String]) {
        let children = self.children.remove(&def.id).unwrap_or_default();
        let mut taken = Taken::default();
        self.scope(&children, modules, &mut taken);
        let given = match &def.kind {
            DefinitionKind::Struct(item) => members::of_message(self.schema, item, &taken.types),
            DefinitionKind::Enum(item) => {
                let name = self.types.given(def.id).unwrap_or(&def.name);
                members::of_enum(&convert::camel(name), item)
            }
            _ => return,
        };
        if let Some(given) = given {
            self.types.given_members.insert(def.id, given);
        }
    }
}
