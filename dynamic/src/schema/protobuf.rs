//! Messages of Protobuf.

use std::collections::HashMap;

use streamgen_idl::model::{self, Definition, Requiredness};

use super::compile::Compiler;
use super::{Compiled, Field, InProtobuf, Struct, Type, WellKnown};

impl Compiler<'_> {
    /// `package.Outer.Inner`.
    pub(super) fn full_name(&self, def: &Definition) -> String {
        let mut parts = vec![def.name.as_str()];
        let mut parent = def.parent;
        while let Some(id) = parent {
            let outer = self.model.def(id);
            parts.push(&outer.name);
            parent = outer.parent;
        }
        parts.extend(self.model.file(def.file).package.as_deref());
        parts.reverse();
        parts.join(".")
    }

    pub(super) fn fill_messages(&mut self) {
        for (at, found) in self.structs() {
            let fields = found.fields.iter().map(|field| self.message_field(field));
            let fields: Vec<_> = fields.collect();
            let into = &mut self.out.structs[at];
            into.well_known = WellKnown::of(&into.name).filter(|&kind| has_form(kind, &fields));
            into.by_name = names(&fields);
            into.oneofs = found.oneofs.iter().map(|one| one.name.clone()).collect();
            let ids = fields.iter().enumerate();
            into.by_id = ids.map(|(index, field)| (field.id, index)).collect();
            into.by_id.sort_unstable();
            into.fields = fields;
        }
    }

    /// Without presence, nothing and zero are the same; the message of proto2 that asks for a field has to
    /// have it.
    fn message_field(&mut self, field: &model::Field) -> Field {
        let json_name = field.json_name.as_deref().unwrap_or(&field.name);
        Field {
            id: field.id,
            name: json_name.into(),
            key: key(json_name),
            ty: self.type_of(&field.ty),
            required: field.requiredness == Requiredness::Required,
            optional: field.requiredness == Requiredness::Optional,
            js_conv: false,
            default: None,
            absent: Box::default(),
            protobuf: InProtobuf {
                encoding: field.encoding,
                key_encoding: field.key_encoding,
                packed: field.packed,
                oneof: field.oneof,
                idl_name: field.name.as_str().into(),
                idl_key: key(&field.name),
            },
            place: self.place(field.span),
        }
    }
}

fn key(name: &str) -> Box<str> {
    let quoted = serde_json::Value::from(name).to_string();
    format!("{quoted}:").into()
}

/// Both names of each field. The loader has refused two fields with one name in JSON; where the name of one
/// is that of another in the IDL, the JSON's counts.
fn names(fields: &[Field]) -> HashMap<Box<str>, usize> {
    let in_idl = fields.iter().enumerate();
    let in_idl = in_idl.map(|(index, field)| (field.protobuf.idl_name.clone(), index));
    let in_json = fields.iter().enumerate();
    let in_json = in_json.map(|(index, field)| (field.name.clone(), index));
    in_idl.chain(in_json).collect()
}

/// Whether a message that has the name of a well-known one has its fields, too: an IDL may bring its own.
fn has_form(kind: WellKnown, fields: &[Field]) -> bool {
    let is = |id: i32, fits: fn(Type) -> bool| {
        fields.iter().any(|field| field.id == id && fits(field.ty))
    };
    let is_message = |ty| matches!(ty, Type::Struct(_));
    let is_list = |ty| matches!(ty, Type::List(_));
    match kind {
        WellKnown::Any => is(1, |ty| ty == Type::String) && is(2, |ty| ty == Type::Binary),
        WellKnown::Timestamp | WellKnown::Duration => {
            is(1, |ty| ty == Type::I64) && is(2, |ty| ty == Type::I32)
        }
        WellKnown::FieldMask | WellKnown::ListValue => is(1, is_list),
        WellKnown::Struct => is(1, |ty| matches!(ty, Type::Map(_))),
        WellKnown::Value => is(5, is_message) && is(6, is_message),
        WellKnown::Wrapper => {
            let is_scalar = |ty| !matches!(ty, Type::Struct(_) | Type::List(_) | Type::Map(_));
            fields.len() == 1 && is(1, is_scalar)
        }
    }
}

impl Struct {
    /// Whether a message of this type is an object with its fields in JSON.
    pub(crate) fn is_plain(&self) -> bool {
        self.well_known.is_none()
    }
}

impl Compiled {
    /// A type in the words of Protobuf.
    pub(super) fn describe_protobuf(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I64 => "int64".to_owned(),
            Type::U32 => "uint32".to_owned(),
            Type::U64 => "uint64".to_owned(),
            Type::Float => "float".to_owned(),
            Type::Double => "double".to_owned(),
            Type::String => "string".to_owned(),
            Type::Binary => "bytes".to_owned(),
            Type::Enum(at) => format!("enum {}", self.enums[at as usize].name),
            Type::List(at) | Type::Set(at) => {
                format!(
                    "repeated {}",
                    self.describe_protobuf(self.elements[at as usize])
                )
            }
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                let (key, value) = (self.describe_protobuf(key), self.describe_protobuf(value));
                format!("map<{key}, {value}>")
            }
            Type::Struct(at) => format!("message {}", self.structs[at as usize].name),
            // Protobuf has no smaller ones.
            Type::I8 | Type::I16 | Type::I32 | Type::Uuid => "int32".to_owned(),
        }
    }
}
