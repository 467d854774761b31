//! The Rust signature of a method: in the handler's trait, and on the client.

use super::rust_type::RustType;
use super::services::{ArgPlan, MethodKind, MethodPlan};

/// Parameters after `&self`, and what the function returns.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<(String, RustType)>,
    /// Of a handler: what its future resolves to.
    pub(crate) returns: RustType,
}

impl MethodPlan<'_> {
    /// The handler's function. The one response of a client stream is its result, so that a handler
    /// cannot forget it.
    pub(crate) fn handler_signature(&self) -> Signature {
        let context = (self.context_param.clone(), RustType::runtime("Context", []));
        let (stream, output) = match self.kind {
            MethodKind::PingPong | MethodKind::OneWay | MethodKind::Unary => {
                (None, self.result.clone())
            }
            MethodKind::ClientStreaming => {
                let stream = RustType::runtime("ClientStreamingServer", [self.request()]);
                (Some(stream), self.result.clone())
            }
            MethodKind::ServerStreaming => {
                let stream = RustType::runtime("ServerStreamingServer", [self.result.clone()]);
                (Some(stream), RustType::unit())
            }
            MethodKind::BidiStreaming => {
                let types = [self.request(), self.result.clone()];
                (
                    Some(RustType::runtime("BidiStreamingServer", types)),
                    RustType::unit(),
                )
            }
        };
        let stream = stream.map(|ty| (self.stream_param.clone(), ty));
        let arguments = self.arguments();
        let arguments = arguments.map(|arg| (arg.param.clone(), arg.ty.clone()));
        let params = std::iter::once(context).chain(arguments).chain(stream);
        let error = self
            .error
            .as_ref()
            .map(|error| RustType::in_module(&error.ident));
        let returns = RustType::runtime("Result", std::iter::once(output).chain(error));
        Signature {
            params: params.collect(),
            returns,
        }
    }

    /// The client's function. It returns a call, which is a builder of options and a future.
    pub(crate) fn client_signature(&self) -> Signature {
        let result = self.result.clone();
        let args_struct = || RustType::in_module(&self.args_struct);
        let (name, types) = match self.kind {
            MethodKind::PingPong => {
                let error = self
                    .error
                    .as_ref()
                    .map(|error| RustType::in_module(&error.ident));
                let types = [args_struct(), result].into_iter().chain(error);
                ("client::PingPongCall", types.collect())
            }
            MethodKind::OneWay => ("client::OneWayCall", vec![args_struct()]),
            MethodKind::Unary => ("client::UnaryCall", vec![self.request(), result]),
            MethodKind::ClientStreaming => {
                ("client::ClientStreamingCall", vec![self.request(), result])
            }
            MethodKind::ServerStreaming => {
                ("client::ServerStreamingCall", vec![self.request(), result])
            }
            MethodKind::BidiStreaming => {
                ("client::BidiStreamingCall", vec![self.request(), result])
            }
        };
        Signature {
            params: self
                .arguments()
                .map(|arg| (arg.ident.clone(), arg.ty.clone()))
                .collect(),
            returns: RustType::runtime(name, types),
        }
    }

    /// The arguments, where they are given with the call and not sent on the stream.
    fn arguments(&self) -> impl Iterator<Item = &ArgPlan<'_>> {
        let sent_later = matches!(
            self.kind,
            MethodKind::ClientStreaming | MethodKind::BidiStreaming
        );
        self.args.iter().filter(move |_| !sent_later)
    }

    /// The message that a client sends on a stream.
    fn request(&self) -> RustType {
        self.args
            .first()
            .map_or_else(RustType::unit, |arg| arg.ty.clone())
    }
}
