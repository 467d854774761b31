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
    let patterns = patterns(options);
    if !patterns.is_empty() {
        let (kinds, members) = paths(schema, types);
        let fields = fields(schema, types);
        for (flag, path, picks) in patterns {
            let (paths, what) = match picks {
                Picks::Types => (&kinds, "message, enum or oneof"),
                Picks::Members => (&members, "field and no value of an enum"),
                Picks::Fields => (&fields, "field"),
            };
            let mut paths = paths.iter().map(|path| path.split('.').collect::<Vec<_>>());
            if !paths.any(|one| path.picks(&one)) {
                diagnostics.push(nothing_picked(flag, path, what));
            }
        }
    }
    for one in &options.extern_paths {
        let mut names = types.full_names();
        if !names.any(|(name, _)| one.path.is_prefix_of(&name.split('.').collect::<Vec<_>>())) {
            let what = "package or definition";
            diagnostics.push(nothing_picked("extern-path", &one.path, what));
        }
    }
}

/// What a pattern is for.
enum Picks {
    Types,
    Members,
    Fields,
}

/// The patterns, each with the option that it belongs to.
fn patterns(options: &TypeOptions) -> Vec<(&'static str, &IdlPath, Picks)> {
    let types = options.type_attributes.iter();
    let types = types.map(|one| ("type-attribute", &one.path, Picks::Types));
    let debug = options.skip_debug.iter();
    let debug = debug.map(|path| ("skip-debug", path, Picks::Types));
    let members = options.field_attributes.iter();
    let members = members.map(|one| ("field-attribute", &one.path, Picks::Members));
    let bytes = options.bytes_of.iter();
    let bytes = bytes.map(|one| ("bytes-type", one.path(), Picks::Fields));
    let maps = options.maps_of.iter();
    let maps = maps.map(|one| ("map-type", one.path(), Picks::Fields));
    let all = types.chain(debug).chain(members).chain(bytes).chain(maps);
    all.collect()
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
