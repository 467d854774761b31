//! The name of each message and enum.

use std::collections::{BTreeSet, HashMap};

use streamgen_idl::model::{DefId, Definition, DefinitionKind, Schema};
use streamgen_idl::{Code, Diagnostic};

use super::super::ident;
use super::super::names::asked_name;
use super::members::Members;
use super::packages::Subpackages;
use super::{ExternTypes, Moved, Place, ProtobufTypes, convert, full_name};

/// Rust names that a scope has given away.
#[derive(Clone, Debug, Default)]
struct Taken {
    types: BTreeSet<String>,
    modules: BTreeSet<String>,
}

/// The naming of all definitions.
pub(super) struct Naming<'a, 'd> {
    pub(super) schema: &'a Schema,
    pub(super) externs: &'a ExternTypes,
    /// What is nested in each message, until that is named.
    pub(super) children: HashMap<DefId, Vec<&'a Definition>>,
    pub(super) types: ProtobufTypes,
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
}

impl Naming<'_, '_> {
    pub(super) fn package(
        &mut self,
        package: &[String],
        defs: &[&Definition],
        below: &Subpackages<'_>,
    ) {
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
pub(super) fn not_free(asked: &str, name: &str, span: streamgen_idl::Span) -> Diagnostic {
    let message = format!("`{asked}` cannot be the name of `{name}` too: it is taken");
    Diagnostic::new(Code::InvalidRustName, message).label(span, "-rename asks for it here")
}
