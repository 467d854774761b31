//! What is generated for a struct, union or exception, and for the arguments of a method.

use streamgen_idl::model::{
    Const, DefId, Docs, Enum, Field, Requiredness, StructKind, StructLike, TypeKind, Typedef,
};

use super::Plan;
use super::attributes::{Attributes, derives};
use super::boxes::Holding;
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
    pub(crate) attributes: Attributes,
    /// Whether a field of a new value is not what its type's default is.
    pub(crate) own_default: bool,
    /// What holds fields that the IDL does not have, if they are kept: a field, of a union the arm
    /// [`unknown`](Self::unknown).
    pub(crate) unknown_fields: Option<UnknownFields>,
    /// The arm of a union's `match` for "no member".
    pub(crate) unset: String,
    /// The arm of a union's `match` for a member that the IDL does not have.
    pub(crate) unknown: String,
}

/// The field for those that the IDL does not have.
#[derive(Clone, Debug)]
pub(crate) struct UnknownFields {
    pub(crate) ident: String,
    pub(crate) attributes: Vec<String>,
}

/// One field, or one member of a union.
#[derive(Debug)]
pub(crate) struct FieldPlan<'a> {
    pub(crate) ident: String,
    pub(crate) id: i32,
    /// Name in the IDL.
    pub(crate) name: &'a str,
    pub(crate) docs: &'a Docs,
    pub(crate) attributes: Vec<String>,
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
            let skips_none = presence == Presence::Optional && field.default.is_none();
            let Field {
                name, annotations, ..
            } = field;
            FieldPlan {
                attributes: self.field_attributes(id, name, ident, annotations, skips_none),
                ..self.field(module, field, ident, holding, presence)
            }
        });
        let own_default = item.kind != StructKind::Union
            && item.fields.iter().any(|field| field.default.is_some());
        StructPlan {
            ident: self.names.ident(id).to_owned(),
            name: self.schema.def(id).name.clone(),
            kind: item.kind,
            fields: fields.collect(),
            attributes: self.struct_attributes(id, item, !own_default),
            own_default,
            unknown_fields: self.unknown_fields(idents),
            unset: free_name("Unset", idents),
            unknown: free_name("Unknown", idents),
        }
    }

    /// Plans the struct of a method's arguments. `optional` has no effect there
    /// (`thrift-idl.md` 10).
    pub(crate) fn args_struct(&self, module: ModuleId, method: &MethodPlan<'a>) -> StructPlan<'a> {
        let own_default = method.idl_args.iter().any(|field| field.default.is_some());
        let traits = self.derives.of_fields(method.idl_args);
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
            attributes: Attributes {
                derives: derives(traits, !own_default).map(str::to_owned).collect(),
                lines: Vec::new(),
            },
            own_default,
            // Nobody passes on the arguments of a method that it does not know.
            unknown_fields: None,
            unset: String::new(),
            unknown: String::new(),
        }
    }

    fn unknown_fields(&self, idents: &[String]) -> Option<UnknownFields> {
        self.options().keep_unknown_fields.then(|| UnknownFields {
            ident: free_name("unknown_fields", idents),
            attributes: match self.options().serde {
                true => vec!["#[serde(skip)]".to_owned()],
                false => Vec::new(),
            },
        })
    }

    /// Whether the field is an `Option` in Rust.
    pub(super) fn is_optional(&self, def: DefId, field: &Field) -> bool {
        self.presence(def, field) == Presence::Optional
    }

    fn presence(&self, def: DefId, field: &Field) -> Presence {
        match field.requiredness {
            Requiredness::Optional => Presence::Optional,
            _ if self.boxes.holding(def, field).is_optional() => Presence::Optional,
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
        let ty = match holding.is_boxed() {
            true => ty.boxed(),
            false => ty,
        };
        let optional = presence == Presence::Optional;
        FieldPlan {
            ident: ident.to_owned(),
            id: field.id,
            name: &field.name,
            docs: &field.docs,
            attributes: Vec::new(),
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
