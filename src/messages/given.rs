//! Descriptors as prost-build gets them.

use std::collections::HashMap;

use streamgen_idl::model::DefId;
use streamgen_idl::prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use crate::plan::protobuf::{GivenMembers, Place, given_module};
use crate::plan::{Content, ModuleId, Plan};

use super::docs;

/// The package under which prost-build makes the path of the module; `None` when it is the same, or
/// when the file has no module.
fn package_of(plan: &Plan<'_>, module: ModuleId, package: &str) -> Option<String> {
    let path = plan.modules.path(module);
    let parts: Vec<_> = package.split('.').filter(|part| !part.is_empty()).collect();
    if path.len() != parts.len() {
        return None;
    }
    let given = parts
        .iter()
        .zip(path)
        .map(|(part, ident)| given_module(part, ident));
    let given = given.collect::<Vec<_>>().join(".");
    (given != package).then_some(given)
}

/// Names of types and packages that differ, by the full name of the IDL with a leading dot.
#[derive(Debug)]
pub(super) struct Given<'a> {
    plan: &'a Plan<'a>,
    types: HashMap<String, String>,
}

impl<'a> Given<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            types: plan.given_type_names(),
        }
    }

    /// The full name under which prost-build knows a type, with a leading dot.
    pub(super) fn full_name(&self, name: &str) -> String {
        let name = format!(".{name}");
        self.types.get(&name).cloned().unwrap_or(name)
    }

    /// The paths of the user, with a leading dot, and those of single types below them whose package
    /// prost-build knows under another name.
    pub(super) fn extern_paths(&self) -> Vec<(String, String)> {
        let options = self.plan.options();
        let own = options.extern_paths.iter();
        let mut paths: Vec<_> = own
            .map(|one| {
                (
                    format!(".{}", one.path.names().join(".")),
                    one.rust_path.clone(),
                )
            })
            .collect();
        if paths.is_empty() {
            return paths;
        }
        for (name, id) in self.plan.protobuf.full_names() {
            if let Some(Place::Extern(rust)) = self.plan.protobuf.place(id)
                && let Some(given) = self.types.get(&format!(".{name}"))
            {
                paths.push((given.clone(), rust.clone()));
            }
        }
        paths
    }

    /// Gives a file of the set the names that were planned, and marks where `docs` belong.
    pub(super) fn apply(
        &self,
        module: ModuleId,
        file: &mut FileDescriptorProto,
        docs: &mut Vec<Vec<String>>,
    ) {
        file.source_code_info = docs::source_info(self.plan, file, docs);
        let package = file.package().to_owned();
        for message in &mut file.message_type {
            self.message(&package, message);
        }
        for found in &mut file.enum_type {
            self.enumeration(&package, found);
        }
        // Nothing is made of services and extensions.
        file.service.clear();
        file.extension.clear();
        if let Some(name) = package_of(self.plan, module, &package) {
            file.package = Some(name);
        }
    }

    /// The name given to the type of a field. What has none of its own but is in one that has, is
    /// the entry message of a map.
    fn type_name(&self, name: &str) -> Option<String> {
        if let Some(given) = self.types.get(name) {
            return Some(given.clone());
        }
        let (parent, entry) = name.rsplit_once('.')?;
        Some(format!("{}.{entry}", self.types.get(parent)?))
    }

    fn message(&self, scope: &str, message: &mut DescriptorProto) {
        let full_name = join(scope, message.name());
        let id = self.plan.protobuf.find(&full_name);
        for field in &mut message.field {
            if let Some(given) = self.type_name(field.type_name()) {
                field.type_name = Some(given);
            }
        }
        for child in &mut message.nested_type {
            self.message(&full_name, child);
        }
        for child in &mut message.enum_type {
            self.enumeration(&full_name, child);
        }
        // The entry message of a map has no definition, and keeps its name.
        let Some(id) = id else {
            return;
        };
        self.defaults(id, message);
        if let Some(given) = self.plan.protobuf.given_members(id) {
            rename_members(given, message);
        }
        if let Some(name) = self.plan.protobuf.given(id) {
            message.name = Some(name.to_owned());
        }
    }

    /// The default of an enum field is the name of a value.
    fn defaults(&self, id: DefId, message: &mut DescriptorProto) {
        let Some(item) = self.plan.schema.struct_like(id) else {
            return;
        };
        for (field, proto) in item.fields.iter().zip(&mut message.field) {
            let Some(streamgen_idl::model::ValueKind::Enum { def, variant, .. }) =
                field.default.as_ref().map(|value| &value.kind)
            else {
                continue;
            };
            let (Some(index), Some(found)) = (variant, self.plan.schema.enumeration(*def)) else {
                continue;
            };
            let given = self.plan.protobuf.given_members(*def);
            let given = given.and_then(|given| given.values.get(index));
            let own = found.variants.get(*index).map(|variant| &variant.name);
            proto.default_value = given.or(own).cloned();
        }
    }

    fn enumeration(&self, scope: &str, found: &mut EnumDescriptorProto) {
        let Some(id) = self.plan.protobuf.find(&join(scope, found.name())) else {
            return;
        };
        if let Some(given) = self.plan.protobuf.given_members(id) {
            for (index, name) in &given.values {
                if let Some(value) = found.value.get_mut(*index) {
                    value.name = Some(name.clone());
                }
            }
        }
        if let Some(name) = self.plan.protobuf.given(id) {
            found.name = Some(name.to_owned());
        }
    }
}

/// The model leaves out the oneofs that stand for `optional`; they come last in a descriptor.
fn rename_members(given: &GivenMembers, message: &mut DescriptorProto) {
    for (index, name) in &given.fields {
        if let Some(field) = message.field.get_mut(*index) {
            field.name = Some(name.clone());
        }
    }
    for (index, name) in &given.oneofs {
        if let Some(oneof) = message.oneof_decl.get_mut(*index) {
            oneof.name = Some(name.clone());
        }
    }
}

pub(super) fn join(scope: &str, name: &str) -> String {
    match scope {
        "" => name.to_owned(),
        scope => format!("{scope}.{name}"),
    }
}

impl Plan<'_> {
    /// The packages and types that prost-build knows under other names: full name of the IDL to full
    /// name given, both with a leading dot.
    fn given_type_names(&self) -> HashMap<String, String> {
        let packages: HashMap<&str, String> = self
            .modules
            .iter()
            .filter_map(|(id, module)| {
                let Content::Namespace { files, .. } = &module.content else {
                    return None;
                };
                let package = self.schema.file(*files.first()?).package.as_deref()?;
                Some((package, package_of(self, id, package)?))
            })
            .collect();
        if packages.is_empty() && !self.protobuf.renames_types() {
            return HashMap::new();
        }
        let names = self.protobuf.full_names().filter_map(|(full_name, id)| {
            let given = self.given_full_name(id, &packages);
            (given != full_name).then(|| (format!(".{full_name}"), format!(".{given}")))
        });
        names.collect()
    }

    fn given_full_name(&self, id: DefId, packages: &HashMap<&str, String>) -> String {
        let def = self.schema.def(id);
        let own = self.protobuf.given(id).unwrap_or(&def.name);
        let scope = match def.parent {
            Some(parent) => self.given_full_name(parent, packages),
            None => {
                let package = self.schema.file(def.file).package.as_deref();
                let package = package.unwrap_or_default();
                packages
                    .get(package)
                    .map_or(package, String::as_str)
                    .to_owned()
            }
        };
        join(&scope, own)
    }
}
