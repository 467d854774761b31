//! Fields and their types.

use protox::prost_reflect::{Cardinality, FieldDescriptor, Kind, MessageDescriptor, Syntax};

use super::Lowering;
use super::default::default;
use super::options::annotations;
use crate::model::{Annotations, Encoding, Field, Requiredness, TypeKind, TypeRef};
use crate::source::Span;

/// Field numbers of `FieldDescriptorProto`.
const TYPE: i32 = 5;
const TYPE_NAME: i32 = 6;

impl Lowering<'_> {
    pub(super) fn fields(&self, message: &MessageDescriptor) -> Vec<Field> {
        let mut fields: Vec<_> = message.fields().collect();
        // The pool sorts by number; the model keeps the order of the file.
        fields.sort_by_key(|field| field.path().last().copied());
        fields
            .iter()
            .filter_map(|field| self.field(message, field))
            .collect()
    }

    fn field(&self, message: &MessageDescriptor, field: &FieldDescriptor) -> Option<Field> {
        let span = self.span(field.path());
        let oneof = field.containing_oneof().and_then(|found| {
            let mut declared = message.oneofs().filter(|oneof| !oneof.is_synthetic());
            declared.position(|oneof| oneof == found)
        });
        let proto = field.field_descriptor_proto();
        Some(Field {
            id: field.number() as i32,
            explicit_id: true,
            name: field.name().to_owned(),
            requiredness: requiredness(field),
            json_name: Some(field.json_name().to_owned()),
            ty: self.type_of(field)?,
            encoding: encoding_of(field),
            key_encoding: key_encoding(field),
            packed: packed(field),
            oneof,
            default: proto
                .default_value
                .as_ref()
                .and_then(|_| default(&field.kind(), field.default_value(), self.ids, span)),
            by_reference: false,
            docs: self.locations.docs(field.path()),
            annotations: match proto.options {
                Some(_) => annotations(&field.options(), span),
                None => Annotations::default(),
            },
            span,
            name_span: self.name_span(field.path()),
        })
    }

    fn type_of(&self, field: &FieldDescriptor) -> Option<TypeRef> {
        let span = self.type_span(field.path());
        if let (true, Some(entry)) = (field.is_map(), field.kind().as_message()) {
            let key = self.single(&entry.map_entry_key_field().kind(), span)?;
            let value = self.single(&entry.map_entry_value_field().kind(), span)?;
            let kind = TypeKind::Map(Box::new(key), Box::new(value));
            return Some(type_ref(kind, span));
        }
        let single = self.single(&field.kind(), span)?;
        if field.is_list() {
            return Some(type_ref(TypeKind::List(Box::new(single)), span));
        }
        Some(single)
    }

    /// The type of one value.
    pub(super) fn single(&self, kind: &Kind, span: Span) -> Option<TypeRef> {
        let kind = match kind {
            Kind::Double => TypeKind::Double,
            Kind::Float => TypeKind::Float,
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => TypeKind::I32,
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => TypeKind::I64,
            Kind::Uint32 | Kind::Fixed32 => TypeKind::U32,
            Kind::Uint64 | Kind::Fixed64 => TypeKind::U64,
            Kind::Bool => TypeKind::Bool,
            Kind::String => TypeKind::String,
            Kind::Bytes => TypeKind::Binary,
            Kind::Message(found) => TypeKind::Named(self.ids.get(found.full_name())?),
            Kind::Enum(found) => TypeKind::Named(self.ids.get(found.full_name())?),
        };
        Some(type_ref(kind, span))
    }

    fn type_span(&self, path: &[i32]) -> Span {
        let named = self.span(&[path, &[TYPE_NAME]].concat());
        if named.end > named.start {
            return named;
        }
        self.span(&[path, &[TYPE]].concat())
    }
}

pub(super) fn type_ref(kind: TypeKind, span: Span) -> TypeRef {
    TypeRef {
        kind,
        annotations: Annotations::default(),
        span,
    }
}

/// Without presence, a value that is not on the wire and one that is the type's default are the
/// same thing.
fn requiredness(field: &FieldDescriptor) -> Requiredness {
    match field.cardinality() {
        Cardinality::Required => Requiredness::Required,
        Cardinality::Optional if field.supports_presence() => Requiredness::Optional,
        Cardinality::Optional | Cardinality::Repeated => Requiredness::Default,
    }
}

/// What the option says, else proto3's default. The pool decides on packing before it has read the
/// options of a file that comes from text.
fn packed(field: &FieldDescriptor) -> bool {
    let numbers = !matches!(field.kind(), Kind::String | Kind::Bytes | Kind::Message(_));
    let options = field.field_descriptor_proto().options.as_ref();
    let asked = options.and_then(|options| options.packed);
    let by_syntax = field.parent_file().syntax() == Syntax::Proto3;
    field.is_list() && numbers && asked.unwrap_or(by_syntax)
}

/// How a field is encoded; for a map, how its values are.
fn encoding_of(field: &FieldDescriptor) -> Encoding {
    match (field.is_map(), field.kind()) {
        (true, Kind::Message(entry)) => encoding(&entry.map_entry_value_field().kind()),
        (_, Kind::Message(_)) if field.is_group() => Encoding::Group,
        (_, kind) => encoding(&kind),
    }
}

fn key_encoding(field: &FieldDescriptor) -> Encoding {
    match (field.is_map(), field.kind()) {
        (true, Kind::Message(entry)) => encoding(&entry.map_entry_key_field().kind()),
        _ => Encoding::Plain,
    }
}

fn encoding(kind: &Kind) -> Encoding {
    match kind {
        Kind::Sint32 | Kind::Sint64 => Encoding::ZigZag,
        Kind::Fixed32 | Kind::Fixed64 | Kind::Sfixed32 | Kind::Sfixed64 => Encoding::Fixed,
        _ => Encoding::Plain,
    }
}
