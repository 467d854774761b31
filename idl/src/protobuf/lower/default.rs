//! Defaults of proto2 fields.

use protox::prost_reflect::prost_types::EnumValueDescriptorProto;
use protox::prost_reflect::{Kind, Value as Found};

use super::ids::Ids;
use crate::model::{Value, ValueKind};
use crate::source::Span;

/// The first value with this number, in the order of the file.
fn position(values: &[EnumValueDescriptorProto], number: i32) -> Option<usize> {
    values.iter().position(|value| value.number() == number)
}

/// The default of a field that has one, as a value of the model.
pub(super) fn default(kind: &Kind, found: Found, ids: &Ids, span: Span) -> Option<Value> {
    let kind = match found {
        Found::Bool(value) => ValueKind::Bool(value),
        Found::I32(value) => ValueKind::Int(value.into()),
        Found::I64(value) => ValueKind::Int(value),
        Found::U32(value) => ValueKind::Int(value.into()),
        Found::U64(value) => ValueKind::Int(value.cast_signed()),
        Found::F32(value) => ValueKind::Double(value.into()),
        Found::F64(value) => ValueKind::Double(value),
        Found::String(text) => ValueKind::String(text),
        Found::Bytes(bytes) => ValueKind::Binary(bytes.to_vec()),
        Found::EnumNumber(number) => {
            let found = kind.as_enum()?;
            ValueKind::Enum {
                def: ids.get(found.full_name())?,
                number,
                variant: position(&found.enum_descriptor_proto().value, number),
            }
        }
        // Messages, lists and maps have no defaults.
        Found::Message(_) | Found::List(_) | Found::Map(_) => return None,
    };
    Some(Value {
        kind,
        constant: None,
        span,
    })
}
