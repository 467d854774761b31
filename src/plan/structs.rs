//! What is generated for a struct, union or exception, and for the arguments of a method.

use streamgen_idl::model::{
    Const, DefId, Docs, Enum, Field, Requiredness, StructKind, StructLike, TypeKind, Typedef,
};

use super::Plan;
use super::boxes::Holding;
use super::derives::Traits;
use super::idl_text;
use super::modules::ModuleId;
use super::names::free_name;
use super::rust_type::RustType;
use super::services::MethodPlan;
use super::values::Expr;

/// A struct with everything that a template needs to know about it.
#[derive(Debug)]
pub(crate) struct StructPlan<'a> {
    /// Identifier in Rust.
    pub(crate) ident: String,
    /// Name in the IDL, for messages.
    pub(crate) name: String,
    pub(crate) kind: StructKind,
    /// In the order of the IDL.
    pub(crate) fields: Vec<FieldPlan<'a>>,
    pub(crate) traits: Traits,
    /// Of a union, the arm for "no member".
    pub(crate) unset: String,
    /// Of a union, the arm for a member that the IDL does not have.
    pub(crate) unknown: String,
}

/// One field, or one member of a union.
#[derive(Debug)]
pub(crate) struct FieldPlan<'a> {
    pub(crate) ident: String,
    pub(crate) id: i32,
    /// Name in the IDL.
    pub(crate) name: &'a str,
    pub(crate) docs: &'a Docs,
    /// The field as the IDL has it: `3: optional Inner next`.
    pub(crate) idl: String,
    pub(crate) ty: RustType,
    pub(crate) presence: Presence,
    /// Whether the type is `string`, perhaps under another name.
    pub(crate) is_string: bool,
    /// The value of a new struct's field, if it is not the type's own default.
    pub(crate) default: Option<Expr>,
}

/// What the wire may and must hold, and with it which function of the codec is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always written; may be missing.
    Default,
    /// Always written; an error when missing.
    Required,
    /// An `Option`: written when set.
    Optional,
}

impl StructPlan<'_> {
    /// The fields as they go over the wire: decoding is fastest when both sides agree on the
    /// order, and ascending ids is what Kitex writes.
    pub(crate) fn wire_order(&self) -> Vec<&FieldPlan<'_>> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|field| field.id);
        fields
    }
}

impl<'a> Plan<'a> {
    /// Plans a struct, union or exception.
    pub(crate) fn struct_like(
        &self,
        module: ModuleId,
        id: DefId,
        item: &'a StructLike,
    ) -> StructPlan<'a> {
        let idents = self.names.members(id);
        let fields = item.fields.iter().zip(idents).map(|(field, ident)| {
            let holding = self.boxes.holding(id, field);
            let presence = match item.kind {
                StructKind::Union => Presence::Default,
                _ => self.presence(id, field),
            };
            self.field(module, field, ident, holding, presence)
        });
        StructPlan {
            ident: self.names.ident(id).to_owned(),
            name: self.schema.def(id).name.clone(),
            kind: item.kind,
            fields: fields.collect(),
            traits: self.derives.of(id),
            unset: free_name("Unset", idents),
            unknown: free_name("Unknown", idents),
        }
    }

    /// Plans the struct of a method's arguments. `optional` has no effect there
    /// (`thrift-idl.md` 10).
    pub(crate) fn args_struct(&self, module: ModuleId, method: &MethodPlan<'a>) -> StructPlan<'a> {
        let fields = method.args.iter().map(|arg| {
            let presence = match arg.field.requiredness {
                Requiredness::Required => Presence::Required,
                _ => Presence::Default,
            };
            self.field(module, arg.field, &arg.ident, Holding::Inline, presence)
        });
        StructPlan {
            ident: method.args_struct.clone(),
            name: method.args_struct.clone(),
            kind: StructKind::Struct,
            fields: fields.collect(),
            traits: self.derives.of_fields(method.idl_args),
            unset: String::new(),
            unknown: String::new(),
        }
    }

    /// Whether the field is an `Option` in Rust.
    pub(super) fn is_optional(&self, def: DefId, field: &Field) -> bool {
        self.presence(def, field) == Presence::Optional
    }

    fn presence(&self, def: DefId, field: &Field) -> Presence {
        match field.requiredness {
            Requiredness::Optional => Presence::Optional,
            _ if self.boxes.holding(def, field) == Holding::OptionalBox => Presence::Optional,
            Requiredness::Required => Presence::Required,
            Requiredness::Default => Presence::Default,
        }
    }

    fn field(
        &self,
        module: ModuleId,
        field: &'a Field,
        ident: &str,
        holding: Holding,
        presence: Presence,
    ) -> FieldPlan<'a> {
        let ty = self.rust_type(module, &field.ty);
        let ty = if holding == Holding::Inline {
            ty
        } else {
            ty.boxed()
        };
        let optional = presence == Presence::Optional;
        FieldPlan {
            ident: ident.to_owned(),
            id: field.id,
            name: &field.name,
            docs: &field.docs,
            idl: idl_text::field(self.schema, field),
            ty: if optional { ty.optional() } else { ty },
            presence,
            is_string: matches!(self.schema.resolve(&field.ty), TypeKind::String),
            default: self.default_expr(module, holding, optional, field),
        }
    }
}

/// The definitions of one module, by kind, in the order of the IDL.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    Const(DefId, &'a Const),
    Typedef(DefId, &'a Typedef),
    Enum(DefId, &'a Enum),
    Struct(DefId, &'a StructLike),
}
