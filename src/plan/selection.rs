//! Which definitions are generated: not those that exist in Rust already, nor under
//! `-only-reachable` those that nobody needs.

use streamgen_idl::model::{DefId, DefinitionKind, EnumVariant, Field, Schema};
use streamgen_idl::{Code, Diagnostic};

use crate::options::{IdlPath, TypeOptions};

use super::attributes::{idl_paths, picks};
use super::externs::{Externs, rest};
use super::modules::ModuleTree;
use super::reachable::reachable;

/// For each definition whether it is generated.
pub(super) fn generated(schema: &Schema, options: &TypeOptions, externs: &Externs) -> Vec<bool> {
    let reachable = options.only_reachable.then(|| reachable(schema));
    let generated = |id: DefId| {
        externs.path(id).is_none() && reachable.as_ref().is_none_or(|kept| kept[id.index()])
    };
    schema
        .definitions
        .iter()
        .map(|def| generated(def.id))
        .collect()
}

/// Leaves out what files other than the root define (Kitex's `-no-recurse`), but for those that share
/// the root's module, which one run has to write as a whole.
pub(super) fn leave_to_others(schema: &Schema, modules: &ModuleTree, generated: &mut [bool]) {
    let root = modules.of_file(schema.root);
    for def in &schema.definitions {
        generated[def.id.index()] &= modules.of_file(def.file) == root;
    }
}

/// Reports options that have no effect on this IDL: a name that was mistyped.
pub(super) fn check(schema: &Schema, options: &TypeOptions, diagnostics: &mut Vec<Diagnostic>) {
    let mut report = |flag: &str, path: &IdlPath, what: &str| {
        diagnostics.push(nothing_picked(flag, path, what));
    };
    for attribute in &options.type_attributes {
        if !picks_type(schema, &attribute.path) {
            report(
                "type-attribute",
                &attribute.path,
                "struct, union, exception or enum",
            );
        }
    }
    for attribute in &options.field_attributes {
        if !picks_member(schema, &attribute.path) {
            report(
                "field-attribute",
                &attribute.path,
                "field and no value of an enum",
            );
        }
    }
    for path in &options.skip_debug {
        if !picks_type(schema, path) {
            report("skip-debug", path, "struct, union or exception");
        }
    }
    for pattern in &options.extern_paths {
        if !schema
            .definitions
            .iter()
            .any(|def| rest(pattern, schema, def).is_some())
        {
            report(
                "extern-path",
                &pattern.path,
                "namespace, file or definition",
            );
        }
    }
}

/// Reports an option that keeps nothing.
pub(super) fn check_reachable(
    schema: &Schema,
    options: &TypeOptions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if options.only_reachable && schema.services_of(schema.root).next().is_none() {
        let file = schema.file(schema.root).path.display();
        diagnostics.push(
            Diagnostic::new(
                Code::NoService,
                format!("`{file}` defines no service, so nothing is reachable"),
            )
            .help("leave out -only-reachable to generate every type"),
        );
    }
}

/// The report of a pattern that fits nothing.
pub(super) fn nothing_picked(flag: &str, path: &IdlPath, what: &str) -> Diagnostic {
    let message = format!("-{flag} `{path}` picks no {what} of the IDL");
    Diagnostic::new(Code::NothingPicked, message)
        .help("a path is .namespace.Name or .file.Name, or the end of one; `.` is everything")
}

fn picks_type(schema: &Schema, pattern: &IdlPath) -> bool {
    schema.definitions.iter().any(|def| {
        let has_attributes = matches!(
            def.kind,
            DefinitionKind::Struct(_) | DefinitionKind::Enum(_)
        );
        has_attributes && picks(pattern, &idl_paths(schema.file(def.file), &def.name, None))
    })
}

fn picks_member(schema: &Schema, pattern: &IdlPath) -> bool {
    schema.definitions.iter().any(|def| {
        let names: Vec<&str> = match &def.kind {
            DefinitionKind::Struct(item) => item
                .fields
                .iter()
                .map(|Field { name, .. }| name.as_str())
                .collect(),
            DefinitionKind::Enum(item) => item
                .variants
                .iter()
                .map(|EnumVariant { name, .. }| name.as_str())
                .collect(),
            _ => Vec::new(),
        };
        let file = schema.file(def.file);
        names
            .iter()
            .any(|name| picks(pattern, &idl_paths(file, &def.name, Some(name))))
    })
}
