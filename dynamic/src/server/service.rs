//! A service of a schema, as a server serves it.

use std::fmt;
use std::sync::Arc;

use streamgen_runtime::server::{
    self, Arguments, PingPongFuture, ServerStream, Service as Served, StreamFuture,
};
use streamgen_runtime::{Context, Mode, RawMessage, ServiceInfo};

use super::handler::JsonHandler;
use super::messages::{Messages, failed};
use super::streams::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonServerStreamingServer,
};
use crate::client::{CallError, info};
use crate::options::JsonOptions;
use crate::service::Service;

/// A service with a handler of JSON: what `add_service` of a server takes.
///
/// It keeps the service that it was made with. A server of an IDL that has changed is another server.
pub struct JsonService<H> {
    info: &'static ServiceInfo,
    /// By the numbers of the methods.
    methods: Vec<Messages>,
    handler: Arc<H>,
}

impl<H: JsonHandler> JsonService<H> {
    /// Makes a service of the server of it.
    ///
    /// # Errors
    /// [`MAX_SERVICES`](crate::client::MAX_SERVICES) different services have been called or served by this
    /// process, or their tables take [`MAX_SERVICES_BYTES`](crate::client::MAX_SERVICES_BYTES).
    pub fn new(service: &Service, handler: H) -> Result<Self, CallError> {
        let messages = |method| Messages {
            method,
            options: JsonOptions::new(),
        };
        Ok(Self {
            info: info::of(service).map_err(CallError::Call)?,
            methods: service.methods().map(messages).collect(),
            handler: Arc::new(handler),
        })
    }

    /// How values look in JSON. The default is that of the IDL's language.
    #[must_use]
    pub fn with_json_options(mut self, options: JsonOptions) -> Self {
        for messages in &mut self.methods {
            messages.options = options.clone();
        }
        self
    }
}

impl<H> fmt::Debug for JsonService<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonService")
            .field("service", &self.info.name)
            .finish_non_exhaustive()
    }
}

impl<H: JsonHandler> Served for JsonService<H> {
    fn info(&self) -> &'static ServiceInfo {
        self.info
    }

    fn ping_pong(&self, method: usize, cx: Context, args: Arguments) -> PingPongFuture {
        let Some(messages) = self.methods.get(method).cloned() else {
            return server::no_such_ping_pong();
        };
        let handler = Arc::clone(&self.handler);
        let one_way = self.info.methods[method].mode == Mode::OneWay;
        server::unary(cx, args, move |cx, request: RawMessage| async move {
            let request = messages.request(&request).map_err(failed)?;
            let outcome = handler.call(cx, request).await;
            match one_way {
                true => outcome.map(|_| RawMessage::default()).map_err(failed),
                false => messages.reply(outcome),
            }
        })
    }

    fn stream(&self, method: usize, cx: Context, stream: ServerStream) -> StreamFuture {
        let Some(messages) = self.methods.get(method).cloned() else {
            return server::no_such_stream();
        };
        let handler = Arc::clone(&self.handler);
        match self.info.methods[method].mode {
            Mode::ClientStreaming => server::client_streaming(stream, move |stream| async move {
                let requests = JsonClientStreamingServer::new(stream, messages.clone());
                let outcome = handler.client_streaming(cx, requests).await;
                let response = outcome.and_then(|json| messages.response(&json));
                response.map_err(failed)
            }),
            Mode::ServerStreaming => {
                server::server_streaming(stream, move |request: RawMessage, stream| async move {
                    let request = messages.request(&request).map_err(failed)?;
                    let responses = JsonServerStreamingServer::new(stream, messages);
                    let served = handler.server_streaming(cx, request, responses).await;
                    served.map_err(failed)
                })
            }
            Mode::BidiStreaming => server::bidi_streaming(stream, move |stream| async move {
                let stream = JsonBidiStreamingServer::new(stream, messages);
                handler.bidi_streaming(cx, stream).await.map_err(failed)
            }),
            _ => server::no_such_stream(),
        }
    }
}
