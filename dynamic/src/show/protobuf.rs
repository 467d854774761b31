//! The IDL of Protobuf in words, and examples of its well-known messages.

use streamgen_idl::model::Encoding;

use super::example::Template;
use crate::schema::{Compiled, Field, Struct, Type, WellKnown};

impl Compiled {
    pub(super) fn protobuf_name(&self, ty: Type, encoding: Encoding) -> String {
        let fixed = encoding == Encoding::Fixed;
        let zigzag = encoding == Encoding::ZigZag;
        match ty {
            Type::I32 if zigzag => "sint32".to_owned(),
            Type::I64 if zigzag => "sint64".to_owned(),
            Type::I32 if fixed => "sfixed32".to_owned(),
            Type::I64 if fixed => "sfixed64".to_owned(),
            Type::U32 if fixed => "fixed32".to_owned(),
            Type::U64 if fixed => "fixed64".to_owned(),
            Type::Enum(at) => self.enums[at as usize].name.clone(),
            Type::Struct(at) => self.structs[at as usize].name.clone(),
            Type::List(at) => {
                let element = self.protobuf_name(self.elements[at as usize], encoding);
                format!("repeated {element}")
            }
            other => self.describe(other),
        }
    }

    /// A message with its fields, or an enum with its names, one a line.
    pub(super) fn protobuf_definition(&self, ty: Type) -> String {
        let lines = match ty {
            Type::Struct(at) => self.field_lines(&self.structs[at as usize]),
            Type::Enum(at) => {
                let mut numbers: Vec<_> = self.enums[at as usize].numbers.iter().collect();
                numbers.sort_by_key(|&(name, number)| (number, name));
                let lines = numbers.iter();
                lines
                    .map(|(name, number)| format!("  {name} = {number};\n"))
                    .collect()
            }
            _ => String::new(),
        };
        format!("{} {{\n{lines}}}\n", self.describe(ty))
    }

    fn field_lines(&self, of: &Struct) -> String {
        let mut lines = String::new();
        let mut open = None;
        for field in &of.fields {
            let oneof = field.protobuf.oneof;
            if open != oneof && open.is_some() {
                lines.push_str("  }\n");
            }
            if let Some(oneof) = oneof.filter(|_| open != oneof) {
                lines += &format!("  oneof {} {{\n", of.oneofs[oneof]);
            }
            open = oneof;
            let indent = if open.is_some() { "    " } else { "  " };
            lines += &format!("{indent}{}\n", self.field_line(field));
        }
        if open.is_some() {
            lines.push_str("  }\n");
        }
        lines
    }

    fn field_line(&self, field: &Field) -> String {
        let in_protobuf = &field.protobuf;
        let word = match (
            field.required,
            field.optional && in_protobuf.oneof.is_none(),
        ) {
            (true, _) => "required ",
            (_, true) if !matches!(field.ty, Type::Struct(_)) => "optional ",
            _ => "",
        };
        let ty = match field.ty {
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                let key = self.protobuf_name(key, in_protobuf.key_encoding);
                let value = self.protobuf_name(value, in_protobuf.encoding);
                format!("map<{key}, {value}>")
            }
            ty => self.protobuf_name(ty, in_protobuf.encoding),
        };
        format!("{word}{ty} {} = {};", in_protobuf.idl_name, field.id)
    }
}

impl Template<'_> {
    pub(super) fn put_well_known(&mut self, kind: WellKnown, of: &Struct) {
        match kind {
            WellKnown::Timestamp => self.out.push_str("\"1970-01-01T00:00:00Z\""),
            WellKnown::Duration => self.out.push_str("\"0s\""),
            WellKnown::FieldMask => self.out.push_str("\"\""),
            WellKnown::Any | WellKnown::Struct => self.out.push_str("{}"),
            WellKnown::Value => self.out.push_str("null"),
            WellKnown::ListValue => self.out.push_str("[]"),
            WellKnown::Wrapper => self.put(of.fields[0].ty),
        }
    }
}
