//! Values of the IDL to Rust expressions.

use streamgen_idl::model::{
    DefId, Field, Schema, StructFieldValue, StructKind, TypeKind, TypeRef, Value, ValueKind,
};

use crate::options::{BytesType, StringType};

use super::Plan;
use super::boxes::Holding;
use super::literal;
use super::modules::ModuleId;
use super::rust_type::RustType;
use super::types::{ARC, Position, is_shared};

/// An expression, before anybody decides where lines break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A literal or a path.
    Atom(String),
    /// `callee(args)`
    Call(String, Vec<Expr>),
    /// `[items]`
    Array(Vec<Expr>),
    /// `::std::vec![items]`
    Vec(Vec<Expr>),
    /// `(items)`
    Tuple(Vec<Expr>),
    /// `path { fields, ..rest }`
    Struct(String, Vec<(String, Expr)>, Rest),
}

/// Whether a struct expression leaves fields to `Default`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Every field is given.
    None,
    /// `..::core::default::Default::default()`
    Default,
}

impl Expr {
    fn atom(text: impl Into<String>) -> Self {
        Self::Atom(text.into())
    }

    /// `callee(arg)`
    fn call(callee: impl Into<String>, arg: Self) -> Self {
        Self::Call(callee.into(), vec![arg])
    }

    /// `::core::option::Option::Some(self)`
    fn some(self) -> Self {
        Self::call("::core::option::Option::Some", self)
    }
}

/// The type and the value of a constant.
#[derive(Clone, Debug)]
pub(crate) enum ConstPlan {
    /// `pub const`
    Const(RustType, Expr),
    /// `pub static`, made on first use.
    Lazy(RustType, Expr),
}

impl<'a> Plan<'a> {
    /// How a constant of this type and value is written (`thrift-idl.md` 6): what needs no heap is a
    /// `const`.
    pub(crate) fn constant(&self, module: ModuleId, ty: &'a TypeRef, value: &Value) -> ConstPlan {
        let rust_type = self.rust_type(module, ty);
        match &value.kind {
            ValueKind::String(text) => {
                ConstPlan::Const(RustType::plain("&str"), Expr::Atom(literal::string(text)))
            }
            ValueKind::Binary(bytes) => {
                ConstPlan::Const(RustType::plain("&[u8]"), Expr::Atom(literal::bytes(bytes)))
            }
            ValueKind::List(_)
            | ValueKind::Set(_)
            | ValueKind::Map(_)
            | ValueKind::Struct { .. } => {
                ConstPlan::Lazy(rust_type, self.expr(module, ty, value, Position::Plain))
            }
            _ => ConstPlan::Const(rust_type, self.expr(module, ty, value, Position::Plain)),
        }
    }

    /// The default of a field of `def`, as its initialiser; `optional` fields start at `Some`.
    pub(crate) fn default_expr(
        &self,
        module: ModuleId,
        holding: Holding,
        optional: bool,
        field: &'a Field,
    ) -> Option<Expr> {
        let value = self.expr(module, &field.ty, field.default.as_ref()?, Position::Plain);
        Some(held(value, holding, optional))
    }

    fn expr(&self, module: ModuleId, ty: &'a TypeRef, value: &Value, position: Position) -> Expr {
        let bare = self.bare_expr(module, ty, value, position);
        match is_shared(ty) {
            true => Expr::call(format!("{ARC}::new"), bare),
            false => bare,
        }
    }

    fn bare_expr(
        &self,
        module: ModuleId,
        ty: &'a TypeRef,
        value: &Value,
        position: Position,
    ) -> Expr {
        match &value.kind {
            ValueKind::Bool(value) => Expr::atom(value.to_string()),
            ValueKind::Int(value) => Expr::atom(value.to_string()),
            ValueKind::Double(value) => {
                let number = Expr::atom(format!("{value:?}"));
                match position == Position::Key || self.forms().ordered(ty) {
                    true => Expr::call("::streamgen_runtime::codec::OrderedF64", number),
                    false => number,
                }
            }
            ValueKind::String(text) => {
                let constructor = match self.forms().string(ty) {
                    StringType::FastStr => "::streamgen_runtime::FastStr::from_static_str",
                    StringType::String => "::std::string::String::from",
                };
                Expr::call(constructor, Expr::Atom(literal::string(text)))
            }
            ValueKind::Binary(bytes) => {
                let constructor = match self.forms().bytes(ty) {
                    BytesType::Bytes => "::streamgen_runtime::Bytes::from_static",
                    BytesType::Vec => "::std::vec::Vec::from",
                };
                Expr::call(constructor, Expr::Atom(literal::bytes(bytes)))
            }
            ValueKind::Uuid(bytes) => Expr::call(
                "::streamgen_runtime::codec::Uuid::from_u128",
                Expr::atom(format!("{:#034x}", u128::from_be_bytes(*bytes))),
            ),
            ValueKind::Enum {
                def,
                number,
                variant,
            } => self.enum_value(module, *def, *number, *variant),
            ValueKind::List(items) => self.list(module, ty, items, position),
            ValueKind::Set(items) => self.set(module, ty, items, position),
            ValueKind::Map(pairs) => self.map(module, ty, pairs, position),
            ValueKind::Struct { def, fields } => self.struct_value(module, *def, fields),
        }
    }

    fn enum_value(
        &self,
        module: ModuleId,
        def: DefId,
        number: i32,
        variant: Option<usize>,
    ) -> Expr {
        let path = self.path_to(module, def);
        match variant.and_then(|index| self.names.members(def).get(index)) {
            Some(ident) => Expr::Atom(format!("{path}::{ident}")),
            None => Expr::call(path, Expr::atom(number.to_string())),
        }
    }

    fn list(&self, module: ModuleId, ty: &'a TypeRef, items: &[Value], at: Position) -> Expr {
        let TypeKind::List(item) = self.forms().resolve(ty) else {
            return Expr::Vec(Vec::new());
        };
        if items.is_empty() {
            return Expr::Call("::std::vec::Vec::new".into(), Vec::new());
        }
        let items = items.iter().map(|value| self.expr(module, item, value, at));
        Expr::Vec(items.collect())
    }

    fn set(&self, module: ModuleId, ty: &'a TypeRef, items: &[Value], at: Position) -> Expr {
        let TypeKind::Set(item) = self.forms().resolve(ty) else {
            return Expr::Array(Vec::new());
        };
        let collection = self.derives.collection(ty, item, at);
        let items = items
            .iter()
            .map(|value| self.expr(module, item, value, collection.key_position()));
        filled(collection.set_path(), items.collect())
    }

    fn map(
        &self,
        module: ModuleId,
        ty: &'a TypeRef,
        pairs: &[(Value, Value)],
        at: Position,
    ) -> Expr {
        let TypeKind::Map(key, value) = self.forms().resolve(ty) else {
            return Expr::Array(Vec::new());
        };
        let collection = self.derives.collection(ty, key, at);
        let pairs = pairs.iter().map(|(k, v)| {
            let key = self.expr(module, key, k, collection.key_position());
            Expr::Tuple(vec![key, self.expr(module, value, v, at)])
        });
        filled(collection.map_path(), pairs.collect())
    }

    fn struct_value(&self, module: ModuleId, def: DefId, given: &[StructFieldValue]) -> Expr {
        let path = self.path_to(module, def);
        let schema: &'a Schema = self.schema;
        let Some(item) = schema.struct_like(def) else {
            return Expr::Atom(path);
        };
        let members = self.names.members(def);
        let union = item.kind == StructKind::Union;
        let mut fields = Vec::new();
        for (field, ident) in item.fields.iter().zip(members) {
            let Some(one) = given.iter().find(|one| one.id == field.id) else {
                continue;
            };
            let value = self.expr(module, &field.ty, &one.value, Position::Plain);
            let holding = self.boxes.holding(def, field);
            let value = held(value, holding, !union && self.is_optional(def, field));
            if union {
                return Expr::call(format!("{path}::{ident}"), value);
            }
            fields.push((ident.clone(), value));
        }
        let all_given = fields.len() == item.fields.len() && !self.options().keep_unknown_fields;
        let rest = if all_given { Rest::None } else { Rest::Default };
        Expr::Struct(path, fields, rest)
    }
}

fn held(value: Expr, holding: Holding, optional: bool) -> Expr {
    let value = match holding.is_boxed() {
        true => Expr::call("::std::boxed::Box::new", value),
        false => value,
    };
    if optional { value.some() } else { value }
}

fn filled(path: &str, items: Vec<Expr>) -> Expr {
    match items.is_empty() {
        true => Expr::Call(format!("{path}::new"), Vec::new()),
        false => Expr::call(format!("{path}::from"), Expr::Array(items)),
    }
}
