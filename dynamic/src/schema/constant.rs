//! The bytes of a default value of the IDL.

use streamgen_idl::model::{self, Requiredness, StructFieldValue, Value, ValueKind};

use super::compile::Compiler;
use super::{Field, Type};
use crate::wire;

impl Compiler<'_> {
    /// Appends a value of the IDL. The loader has checked it against its type, has refused values that
    /// contain themselves, and bounds how many defaults a value takes. Zeros have been filled in.
    pub(super) fn put_constant(&self, ty: Type, value: &Value, out: &mut Vec<u8>) {
        match (&value.kind, ty) {
            (ValueKind::Bool(value), _) => out.push(u8::from(*value)),
            (ValueKind::Int(value), ty) => put_integer(ty, *value, out),
            (ValueKind::Double(value), _) => out.extend(value.to_be_bytes()),
            (ValueKind::String(value), _) => wire::put_bytes(out, value.as_bytes()),
            (ValueKind::Binary(value), _) => wire::put_bytes(out, value),
            (ValueKind::Uuid(value), _) => out.extend(value),
            (ValueKind::Enum { number, .. }, _) => out.extend(number.to_be_bytes()),
            (ValueKind::List(values) | ValueKind::Set(values), Type::List(at) | Type::Set(at)) => {
                let element = self.out.elements[at as usize];
                out.push(element.wire());
                let length = wire::put_length(out);
                for value in values {
                    self.put_constant(element, value, out);
                }
                wire::set_length(out, length, values.len());
            }
            (ValueKind::Map(entries), Type::Map(at)) => self.put_map(at, entries, out),
            (ValueKind::Struct { fields, .. }, Type::Struct(at)) => {
                self.put_struct(at as usize, fields, out);
            }
            (kind, ty) => unreachable!("the loader has checked {kind:?} against {ty:?}"),
        }
    }

    fn put_map(&self, at: u32, entries: &[(Value, Value)], out: &mut Vec<u8>) {
        let (key, element) = self.out.maps[at as usize];
        out.extend([key.wire(), element.wire()]);
        let length = wire::put_length(out);
        for (one, value) in entries {
            self.put_constant(key, one, out);
            self.put_constant(element, value, out);
        }
        wire::set_length(out, length, entries.len());
    }

    /// Fields that the value does not give take their own default, as in generated code.
    fn put_struct(&self, at: usize, given: &[StructFieldValue], out: &mut Vec<u8>) {
        let (of, likes) = (&self.out.structs[at], self.likes[at]);
        for (field, like) in of.fields.iter().zip(&likes.fields) {
            let given = given.iter().find(|one| one.id == like.id);
            let value = given.map(|one| &one.value);
            match value.or_else(|| written_default(like)) {
                Some(value) => self.put_field(field, value, out),
                None => out.extend_from_slice(&field.absent),
            }
        }
        out.push(wire::STOP);
    }

    pub(super) fn put_field(&self, field: &Field, value: &Value, out: &mut Vec<u8>) {
        wire::put_head(out, field.ty.wire(), field.id);
        self.put_constant(field.ty, value, out);
    }
}

/// The default of a field that is always written. Of an optional one, the reader puts it in; a member
/// of a union is written only if it is given, and cannot have a default.
pub(super) fn written_default(field: &model::Field) -> Option<&Value> {
    let default = field.default.as_ref();
    default.filter(|_| field.requiredness != Requiredness::Optional)
}

fn put_integer(ty: Type, value: i64, out: &mut Vec<u8>) {
    let bytes = value.to_be_bytes();
    let width = match ty {
        Type::I8 => 1,
        Type::I16 => 2,
        Type::I32 => 4,
        _ => 8,
    };
    out.extend_from_slice(&bytes[8 - width..]);
}
