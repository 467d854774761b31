//! Definitions.

use serde::Serialize;
use streamgen_idl::model::{
    Definition, DefinitionKind, EnumVariant, Method, Oneof, StreamingMode, StructKind, StructLike,
};

use super::member::FieldView;
use super::place::{PlaceView, place};
use super::type_ref::TypeView;
use super::value::ValueView;
use super::{AnnotationView, Reader, annotations, docs};

/// A definition: what all of them have, and beside that what its kind has.
#[derive(Serialize)]
pub(super) struct DefinitionView<'a> {
    name: &'a str,
    /// An index into the files of the document.
    file: usize,
    /// The definition that this one is nested in, as an index.
    parent: Option<usize>,
    docs: &'a [String],
    annotations: Vec<AnnotationView<'a>>,
    /// The whole definition.
    place: Option<PlaceView>,
    name_place: Option<PlaceView>,
    #[serde(flatten)]
    kind: KindView<'a>,
}

/// What a definition is: `kind` in JSON.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KindView<'a> {
    Struct(StructView<'a>),
    Union(StructView<'a>),
    Exception(StructView<'a>),
    Enum {
        /// Whether a number without a name is no value of the enum, as in proto2.
        closed: bool,
        values: Vec<EnumValueView<'a>>,
    },
    Typedef {
        r#type: TypeView<'a>,
    },
    Const {
        r#type: TypeView<'a>,
        value: ValueView<'a>,
    },
    Service {
        /// The service after `extends`, as an index.
        extends: Option<usize>,
        /// Its own methods, without inherited ones.
        methods: Vec<MethodView<'a>>,
    },
}

#[derive(Serialize)]
struct StructView<'a> {
    fields: Vec<FieldView<'a>>,
    oneofs: Vec<OneofView<'a>>,
}

/// Fields of which at most one is set; they name it by its index.
#[derive(Serialize)]
struct OneofView<'a> {
    name: &'a str,
    docs: &'a [String],
    annotations: Vec<AnnotationView<'a>>,
}

#[derive(Serialize)]
struct EnumValueView<'a> {
    name: &'a str,
    number: i32,
    docs: &'a [String],
    annotations: Vec<AnnotationView<'a>>,
    place: Option<PlaceView>,
}

#[derive(Serialize)]
struct MethodView<'a> {
    name: &'a str,
    /// How messages flow.
    mode: &'static str,
    oneway: bool,
    /// Whether the method may run twice.
    retry_safe: bool,
    arguments: Vec<FieldView<'a>>,
    /// `null` for `void`.
    result: Option<TypeView<'a>>,
    throws: Vec<FieldView<'a>>,
    docs: &'a [String],
    annotations: Vec<AnnotationView<'a>>,
    place: Option<PlaceView>,
    name_place: Option<PlaceView>,
}

impl<'a> DefinitionView<'a> {
    pub(super) fn new(reader: Reader<'a>, of: &'a Definition) -> Self {
        Self {
            name: &of.name,
            file: of.file.index(),
            parent: of.parent.map(|parent| parent.index()),
            docs: docs(&of.docs),
            annotations: annotations(&of.annotations),
            place: place(reader, of.span),
            name_place: place(reader, of.name_span),
            kind: kind(reader, &of.kind),
        }
    }
}

fn kind<'a>(reader: Reader<'a>, of: &'a DefinitionKind) -> KindView<'a> {
    match of {
        DefinitionKind::Struct(found) => {
            let view = structure(reader, found);
            match found.kind {
                StructKind::Struct => KindView::Struct(view),
                StructKind::Union => KindView::Union(view),
                StructKind::Exception => KindView::Exception(view),
            }
        }
        DefinitionKind::Enum(found) => {
            let values = found.variants.iter().map(|value| enum_value(reader, value));
            KindView::Enum {
                closed: found.closed,
                values: values.collect(),
            }
        }
        DefinitionKind::Typedef(found) => KindView::Typedef {
            r#type: TypeView::new(reader, &found.target),
        },
        DefinitionKind::Const(found) => KindView::Const {
            r#type: TypeView::new(reader, &found.ty),
            value: ValueView::new(reader, &found.ty, &found.value),
        },
        DefinitionKind::Service(found) => {
            let methods = found.methods.iter().map(|one| method(reader, one));
            KindView::Service {
                extends: found.extends.map(|service| service.index()),
                methods: methods.collect(),
            }
        }
    }
}

fn structure<'a>(reader: Reader<'a>, of: &'a StructLike) -> StructView<'a> {
    StructView {
        fields: FieldView::all(reader, &of.fields),
        oneofs: of.oneofs.iter().map(oneof).collect(),
    }
}

fn oneof(of: &Oneof) -> OneofView<'_> {
    OneofView {
        name: &of.name,
        docs: docs(&of.docs),
        annotations: annotations(&of.annotations),
    }
}

fn enum_value<'a>(reader: Reader<'a>, of: &'a EnumVariant) -> EnumValueView<'a> {
    EnumValueView {
        name: &of.name,
        number: of.number,
        docs: docs(&of.docs),
        annotations: annotations(&of.annotations),
        place: place(reader, of.span),
    }
}

fn method<'a>(reader: Reader<'a>, of: &'a Method) -> MethodView<'a> {
    MethodView {
        name: &of.name,
        mode: match of.mode {
            StreamingMode::PingPong => "ping_pong",
            StreamingMode::Unary => "unary",
            StreamingMode::ClientStreaming => "client_streaming",
            StreamingMode::ServerStreaming => "server_streaming",
            StreamingMode::Bidirectional => "bidirectional",
        },
        oneway: of.oneway,
        retry_safe: of.retry_safe,
        arguments: FieldView::all(reader, &of.args),
        result: of
            .result
            .as_ref()
            .map(|result| TypeView::new(reader, result)),
        throws: FieldView::all(reader, &of.throws),
        docs: docs(&of.docs),
        annotations: annotations(&of.annotations),
        place: place(reader, of.span),
        name_place: place(reader, of.name_span),
    }
}
