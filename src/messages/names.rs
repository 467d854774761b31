//! Names as they should have been, in what prost-build made of those that it was given.

use std::collections::{BTreeMap, HashMap};

use streamgen_idl::model::DefId;

use crate::plan::protobuf::{Moved, Place};
use crate::plan::{ModuleId, Plan, RustType};

use super::syntax::{
    Above, Argument, ArmValue, Attribute, Enumeration, Field, Item, MapValue, Module,
};

/// The module of a package, the modules in it, the type.
type Key<'a> = (ModuleId, &'a [String], &'a str);

/// What is called otherwise.
pub(super) struct Names<'a> {
    plan: &'a Plan<'a>,
    /// The names that messages have in generated code, by those in prost-build's text.
    moved: HashMap<&'a str, &'a str>,
    definitions: BTreeMap<Key<'a>, DefId>,
}

impl<'a> Names<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        let definitions = plan.protobuf.full_names().filter_map(|(_, id)| {
            let Place::Local { modules, ident } = plan.protobuf.place(id)? else {
                return None;
            };
            let module = plan.modules.of_file(plan.schema.def(id).file);
            Some(((module, modules.as_slice(), ident.as_str()), id))
        });
        Self {
            plan,
            moved: plan.protobuf.moved().flat_map(Moved::names).collect(),
            definitions: definitions.collect(),
        }
    }

    /// Puts the names in the module of a package right.
    pub(super) fn restore(&self, module: ModuleId, tree: &mut Module) {
        if !self.moved.is_empty() {
            tree.for_each(&mut |item| self.move_item(item));
        }
        self.restore_in(module, &mut Vec::new(), tree);
    }

    fn restore_in(&self, module: ModuleId, path: &mut Vec<String>, tree: &mut Module) {
        for item in &mut tree.items {
            match item {
                Item::Enumeration(item) => {
                    if let Some(id) = self.definitions.get(&(module, path, &item.ident)) {
                        self.restore_values(*id, item);
                    }
                }
                Item::Nested(nested) => {
                    if let Some(id) = self.definitions.get(&(module, path, &nested.message)) {
                        let def = self.plan.schema.def(*id);
                        nested.message = self.plan.protobuf.documented_name(def).to_owned();
                    }
                    path.push(nested.ident.clone());
                    self.restore_in(module, path, &mut nested.module);
                    path.pop();
                }
                Item::Message(_) | Item::Oneof(_) => {}
            }
        }
    }

    /// The names of an enum's values that its functions know.
    fn restore_values(&self, id: DefId, item: &mut Enumeration) {
        let given = self.plan.protobuf.given_members(id);
        let (Some(given), Some(own)) = (given, self.plan.schema.enumeration(id)) else {
            return;
        };
        let names: HashMap<_, _> = given
            .values
            .iter()
            .filter_map(|(index, name)| Some((quoted(name), &own.variants.get(*index)?.name)))
            .collect();
        for arm in item.functions.iter_mut().flat_map(|one| &mut one.arms) {
            let value = match &mut arm.value {
                ArmValue::Plain(value) => Some(value),
                ArmValue::Some(_) => None,
            };
            for literal in [Some(&mut arm.pattern), value].into_iter().flatten() {
                if let Some(own) = names.get(literal.as_str()) {
                    *literal = quoted(own);
                }
            }
        }
    }

    fn move_item(&self, item: &mut Item) {
        if let Some(above) = item.above() {
            self.move_above(above);
        }
        match item {
            Item::Message(item) => {
                self.move_path(&mut item.ident);
                item.fields.iter_mut().for_each(|one| self.move_field(one));
            }
            Item::Oneof(item) => {
                self.move_path(&mut item.ident);
                item.members.iter_mut().for_each(|one| self.move_field(one));
            }
            Item::Enumeration(item) => self.move_path(&mut item.ident),
            Item::Nested(item) => {
                self.move_path(&mut item.message);
                self.move_path(&mut item.ident);
            }
        }
    }

    fn move_field(&self, field: &mut Field) {
        self.move_above(&mut field.above);
        self.move_type(&mut field.ty);
    }

    fn move_type(&self, ty: &mut RustType) {
        self.move_path(&mut ty.path);
        ty.args.iter_mut().for_each(|one| self.move_type(one));
    }

    fn move_above(&self, above: &mut Above) {
        for attribute in &mut above.attributes {
            let Attribute::Prost(arguments) = attribute else {
                continue;
            };
            for argument in arguments {
                match argument {
                    Argument::Type { path, .. }
                    | Argument::Map {
                        value: MapValue::Enumeration(path),
                        ..
                    } => self.move_path(path),
                    Argument::Map { .. } | Argument::Plain(_) => {}
                }
            }
        }
    }

    fn move_path(&self, path: &mut String) {
        let own = |part| self.moved.get(part).copied();
        if path.split("::").any(|part| own(part).is_some()) {
            let parts = path.split("::").map(|part| own(part).unwrap_or(part));
            *path = parts.collect::<Vec<_>>().join("::");
        }
    }
}

/// A name as the literal that prost-build writes: names of Protobuf hold nothing to escape.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
