//! Fields and types as the IDL writes them, for the documentation of generated items.

use streamgen_idl::model::{Field, Requiredness, Schema, TypeKind, TypeRef, Value, ValueKind};

/// `3: optional Inner next`, with a short default.
pub(crate) fn field(schema: &Schema, field: &Field) -> String {
    let word = match field.requiredness {
        Requiredness::Required => "required ",
        Requiredness::Optional => "optional ",
        Requiredness::Default => "",
    };
    let ty = type_text(schema, &field.ty);
    let default = field
        .default
        .as_ref()
        .map(|value| format!(" = {}", value_text(schema, value)));
    format!(
        "{}: {word}{ty} {}{}",
        field.id,
        field.name,
        default.unwrap_or_default()
    )
}

fn type_text(schema: &Schema, ty: &TypeRef) -> String {
    match &ty.kind {
        TypeKind::Bool => "bool".into(),
        TypeKind::I8 => "i8".into(),
        TypeKind::I16 => "i16".into(),
        TypeKind::I32 => "i32".into(),
        TypeKind::I64 => "i64".into(),
        TypeKind::U32 => "uint32".into(),
        TypeKind::U64 => "uint64".into(),
        TypeKind::Float => "float".into(),
        TypeKind::Double => "double".into(),
        TypeKind::String => "string".into(),
        TypeKind::Binary => "binary".into(),
        TypeKind::Uuid => "uuid".into(),
        TypeKind::List(item) => format!("list<{}>", type_text(schema, item)),
        TypeKind::Set(item) => format!("set<{}>", type_text(schema, item)),
        TypeKind::Map(key, value) => {
            format!(
                "map<{}, {}>",
                type_text(schema, key),
                type_text(schema, value)
            )
        }
        TypeKind::Named(id) => schema.def(*id).name.clone(),
    }
}

/// Longest string, in bytes, that is printed as it is.
const MAX_TEXT: usize = 40;

fn value_text(schema: &Schema, value: &Value) -> String {
    if let Some(constant) = value.constant {
        return schema.def(constant).name.clone();
    }
    match &value.kind {
        ValueKind::Bool(value) => value.to_string(),
        ValueKind::Int(value) => value.to_string(),
        ValueKind::Double(value) => format!("{value:?}"),
        // The text stands between backticks.
        ValueKind::String(text) if text.len() <= MAX_TEXT && !text.contains('`') => {
            format!("{text:?}")
        }
        ValueKind::Enum {
            def,
            number,
            variant,
        } => {
            let variants = schema.enumeration(*def).map(|item| &item.variants);
            match variants
                .zip(*variant)
                .and_then(|(all, index)| all.get(index))
            {
                Some(found) => format!("{}.{}", schema.def(*def).name, found.name),
                None => number.to_string(),
            }
        }
        ValueKind::List(items) | ValueKind::Set(items) if items.is_empty() => "[]".into(),
        ValueKind::List(_) | ValueKind::Set(_) => "[…]".into(),
        ValueKind::Map(pairs) if pairs.is_empty() => "{}".into(),
        ValueKind::Map(_) | ValueKind::Struct { .. } => "{…}".into(),
        ValueKind::String(_) | ValueKind::Binary(_) | ValueKind::Uuid(_) => "…".into(),
    }
}
