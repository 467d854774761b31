//! What is left of a schema that has errors: enough for a generator to check the rest.
//!
//! A definition that breaks a rule, and a type that leads nowhere, are replaced by the least there is
//! of their kind. Nothing is generated from it.

use super::definitions::Definitions;
use super::symbol::{Symbol, SymbolKind};
use super::symbols::Symbols;
use crate::model::{
    Annotations, Const, DefId, Definition, DefinitionKind, Docs, Enum, Service, StructLike,
    TypeKind, TypeRef, Typedef, Value, ValueKind,
};
use crate::source::Span;

/// All definitions, by id.
pub(super) fn definitions(definitions: Definitions, symbols: &Symbols<'_>) -> Vec<Definition> {
    let slots = definitions.into_slots().into_iter().enumerate();
    let all = slots.map(|(index, slot)| {
        let id = DefId(index as u32);
        let mut def = slot.unwrap_or_else(|| empty(id, symbols.get(id)));
        types(&mut def.kind).for_each(|ty| lead_somewhere(ty, symbols));
        def
    });
    all.collect()
}

fn empty(id: DefId, symbol: Symbol<'_>) -> Definition {
    Definition {
        id,
        file: symbol.file,
        parent: None,
        name: symbol.name.to_owned(),
        docs: Docs::default(),
        annotations: Annotations::default(),
        span: symbol.name_span,
        name_span: symbol.name_span,
        kind: kind(symbol),
    }
}

fn kind(symbol: Symbol<'_>) -> DefinitionKind {
    let bool_at = |span: Span| TypeRef {
        kind: TypeKind::Bool,
        annotations: Annotations::default(),
        span,
    };
    match symbol.kind {
        SymbolKind::Struct(kind) => DefinitionKind::Struct(StructLike {
            kind,
            fields: Vec::new(),
            oneofs: Vec::new(),
        }),
        SymbolKind::Enum => DefinitionKind::Enum(Enum {
            variants: Vec::new(),
            closed: false,
        }),
        SymbolKind::Typedef => DefinitionKind::Typedef(Typedef {
            target: bool_at(symbol.name_span),
        }),
        SymbolKind::Const => DefinitionKind::Const(Const {
            ty: bool_at(symbol.name_span),
            value: Value {
                kind: ValueKind::Bool(false),
                constant: None,
                span: symbol.name_span,
            },
        }),
        SymbolKind::Service => DefinitionKind::Service(Service {
            extends: None,
            methods: Vec::new(),
        }),
    }
}

/// Every type that a definition names.
fn types(kind: &mut DefinitionKind) -> impl Iterator<Item = &mut TypeRef> {
    let types: Vec<&mut TypeRef> = match kind {
        DefinitionKind::Struct(item) => item.fields.iter_mut().map(|field| &mut field.ty).collect(),
        DefinitionKind::Typedef(typedef) => vec![&mut typedef.target],
        DefinitionKind::Const(item) => vec![&mut item.ty],
        DefinitionKind::Service(service) => service
            .methods
            .iter_mut()
            .flat_map(|method| {
                let fields = method.args.iter_mut().chain(&mut method.throws);
                fields.map(|field| &mut field.ty).chain(&mut method.result)
            })
            .collect(),
        DefinitionKind::Enum(_) => Vec::new(),
    };
    types.into_iter()
}

/// Recursion is bounded by the scan.
fn lead_somewhere(ty: &mut TypeRef, symbols: &Symbols<'_>) {
    match &mut ty.kind {
        TypeKind::List(item) | TypeKind::Set(item) => lead_somewhere(item, symbols),
        TypeKind::Map(key, value) => {
            lead_somewhere(key, symbols);
            lead_somewhere(value, symbols);
        }
        TypeKind::Named(id) if id.index() >= symbols.len() => ty.kind = TypeKind::Bool,
        _ => {}
    }
}
