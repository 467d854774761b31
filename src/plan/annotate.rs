//! Annotations that choose a Rust type go to the type they are about, wherever they were written:
//! `1: map<i32, string> m (rust.type = "btree")` is about the map, and so is the same behind a
//! typedef or a constant. Later passes look at types only.

use streamgen_idl::model::{
    Annotation, Annotations, DefinitionKind, Field, Method, Schema, TypeKind, TypeRef,
};
use streamgen_idl::{Code, Diagnostic};

use super::forms;

/// Annotations that put a field's value behind an `Arc`. Where the value is in a container it is the
/// container's innermost element, as in pilota.
pub(super) const SHARED: [&str; 2] = ["rust.arc", "pilota.rust_wrapper_arc"];

/// Moves the annotations of a whole schema, and reports those that are about nothing.
pub(crate) fn annotate(schema: &mut Schema, diagnostics: &mut Vec<Diagnostic>) {
    for def in &mut schema.definitions {
        match &mut def.kind {
            DefinitionKind::Struct(item) => item.fields.iter_mut().for_each(|field| {
                choose(&field.annotations, &mut field.ty);
                share(&field.annotations, &mut field.ty);
            }),
            DefinitionKind::Typedef(typedef) => choose(&def.annotations, &mut typedef.target),
            DefinitionKind::Const(item) => choose(&def.annotations, &mut item.ty),
            DefinitionKind::Service(service) => {
                ignore_shared(&def.annotations, diagnostics);
                for method in &mut service.methods {
                    annotate_method(method, diagnostics);
                }
            }
            DefinitionKind::Enum(_) => {}
        }
    }
}

/// Arguments and results are messages, which the runtime moves and never shares.
fn annotate_method(method: &mut Method, diagnostics: &mut Vec<Diagnostic>) {
    ignore_shared(&method.annotations, diagnostics);
    for Field {
        annotations, ty, ..
    } in &mut method.args
    {
        choose(annotations, ty);
        ignore_shared(annotations, diagnostics);
    }
    let args = method.args.iter_mut().map(|field| &mut field.ty);
    for ty in args.chain(&mut method.result) {
        ignore_shared(&ty.annotations, diagnostics);
        let entries = &mut ty.annotations.entries;
        entries.retain(|entry| !SHARED.contains(&entry.key.as_str()));
    }
}

fn choose(annotations: &Annotations, ty: &mut TypeRef) {
    let about_types = annotations
        .entries
        .iter()
        .filter(|one| forms::is_about_types(one));
    ty.annotations.entries.extend(about_types.cloned());
}

fn share(annotations: &Annotations, ty: &mut TypeRef) {
    match &mut ty.kind {
        TypeKind::List(item) | TypeKind::Set(item) | TypeKind::Map(_, item) => {
            share(annotations, item);
        }
        _ => ty.annotations.entries.extend(shared(annotations).cloned()),
    }
}

fn ignore_shared(annotations: &Annotations, diagnostics: &mut Vec<Diagnostic>) {
    for found in shared(annotations) {
        let message = format!("`{}` has an effect on fields only", found.key);
        diagnostics.push(
            Diagnostic::new(Code::PilotaOnly, message).label(found.span, "has no effect here"),
        );
    }
}

fn shared(annotations: &Annotations) -> impl Iterator<Item = &Annotation> {
    let about = |one: &&Annotation| SHARED.contains(&one.key.as_str());
    annotations
        .entries
        .iter()
        .filter(about)
        .filter(|one| one.value.as_deref() != Some("false"))
}
