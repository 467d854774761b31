//! Services.

use protox::prost_reflect::prost_types::MethodOptions;
use protox::prost_reflect::prost_types::method_options::IdempotencyLevel;
use protox::prost_reflect::{MethodDescriptor, ServiceDescriptor};

use super::Lowering;
use super::field::type_ref;
use super::options::annotations;
use crate::model::{
    Annotations, Docs, Encoding, Field, Method, Requiredness, Service, StreamingMode, TypeKind,
    TypeRef,
};

/// Field numbers of `MethodDescriptorProto`.
const INPUT_TYPE: i32 = 2;
const OUTPUT_TYPE: i32 = 3;

/// What the message that a client sends is called in signatures. A `.proto` has no name for it.
const REQUEST: &str = "req";

impl Lowering<'_> {
    pub(super) fn service(&self, service: &ServiceDescriptor) -> Service {
        let methods = service.methods();
        Service {
            extends: None,
            methods: methods.filter_map(|method| self.method(&method)).collect(),
        }
    }

    fn method(&self, method: &MethodDescriptor) -> Option<Method> {
        let path = method.path();
        let span = self.span(path);
        let ty = |name: &str, part| {
            let span = self.span(&[path, &[part]].concat());
            Some(type_ref(TypeKind::Named(self.ids.get(name)?), span))
        };
        let request = ty(method.input().full_name(), INPUT_TYPE)?;
        Some(Method {
            name: method.name().to_owned(),
            mode: mode(method),
            oneway: false,
            retry_safe: retry_safe(method),
            args: vec![argument(request)],
            result: Some(ty(method.output().full_name(), OUTPUT_TYPE)?),
            throws: Vec::new(),
            docs: self.locations.docs(path),
            annotations: match method.method_descriptor_proto().options {
                Some(_) => annotations(&method.options(), span),
                None => Annotations::default(),
            },
            span,
            name_span: self.name_span(path),
        })
    }
}

/// Whether the method may run twice. Streams are never made again, whatever the option says: it has a meaning
/// for other tools.
fn retry_safe(method: &MethodDescriptor) -> bool {
    let level = method.method_descriptor_proto().options.as_ref();
    let level = level.map(MethodOptions::idempotency_level);
    let safe = [
        IdempotencyLevel::NoSideEffects,
        IdempotencyLevel::Idempotent,
    ];
    !mode(method).is_streaming() && level.is_some_and(|level| safe.contains(&level))
}

/// Kitex marks a method without `stream` as unary (kitex-tool.md 5).
fn mode(method: &MethodDescriptor) -> StreamingMode {
    match (method.is_client_streaming(), method.is_server_streaming()) {
        (false, false) => StreamingMode::Unary,
        (true, false) => StreamingMode::ClientStreaming,
        (false, true) => StreamingMode::ServerStreaming,
        (true, true) => StreamingMode::Bidirectional,
    }
}

fn argument(ty: TypeRef) -> Field {
    Field {
        id: 1,
        explicit_id: false,
        name: REQUEST.to_owned(),
        requiredness: Requiredness::Default,
        json_name: None,
        encoding: Encoding::Plain,
        key_encoding: Encoding::Plain,
        packed: false,
        oneof: None,
        default: None,
        by_reference: false,
        docs: Docs::default(),
        annotations: Annotations::default(),
        span: ty.span,
        name_span: ty.span,
        ty,
    }
}
