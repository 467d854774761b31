//! Which messages, enums and services are generated, and which patterns pick nothing.

use streamgen_idl::Diagnostic;
use streamgen_idl::model::{DefinitionKind, Schema};

use crate::options::{IdlPath, TypeOptions};

use super::super::reachable::reachable;
use super::super::selection::nothing_picked;
use super::{ExternTypes, Place, ProtobufTypes};

/// For each definition whether it is generated.
pub(in crate::plan) fn generated(
    schema: &Schema,
    options: &TypeOptions,
    types: &ProtobufTypes,
    externs: &ExternTypes,
) -> Vec<bool> {
    let mut kept = match options.only_reachable {
        true => reachable(schema),
        false => vec![true; schema.definitions.len()],
    };
    for (name, id) in types.full_names() {
        let is_extern = match types.place(id) {
            Some(place) => matches!(place, Place::Extern(_)),
            None => externs.resolve(name).is_some(),
        };
        kept[id.index()] &= !is_extern;
    }
    kept
}

/// Reports options that pick nothing: a name that was mistyped.
pub(in crate::plan) fn check(
    schema: &Schema,
    options: &TypeOptions,
    types: &ProtobufTypes,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let given = !options.type_attributes.is_empty()
        || !options.field_attributes.is_empty()
        || !options.skip_debug.is_empty()
        || !options.bytes_of.is_empty()
        || !options.maps_of.is_empty()
        || !options.extern_paths.is_empty();
    if !given {
        return;
    }
    let (kinds, members) = paths(schema, types);
    let picks = |paths: &[String], pattern: &IdlPath| {
        let mut paths = paths.iter().map(|path| path.split('.').collect::<Vec<_>>());
        paths.any(|path| pattern.picks(&path))
    };
    let mut report = |flag, path, what| diagnostics.push(nothing_picked(flag, path, what));
    let type_patterns = options.type_attributes.iter();
    let type_patterns = type_patterns.map(|one| ("type-attribute", &one.path));
    let debug_patterns = options.skip_debug.iter().map(|path| ("skip-debug", path));
    for (flag, path) in type_patterns.chain(debug_patterns) {
        if !picks(&kinds, path) {
            report(flag, path, "message, enum or oneof");
        }
    }
    for one in &options.field_attributes {
        if !picks(&members, &one.path) {
            report(
                "field-attribute",
                &one.path,
                "field and no value of an enum",
            );
        }
    }
    let bytes_of = options.bytes_of.iter().map(|one| ("bytes-type", &one.path));
    let maps_of = options.maps_of.iter().map(|one| ("map-type", &one.path));
    let fields = fields(schema, types);
    for (flag, path) in bytes_of.chain(maps_of) {
        if !picks(&fields, path) {
            report(flag, path, "field");
        }
    }
    for one in &options.extern_paths {
        let mut names = types.full_names();
        if !names.any(|(name, _)| one.path.is_prefix_of(&name.split('.').collect::<Vec<_>>())) {
            report("extern-path", &one.path, "package or definition");
        }
    }
}

/// The full names of fields, those of oneofs too.
fn fields(schema: &Schema, types: &ProtobufTypes) -> Vec<String> {
    let names = types.full_names().filter_map(|(name, id)| {
        let DefinitionKind::Struct(item) = &schema.def(id).kind else {
            return None;
        };
        Some(
            item.fields
                .iter()
                .map(move |field| format!("{name}.{}", field.name)),
        )
    });
    names.flatten().collect()
}

/// The full names of types, and of what they hold. A oneof is both; its members are named below it.
fn paths(schema: &Schema, types: &ProtobufTypes) -> (Vec<String>, Vec<String>) {
    let (mut kinds, mut members) = (Vec::new(), Vec::new());
    for (name, id) in types.full_names() {
        match &schema.def(id).kind {
            DefinitionKind::Struct(item) => {
                let oneofs = item.oneofs.iter().map(|one| format!("{name}.{}", one.name));
                let oneofs: Vec<_> = oneofs.collect();
                members.extend(item.fields.iter().map(|field| {
                    let scope = field.oneof.and_then(|index| oneofs.get(index));
                    let scope = scope.map_or(name, String::as_str);
                    format!("{scope}.{}", field.name)
                }));
                members.extend(oneofs.iter().cloned());
                kinds.extend(oneofs);
            }
            DefinitionKind::Enum(item) => {
                let values = item.variants.iter();
                members.extend(values.map(|value| format!("{name}.{}", value.name)));
            }
            _ => continue,
        }
        kinds.push(name.to_owned());
    }
    (kinds, members)
}
