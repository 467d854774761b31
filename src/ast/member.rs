//! Fields, arguments and declared exceptions.

use serde::Serialize;
use streamgen_idl::model::{Encoding, Field, Requiredness};

use super::place::{PlaceView, place};
use super::type_ref::TypeView;
use super::value::ValueView;
use super::{AnnotationView, Reader, annotations, docs};

/// A field. Arguments and exceptions are fields too, of what is on the wire.
#[derive(Serialize)]
pub(super) struct FieldView<'a> {
    name: &'a str,
    /// In Protobuf called the number.
    id: i32,
    /// Whether the id is written, and not counted.
    explicit_id: bool,
    requiredness: &'static str,
    r#type: TypeView<'a>,
    default: Option<ValueView<'a>>,
    /// How the value, or each element of it, is written.
    encoding: &'static str,
    /// Whether the elements of a list of numbers have one key together.
    packed: bool,
    /// An index into the oneofs of the definition.
    oneof: Option<usize>,
    /// Apache's `&` in front of the name.
    by_reference: bool,
    docs: &'a [String],
    annotations: Vec<AnnotationView<'a>>,
    /// The whole field.
    place: Option<PlaceView>,
    name_place: Option<PlaceView>,
}

impl<'a> FieldView<'a> {
    pub(super) fn all(reader: Reader<'a>, of: &'a [Field]) -> Vec<Self> {
        of.iter().map(|field| Self::new(reader, field)).collect()
    }

    fn new(reader: Reader<'a>, of: &'a Field) -> Self {
        let default = of.default.as_ref();
        Self {
            name: &of.name,
            id: of.id,
            explicit_id: of.explicit_id,
            requiredness: match of.requiredness {
                Requiredness::Required => "required",
                Requiredness::Optional => "optional",
                Requiredness::Default => "default",
            },
            r#type: TypeView::new(reader, &of.ty),
            default: default.map(|value| ValueView::new(reader, &of.ty, value)),
            encoding: match of.encoding {
                Encoding::Plain => "plain",
                Encoding::ZigZag => "zig_zag",
                Encoding::Fixed => "fixed",
                Encoding::Group => "group",
            },
            packed: of.packed,
            oneof: of.oneof,
            by_reference: of.by_reference,
            docs: docs(&of.docs),
            annotations: annotations(&of.annotations),
            place: place(reader, of.span),
            name_place: place(reader, of.name_span),
        }
    }
}
