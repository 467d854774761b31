//! One version of a service: what one reading of the IDL says of it. A call keeps the version with which it began.

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

pub(super) struct Version<H> {
    pub(super) service: Service,
    pub(super) info: &'static ServiceInfo,
    /// What converts the messages of each method, by the number of the method.
    methods: Vec<Messages>,
    pub(super) handler: Arc<H>,
}

impl<H> Version<H> {
    pub(super) fn new(
        service: &Service,
        options: &JsonOptions,
        handler: Arc<H>,
    ) -> Result<Self, CallError> {
        let info = info::of(service).map_err(CallError::Call)?;
        Ok(Self::of(service, info, options, handler))
    }

    /// A version whose table the runtime has already.
    pub(super) fn of(
        service: &Service,
        info: &'static ServiceInfo,
        options: &JsonOptions,
        handler: Arc<H>,
    ) -> Self {
        let messages = |method| Messages {
            method,
            options: options.clone(),
        };
        Self {
            service: service.clone(),
            info,
            methods: service.methods().map(messages).collect(),
            handler,
        }
    }
}

impl<H: JsonHandler> Served for Version<H> {
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
