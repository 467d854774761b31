//! The Rust signature of a method: in the handler's trait, and on the client.

use super::kinds::{Request, Response};
use super::rust_type::RustType;
use super::services::{ArgPlan, MethodPlan};

/// Parameters after `&self`, and what the function returns.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<(String, RustType)>,
    /// What the function returns; for a handler, what its future resolves to.
    pub(crate) returns: RustType,
}

impl MethodPlan<'_> {
    /// The handler's function. The one response of a client stream is its result, so that a handler
    /// cannot forget it.
    pub(crate) fn handler_signature(&self) -> Signature {
        let context = self.context_param.clone();
        let context = context.map(|name| (name, RustType::runtime("Context", [])));
        let kind = self.kind.row();
        let sent = (kind.request == Request::Stream).then(|| self.request());
        let (streamed, output) = match kind.response {
            Response::Stream => (Some(self.result.clone()), RustType::unit()),
            Response::None | Response::Returned => (None, self.result.clone()),
        };
        let stream = kind.server_stream.map(|name| {
            let ty = RustType::runtime(name, sent.into_iter().chain(streamed));
            (self.stream_param.clone(), ty)
        });
        let arguments = self.arguments();
        let arguments = arguments.map(|arg| (arg.param.clone(), arg.ty.clone()));
        let params = context.into_iter().chain(arguments).chain(stream);
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

    /// The handler's function on Kitex's other surface, if it differs there: of a stream, by the context
    /// (`kitex-tool.md` 10.3).
    pub(crate) fn handler_signature_of_other_surface(&self) -> Option<Signature> {
        let mut signature = self.handler_signature();
        match &self.context_param {
            _ if !self.kind.is_streaming() => return None,
            Some(_) => drop(signature.params.remove(0)),
            None => {
                let context = ("cx".to_owned(), RustType::runtime("Context", []));
                signature.params.insert(0, context);
            }
        }
        Some(signature)
    }

    /// The client's function. It returns a call, which is a builder of options and a future.
    pub(crate) fn client_signature(&self) -> Signature {
        let kind = self.kind.row();
        let request = match kind.request {
            Request::Arguments => RustType::in_module(&self.args_struct),
            Request::Message | Request::Stream => self.request(),
        };
        let result = (kind.response != Response::None).then(|| self.result.clone());
        let error = self.error.as_ref().filter(|_| result.is_some());
        let error = error.map(|error| RustType::in_module(&error.ident));
        let types = std::iter::once(request).chain(result).chain(error);
        Signature {
            params: self
                .arguments()
                .map(|arg| (arg.ident.clone(), arg.ty.clone()))
                .collect(),
            returns: RustType::runtime(kind.call, types),
        }
    }

    /// The arguments, where they are given with the call and not sent on the stream.
    fn arguments(&self) -> impl Iterator<Item = &ArgPlan<'_>> {
        let sent_later = self.kind.row().request == Request::Stream;
        self.args.iter().filter(move |_| !sent_later)
    }

    /// The message that a client sends on a stream.
    fn request(&self) -> RustType {
        self.args
            .first()
            .map_or_else(RustType::unit, |arg| arg.ty.clone())
    }
}
