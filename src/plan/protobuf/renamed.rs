//! What is said about messages, enums and members that have other names in Rust than Rust's case
//! makes of those of the IDL.

use std::collections::{BTreeMap, HashMap};

use streamgen_idl::model::{DefId, Definition, DefinitionKind, Enum, Schema, StructLike};
use streamgen_idl::{Code, Diagnostic, Span};

use super::super::clashes::own_name;
use super::super::names::asked_name;
use super::convert::{camel, snake, value};
use super::{GivenMembers, Place, ProtobufTypes, full_name};

/// Warns of each name that was changed without being asked for.
pub(super) fn warn(schema: &Schema, types: &ProtobufTypes, diagnostics: &mut Vec<Diagnostic>) {
    let holders = holders(schema, types);
    for def in &schema.definitions {
        let path = || full_name(schema, def);
        if let Some(moved) = types.moved.get(&def.id) {
            diagnostics.push(module_moved(def, moved.module(), &path()));
        } else if let Some(given) = types
            .given(def.id)
            .filter(|_| asked_name(&def.annotations).is_none())
        {
            let wanted = (scope(schema, def), camel(&def.name));
            let winner = holders.get(&wanted).map(|id| schema.def(*id));
            let winner = winner.map(|winner| (winner.name.as_str(), winner.name_span));
            let names = [def.name.as_str(), &camel(given)];
            diagnostics.push(clash(names, def.name_span, winner, &path()));
        }
        if let Some(given) = types.given_members(def.id) {
            members(def, types, given, &path(), diagnostics);
        }
    }
}

fn members(
    def: &Definition,
    types: &ProtobufTypes,
    given: &GivenMembers,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match &def.kind {
        DefinitionKind::Struct(item) => {
            fields(item, &given.fields, path, diagnostics);
            oneofs(item, &given.oneofs, def.name_span, path, diagnostics);
        }
        DefinitionKind::Enum(item) => {
            let ident = camel(types.given(def.id).unwrap_or(&def.name));
            values(item, &ident, &given.values, path, diagnostics);
        }
        _ => {}
    }
}

fn values(
    item: &Enum,
    ident: &str,
    given: &BTreeMap<usize, String>,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let rust = |name: &str| value(ident, name);
    for (index, given) in given {
        let one = &item.variants[*index];
        if asked_name(&one.annotations).is_some() {
            continue;
        }
        let mut others = item.variants[..*index].iter();
        let winner = others.find(|other| rust(&other.name) == rust(&one.name));
        let winner = winner.map(|other| (other.name.as_str(), other.name_span));
        let path = format!("{path}.{}", one.name);
        let names = [one.name.as_str(), &rust(given)];
        diagnostics.push(clash(names, one.name_span, winner, &path));
    }
}

/// A place where types have names of their own: the parent, or the package.
type Scope<'a> = (Option<DefId>, &'a [String]);

fn scope<'a>(schema: &'a Schema, def: &Definition) -> Scope<'a> {
    (def.parent, &schema.file(def.file).module)
}

/// Who has each Rust name.
fn holders<'a>(schema: &'a Schema, types: &ProtobufTypes) -> HashMap<(Scope<'a>, String), DefId> {
    let named = schema
        .definitions
        .iter()
        .filter_map(|def| match types.place(def.id)? {
            Place::Local { ident, .. } => Some(((scope(schema, def), ident.clone()), def.id)),
            Place::Extern(_) => None,
        });
    named.collect()
}

fn fields(
    item: &StructLike,
    given: &BTreeMap<usize, String>,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (index, given) in given {
        let field = &item.fields[*index];
        if asked_name(&field.annotations).is_some() {
            continue;
        }
        // The members of a oneof are variants of its enum.
        let rust: fn(&str) -> String = match field.oneof {
            Some(_) => camel,
            None => snake,
        };
        let others = item
            .fields
            .iter()
            .filter(|other| other.oneof == field.oneof);
        let mut others = others.filter(|other| other.id != field.id);
        let winner = others.find(|other| rust(&other.name) == rust(&field.name));
        let winner = winner.map(|other| (other.name.as_str(), other.name_span));
        let path = format!("{path}.{}", field.name);
        let names = [field.name.as_str(), &rust(given)];
        diagnostics.push(clash(names, field.name_span, winner, &path));
    }
}

fn oneofs(
    item: &StructLike,
    given: &BTreeMap<usize, String>,
    span: Span,
    path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (index, given) in given {
        let oneof = &item.oneofs[*index];
        if asked_name(&oneof.annotations).is_none() {
            let mut fields = item.fields.iter();
            let winner = fields.find(|field| snake(&field.name) == snake(&oneof.name));
            let winner = winner.map(|field| (field.name.as_str(), field.name_span));
            let path = format!("{path}.{}", oneof.name);
            let names = [oneof.name.as_str(), &snake(given)];
            diagnostics.push(clash(names, span, winner, &path));
        }
    }
}

/// `names` are that of the IDL and that in Rust.
fn clash(names: [&str; 2], span: Span, winner: Option<(&str, Span)>, path: &str) -> Diagnostic {
    let [name, ident] = names;
    let message = match winner {
        Some((winner, _)) => format!("`{name}` and `{winner}` have the same name in Rust"),
        None => format!("`{name}` cannot keep its name in Rust"),
    };
    let found = Diagnostic::new(Code::RustNameClash, message);
    let found = found.label(span, format!("this one becomes `{ident}`"));
    let found = match winner {
        Some((_, span)) => found.label(span, "the name is taken here"),
        None => found,
    };
    found.help(own_name(Some(path)))
}

fn module_moved(def: &Definition, module: &str, path: &str) -> Diagnostic {
    let message = format!(
        "what is nested in `{}` is in the module `{module}`: a package has the other name",
        def.name
    );
    let found = Diagnostic::new(Code::ModuleRenamed, message).label(def.name_span, "");
    found.help(own_name(Some(path)))
}
