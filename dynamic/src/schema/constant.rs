//! The bytes of a default value of the IDL.

use streamgen_idl::model::{self, Requiredness, StructFieldValue, Value, ValueKind};

use super::Type;
use super::compile::Compiler;
use crate::error::Place;
use crate::options::{DEFAULT_MAX_BYTES, MAX_DEPTH};
use crate::wire;

/// Most bytes of all default values of an IDL, each with the defaults of the structs in it: as many as
/// the longest message has. A few lines of an IDL can double them again and again.
const MAX_DEFAULT_BYTES: usize = DEFAULT_MAX_BYTES;

impl Compiler<'_> {
    /// The bytes of a default value; none, and an error of the IDL, if it is too deep or too long.
    pub(super) fn default_of(&mut self, ty: Type, value: &Value, place: Place) -> Vec<u8> {
        if self.default_bytes_left == 0 {
            return Vec::new();
        }
        let mut constant = Constant {
            compiler: self,
            out: Vec::new(),
            depth: 0,
            is_too_deep: false,
        };
        constant.put(ty, value);
        let (bytes, is_too_deep) = (constant.out, constant.is_too_deep);
        let problem = match (is_too_deep, bytes.len() >= self.default_bytes_left) {
            (true, _) => format!("the default value nests deeper than {MAX_DEPTH} levels"),
            (_, true) => {
                // One error is enough.
                self.default_bytes_left = 0;
                format!(
                    "the default values of the IDL take more than {MAX_DEFAULT_BYTES} bytes, with those \
                     of the structs in them"
                )
            }
            _ => {
                self.default_bytes_left -= bytes.len();
                return bytes;
            }
        };
        self.refuse(place, &problem);
        Vec::new()
    }
}

/// The bytes that [`Compiler::default_of`] may give at first, and one: none is left after an error only.
pub(super) const fn default_bytes() -> usize {
    MAX_DEFAULT_BYTES + 1
}

/// A default value that is being written.
struct Constant<'c, 'm> {
    compiler: &'c Compiler<'m>,
    out: Vec<u8>,
    /// Structs and containers around the value.
    depth: usize,
    is_too_deep: bool,
}

impl Constant<'_, '_> {
    /// Whether no more is written: the value is an error by now.
    fn is_over(&self) -> bool {
        self.is_too_deep || self.out.len() >= self.compiler.default_bytes_left
    }

    /// Appends a value of the IDL. The loader has checked it against its type, and has refused values
    /// that contain themselves. Zeros have been filled in.
    fn put(&mut self, ty: Type, value: &Value) {
        self.is_too_deep |= self.depth > MAX_DEPTH;
        if self.is_over() {
            return;
        }
        self.depth += 1;
        self.put_value(ty, value);
        self.depth -= 1;
    }

    fn put_value(&mut self, ty: Type, value: &Value) {
        let out = &mut self.out;
        match (&value.kind, ty) {
            (ValueKind::Bool(value), _) => out.push(u8::from(*value)),
            (ValueKind::Int(value), ty) => put_integer(ty, *value, out),
            (ValueKind::Double(value), _) => out.extend(value.to_be_bytes()),
            (ValueKind::String(value), _) => wire::put_bytes(out, value.as_bytes()),
            (ValueKind::Binary(value), _) => wire::put_bytes(out, value),
            (ValueKind::Uuid(value), _) => out.extend(value),
            (ValueKind::Enum { number, .. }, _) => out.extend(number.to_be_bytes()),
            (ValueKind::List(values) | ValueKind::Set(values), Type::List(at) | Type::Set(at)) => {
                let element = self.compiler.out.elements[at as usize];
                out.push(element.wire());
                let length = wire::put_length(out);
                for value in values {
                    self.put(element, value);
                }
                wire::set_length(&mut self.out, length, values.len());
            }
            (ValueKind::Map(entries), Type::Map(at)) => self.put_map(at, entries),
            (ValueKind::Struct { fields, .. }, Type::Struct(at)) => {
                self.put_struct(at as usize, fields);
            }
            (kind, ty) => unreachable!("the loader has checked {kind:?} against {ty:?}"),
        }
    }

    fn put_map(&mut self, at: u32, entries: &[(Value, Value)]) {
        let (key, element) = self.compiler.out.maps[at as usize];
        self.out.extend([key.wire(), element.wire()]);
        let length = wire::put_length(&mut self.out);
        for (one, value) in entries {
            self.put(key, one);
            self.put(element, value);
        }
        wire::set_length(&mut self.out, length, entries.len());
    }

    /// Fields that the value does not give take their own default, as in generated code.
    fn put_struct(&mut self, at: usize, given: &[StructFieldValue]) {
        let compiler = self.compiler;
        let (of, likes) = (&compiler.out.structs[at], compiler.likes[at]);
        for (field, like) in of.fields.iter().zip(&likes.fields) {
            if self.is_over() {
                return;
            }
            let given = given.iter().find(|one| one.id == like.id);
            let value = given.map(|one| &one.value);
            match value.or_else(|| written_default(like)) {
                Some(value) => {
                    wire::put_head(&mut self.out, field.ty.wire(), field.thrift_id());
                    self.put(field.ty, value);
                }
                None => self.out.extend_from_slice(&field.absent),
            }
        }
        self.out.push(wire::STOP);
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
