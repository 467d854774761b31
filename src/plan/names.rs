//! The Rust name of every definition and every member.

use std::collections::BTreeMap;

use streamgen_idl::model::{
    Annotations, DefId, Definition, DefinitionKind, EnumVariant, Field, Schema, StructKind,
};
use streamgen_idl::{Code, Diagnostic, Span};

use super::clashes::{clash, report_doubles, taken};
use super::ident::{self, Case};
use super::modules::{Content, ModuleTree};
use super::scope::{Request, Scope, looks_like_a_variable};

/// Annotations that ask for a Rust name, the first that is there wins (`kitex-tool.md` 13).
pub(super) const NAME_ANNOTATIONS: [&str; 2] = ["rust.name", "pilota.name"];

/// Rust names, by definition.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    idents: Vec<String>,
    members: BTreeMap<DefId, Vec<String>>,
}

impl Names {
    /// Names everything, and reports clashes and annotations that cannot be followed.
    pub(crate) fn build(
        schema: &Schema,
        modules: &ModuleTree,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut names = Self {
            idents: vec![String::new(); schema.definitions.len()],
            members: BTreeMap::new(),
        };
        for (_, module) in modules.iter() {
            if let Content::Namespace { files, .. } = &module.content {
                let defs: Vec<_> = files
                    .iter()
                    .flat_map(|f| schema.definitions_of(*f))
                    .collect();
                let is_protobuf = schema.file(schema.root).kind.is_protobuf();
                names.name_module(&defs, is_protobuf, diagnostics);
            }
        }
        for def in &schema.definitions {
            if schema.file(def.file).kind.is_protobuf() {
                continue; // as prost-build names them
            }
            let members = match &def.kind {
                DefinitionKind::Struct(item) if item.kind == StructKind::Union => {
                    variant_idents(&item.fields, diagnostics)
                }
                DefinitionKind::Struct(item) => field_idents(&item.fields, diagnostics),
                DefinitionKind::Enum(item) => value_idents(&item.variants, diagnostics),
                _ => continue,
            };
            names.members.insert(def.id, members);
        }
        names
    }

    /// The identifier of a definition, without a path.
    pub(crate) fn ident(&self, id: DefId) -> &str {
        &self.idents[id.index()]
    }

    /// The names of a struct-like's fields or an enum's values, in the order of the IDL.
    pub(crate) fn members(&self, id: DefId) -> &[String] {
        self.members.get(&id).map_or(&[], Vec::as_slice)
    }

    fn name_module(
        &mut self,
        defs: &[&Definition],
        is_protobuf: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let (mut types, mut consts) = (Vec::new(), Vec::new());
        for def in defs {
            match def.kind {
                DefinitionKind::Const(_) => consts.push(*def),
                DefinitionKind::Service(_) => {}
                // As prost-build names them.
                _ if is_protobuf => {}
                _ => types.push(*def),
            }
        }
        report_doubles(&types, diagnostics);
        report_doubles(&consts, diagnostics);
        let type_idents = assign(Case::UpperCamel, &[], entries(&types), diagnostics);
        // An enum is a tuple struct: its name is a function too, so no constant may have it.
        let constructors: Vec<&str> = types
            .iter()
            .zip(&type_idents)
            .filter(|(def, _)| matches!(def.kind, DefinitionKind::Enum(_)))
            .map(|(_, ident)| ident.as_str())
            .collect();
        let const_idents = assign(
            Case::ShoutySnake,
            &constructors,
            entries(&consts),
            diagnostics,
        );
        for (def, ident) in types
            .iter()
            .zip(&type_idents)
            .chain(consts.iter().zip(&const_idents))
        {
            self.idents[def.id.index()].clone_from(ident);
        }
        self.name_services(defs, diagnostics);
    }

    fn name_services(&mut self, defs: &[&Definition], diagnostics: &mut Vec<Diagnostic>) {
        let is_service = |def: &&&Definition| matches!(def.kind, DefinitionKind::Service(_));
        for def in defs.iter().filter(is_service) {
            let asked = entries(&[def])
                .first()
                .and_then(|one| explicit_name(one, diagnostics));
            let ident = match asked {
                Some(name) => ident::unraw(name).to_owned(),
                None => ident::suffixed(service_ident(&def.name)),
            };
            self.idents[def.id.index()] = ident::escape(&ident);
        }
    }
}

/// A service has a module of its own, so its trait never clashes with another definition.
fn service_ident(name: &str) -> String {
    let ident = Case::UpperCamel.convert(name);
    if ident.is_empty() {
        "UnnamedService".to_owned()
    } else {
        ident
    }
}

/// Associated names of generated enums that an enum's value may not have.
const ENUM_RESERVED: &[&str] = &["VALUES", "from_name", "name"];

/// One name of the IDL that becomes a Rust name.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) annotations: &'a Annotations,
    pub(super) span: Span,
    pub(super) fallback: String,
    /// See [`Request::is_value`].
    pub(super) is_value: bool,
    /// Where the IDL has no annotations, the path by which `-rename` finds it.
    pub(super) path: Option<String>,
}

/// Snake-case names of fields or arguments.
pub(super) fn field_idents(fields: &[Field], diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    assign(Case::Snake, &[], field_entries(fields), diagnostics)
}

/// Snake-case names of variables for the names of arguments.
pub(super) fn param_idents(names: &[String]) -> Vec<String> {
    let requests: Vec<_> = names
        .iter()
        .map(|name| Request {
            name: ident::unraw(name),
            explicit: None,
            fallback: name.clone(),
            is_value: false,
        })
        .collect();
    let assigned = Scope::variables().assign(&requests);
    assigned.into_iter().map(|one| one.ident).collect()
}

/// Variant names of a union, or of the exceptions of a method.
pub(super) fn variant_idents(fields: &[Field], diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    assign(Case::UpperCamel, &[], field_entries(fields), diagnostics)
}

/// Names of the values of an enum.
fn value_idents<'a>(variants: &'a [EnumVariant], diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    let entry = |(n, variant): (usize, &'a EnumVariant)| Entry {
        name: &variant.name,
        annotations: &variant.annotations,
        span: variant.name_span,
        fallback: format!("VALUE_{n}"),
        is_value: false,
        path: None,
    };
    let entries = variants.iter().enumerate().map(entry).collect();
    assign(Case::ShoutySnake, ENUM_RESERVED, entries, diagnostics)
}

fn field_entries<'a>(fields: &'a [Field]) -> Vec<Entry<'a>> {
    let entry = |field: &'a Field| {
        let fallback = format!("field_{}", field.id.unsigned_abs());
        let Field {
            name,
            annotations,
            name_span,
            ..
        } = field;
        Entry {
            name,
            annotations,
            span: *name_span,
            fallback,
            is_value: false,
            path: None,
        }
    };
    fields.iter().map(entry).collect()
}

/// `name`, or that with the fewest underscores behind it that nothing in `taken` is called. No IDL
/// name ends in an underscore after conversion.
pub(super) fn free_name(name: &str, taken: &[String]) -> String {
    let mut free = name.to_owned();
    while taken.contains(&free) {
        free.push('_');
    }
    free
}

fn entries<'a>(defs: &[&'a Definition]) -> Vec<Entry<'a>> {
    let entry = |(n, def): (usize, &&'a Definition)| Entry {
        name: &def.name,
        annotations: &def.annotations,
        span: def.name_span,
        fallback: format!("Unnamed{n}"),
        is_value: matches!(def.kind, DefinitionKind::Const(_) | DefinitionKind::Enum(_)),
        path: None,
    };
    defs.iter().enumerate().map(entry).collect()
}

/// Gives each entry its identifier in one scope, with a warning where names would have been equal.
pub(super) fn assign(
    case: Case,
    reserved: &[&str],
    entries: Vec<Entry<'_>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let requests: Vec<_> = entries
        .iter()
        .map(|entry| Request {
            name: entry.name,
            explicit: explicit_name(entry, diagnostics),
            fallback: entry.fallback.clone(),
            is_value: entry.is_value,
        })
        .collect();
    let assigned = Scope::new(case, reserved).assign(&requests);
    for (index, one) in assigned.iter().enumerate() {
        let asked = requests[index].explicit.map(ident::unraw);
        if let Some(asked) = asked.filter(|asked| *asked != ident::unraw(&one.ident)) {
            let winner = one.clash.map(|winner| &entries[winner]);
            diagnostics.push(taken(&entries[index], winner, asked));
            continue;
        }
        // Equal names in the IDL are an error of their own.
        if let Some(winner) = one.clash
            && entries[winner].name != entries[index].name
        {
            diagnostics.push(clash(&entries[index], &entries[winner], &one.ident));
        }
    }
    assigned.into_iter().map(|one| one.ident).collect()
}

/// The name that an annotation asks for, if Rust can have it.
pub(super) fn asked_name(annotations: &Annotations) -> Option<&str> {
    let mut keys = NAME_ANNOTATIONS.iter();
    let name = keys
        .find_map(|key| annotations.get(key))?
        .value
        .as_deref()?;
    ident::is_identifier(name).then_some(name)
}

fn explicit_name<'a>(entry: &Entry<'a>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a str> {
    let key = NAME_ANNOTATIONS
        .into_iter()
        .find(|key| entry.annotations.has(key))?;
    let annotation = entry.annotations.get(key)?;
    let name = annotation.value.as_deref().unwrap_or_default();
    let message = if !ident::is_identifier(name) {
        format!("`{name}` is not a Rust identifier")
    } else if entry.is_value && looks_like_a_variable(name) {
        format!("`{name}` cannot be the name of a constant or an enum: it is that of a variable")
    } else {
        return Some(name);
    };
    diagnostics.push(
        Diagnostic::new(Code::InvalidRustName, message).label(annotation.span, "asked for here"),
    );
    None
}
