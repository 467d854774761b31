//! Services and their methods.

use serde::Serialize;

use super::{Annotations, DefId, Docs, Field, TypeRef};
use crate::source::Span;

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// The service after `extends`. Chains end: cycles are refused before the model is built.
    pub extends: Option<DefId>,
    /// The service's own methods; [`Schema::methods_of`](super::Schema::methods_of) adds the
    /// inherited ones.
    pub methods: Vec<Method>,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Method {
    /// The name in the IDL and on the wire.
    pub name: String,
    /// How messages flow.
    pub mode: StreamingMode,
    /// Whether the client does not wait for an answer. Only with [`StreamingMode::PingPong`] or
    /// [`StreamingMode::Unary`], and then `result` is `None` and `throws` is empty.
    pub oneway: bool,
    /// Whether the method may run twice, so that clients may make its calls again: the annotation
    /// `retry = "safe"`, Protobuf's `idempotency_level`. Never with `oneway`, or of a stream.
    pub retry_safe: bool,
    /// The arguments. Exactly one for every mode but [`StreamingMode::PingPong`].
    pub args: Vec<Field>,
    /// The result; `None` for `void`.
    pub result: Option<TypeRef>,
    /// The declared exceptions; the type of each is an exception or a typedef of one.
    pub throws: Vec<Field>,
    /// Documentation.
    pub docs: Docs,
    /// Annotations after the method.
    pub annotations: Annotations,
    /// The whole method.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
}

/// How messages flow in a method (kitex-tool.md 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamingMode {
    /// No `streaming.mode`: one request and one answer, outside any stream.
    PingPong,
    /// `unary`: one request and one answer, on a stream where the transport has one.
    Unary,
    /// `client`: many requests, one answer.
    ClientStreaming,
    /// `server`: one request, many answers.
    ServerStreaming,
    /// `bidirectional`: many requests, many answers.
    Bidirectional,
}

impl StreamingMode {
    /// Whether more than one message may flow in a direction.
    #[must_use]
    pub fn is_streaming(self) -> bool {
        matches!(
            self,
            Self::ClientStreaming | Self::ServerStreaming | Self::Bidirectional
        )
    }
}

/// A method as seen from a service that declares or inherits it.
#[derive(Clone, Copy, Debug)]
pub struct InheritedMethod<'a> {
    /// The service that declares the method.
    pub origin: DefId,
    /// The method.
    pub method: &'a Method,
}
