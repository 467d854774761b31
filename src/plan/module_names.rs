//! What is said about modules that are not called what the IDL calls them.

use std::collections::BTreeMap;
use std::path::Path;

use streamgen_idl::model::{DefId, Definition, File, Schema};
use streamgen_idl::{Code, Diagnostic};

use crate::options::Rename;

use super::clashes::own_name;
use super::ident::{self, Case};
use super::modules::{Content, ModuleId, ModuleTree};
use super::names::asked_name;
use super::protobuf::full_name;
use super::rename::asked_module;

/// Warns of each namespace and service whose module has another name, and refuses a name that was
/// asked for and is taken.
pub(super) fn check(
    schema: &Schema,
    tree: &ModuleTree,
    renames: &[Rename],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (id, module) in tree.iter() {
        match &module.content {
            Content::Namespace { files, .. } => {
                asked_twice(schema, tree, &module.children, diagnostics);
                if let Some(file) = files.first() {
                    namespace(schema.file(*file), tree, id, renames, diagnostics);
                }
            }
            Content::Service(def) => diagnostics.extend(service(schema, *def, &module.ident)),
            Content::Part { .. } | Content::Descriptors => {}
        }
    }
}

fn namespace(
    file: &File,
    tree: &ModuleTree,
    id: ModuleId,
    renames: &[Rename],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let names: Vec<&str> = file.module.iter().map(String::as_str).collect();
    let idents = tree.path(id);
    let mut renamed = Vec::new();
    for (index, (name, ident)) in names.iter().zip(&idents).enumerate() {
        let ident = ident::unraw(ident);
        let path = &names[..=index];
        match asked_module(renames, path).map(ident::unraw) {
            Some(asked) if asked != ident => {
                diagnostics.push(taken(asked, &path.join("."), file));
                return;
            }
            None if ident != *name => renamed.push((path.join("."), ident)),
            _ => {}
        }
    }
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let from_stem = !file.kind.is_protobuf() && file.module_namespace().is_none();
    let whole: Vec<&str> = idents.iter().map(|ident| ident::unraw(ident)).collect();
    if from_stem && !is_name(&stem) {
        diagnostics.push(no_name(&file.path, &whole));
    } else if !from_stem && !renamed.is_empty() {
        diagnostics.push(other_name(file, &names.join("."), &whole, &renamed));
    }
}

/// Whether the name of a file is a name but for its case and marks between words, which everybody
/// expects to be lost.
fn is_name(stem: &str) -> bool {
    stem.is_ascii()
        && stem.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && stem.contains(|c: char| c.is_ascii_alphanumeric())
}

fn no_name(path: &Path, idents: &[&str]) -> Diagnostic {
    let module = idents.join("::");
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let message = format!("`{file}` is no name of a Rust module, so the module is `{module}`");
    Diagnostic::new(Code::ModuleRenamed, message).help(format!(
        "give the file a namespace, with this name or another: namespace rs {module}"
    ))
}

fn other_name(
    file: &File,
    namespace: &str,
    idents: &[&str],
    renamed: &[(String, &str)],
) -> Diagnostic {
    let what = match file.kind.is_protobuf() {
        true => "package",
        false => "namespace",
    };
    let message = format!(
        "the module of the {what} `{namespace}` is `{}`",
        idents.join("::")
    );
    let found = Diagnostic::new(Code::ModuleRenamed, message);
    if let Some(written) = file.module_namespace() {
        let line = format!("namespace rs {}", idents.join("."));
        let found = found.label(written.span, "");
        return match written.scope.as_str() {
            "rs" | "rust" => found.suggest("write the name of the module", written.span, line),
            _ => found.help(format!(
                "write the name that it shall have, this or another: {line}"
            )),
        };
    }
    let found = match file.package_span {
        Some(span) => found.label(span, ""),
        None => found,
    };
    let options = renamed
        .iter()
        .map(|(path, ident)| format!("-rename {path}={ident}"));
    found.help(format!(
        "give the name that it shall have, this or another: {}",
        options.collect::<Vec<_>>().join(" ")
    ))
}

fn taken(asked: &str, path: &str, file: &File) -> Diagnostic {
    let message = format!("the module of `{path}` cannot be `{asked}`: the name is taken");
    let found = Diagnostic::new(Code::InvalidRustName, message);
    match file
        .package_span
        .or(file.module_namespace().map(|one| one.span))
    {
        Some(span) => found.label(span, "-rename asks for it here"),
        None => found,
    }
}

/// Reports services of one namespace that ask for one name: the second cannot have it.
fn asked_twice(
    schema: &Schema,
    tree: &ModuleTree,
    children: &[ModuleId],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first: BTreeMap<&str, &Definition> = BTreeMap::new();
    let services = children
        .iter()
        .filter_map(|id| match tree.get(*id).content {
            Content::Service(def) => Some(schema.def(def)),
            _ => None,
        });
    let mut services: Vec<_> = services.collect();
    services.sort_by_key(|def| def.id);
    for def in services {
        let Some(asked) = asked_name(&def.annotations) else {
            continue;
        };
        if let Some(winner) = first.get(asked) {
            let message = format!(
                "`{asked}` cannot be the name of `{}` too: `{}` has it",
                def.name, winner.name
            );
            let found = Diagnostic::new(Code::InvalidRustName, message);
            let found = found.label(def.name_span, "this one asks for it");
            diagnostics.push(found.label(winner.name_span, "so does this one"));
        } else {
            first.insert(asked, def);
        }
    }
}

/// A service of which another thing has the module.
fn service(schema: &Schema, id: DefId, ident: &str) -> Option<Diagnostic> {
    let def = schema.def(id);
    let name = asked_name(&def.annotations).map_or(def.name.as_str(), ident::unraw);
    let wanted = ident::suffixed(Case::Snake.convert(name));
    let ident = ident::unraw(ident);
    if wanted.is_empty() || wanted == ident {
        return None;
    }
    let message = format!(
        "the module of the service `{}` is `{ident}`: `{wanted}` is taken",
        def.name
    );
    let is_protobuf = schema.file(def.file).kind.is_protobuf();
    let path = is_protobuf.then(|| full_name(schema, def));
    let found = Diagnostic::new(Code::ModuleRenamed, message).label(def.name_span, "");
    Some(found.help(own_name(path.as_deref())))
}
