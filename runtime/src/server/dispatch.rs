//! From a request on any wire to its handler.

use std::sync::Arc;

use bytes::Bytes;

use super::registry::{Registry, Route};
use super::service::ServerStream;
use crate::call::Cancellation;
use crate::codec::ApplicationException;
use crate::context::{Answer, Call, Context};
use crate::metadata::Metadata;
use crate::metainfo::Metainfo;
use crate::panic;
use crate::service::{Mode, PayloadCodec};
use crate::wire::grpc;
use crate::wire::{
    Dispatch, Incoming, PingPongFailure, PingPongHandler, PingPongOutcome, ServerRaw,
    StreamHandler, Supervisor,
};

impl Dispatch for Registry {
    fn supervisor(&self) -> Arc<Supervisor> {
        self.lifecycle.supervisor()
    }

    fn find(
        &self,
        package: &str,
        service: &str,
        method: &str,
    ) -> Result<(Mode, PayloadCodec), ApplicationException> {
        let route = self.route_in(package, service, method)?;
        Ok((route.method.mode, route.info.payload))
    }

    fn open_stream(
        &self,
        mut incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> Result<StreamHandler, ApplicationException> {
        let route = self.route_of(&incoming)?;
        check_payload(&route, incoming.payload)?;
        if !route.method.mode.is_streaming() {
            return Err(wrong_mode(&route, "does not stream"));
        }
        let metainfo = Metainfo::from_wire(&incoming.metadata);
        let timeout = incoming.timeout;
        let header = header(&mut incoming);
        let cx = Context::of_stream(self.call(&route, incoming), metainfo, cancellation, timeout);
        let cx = cx.with_header(header);
        Ok(route.service.stream(route.index, cx, ServerStream(stream)))
    }

    fn ping_pong(
        &self,
        mut incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> Result<(PingPongHandler, bool), ApplicationException> {
        let route = self.route_of(&incoming)?;
        check_payload(&route, incoming.payload)?;
        if route.method.mode.is_streaming() {
            return Err(wrong_mode(&route, "is a stream"));
        }
        let metainfo = Metainfo::from_wire(&incoming.metadata);
        let timeout = incoming.timeout;
        let header = header(&mut incoming);
        let cx =
            Context::of_ping_pong(self.call(&route, incoming), metainfo, cancellation, timeout);
        let cx = cx.with_header(header);
        let running = route.service.ping_pong(route.index, cx.clone(), args);
        let (service, method) = (route.info.name, route.method);
        let handler = async move {
            let result = match panic::catch(running, service, method.name).await {
                Ok(result) => result,
                Err(exception) => Err(PingPongFailure::Exception(exception)),
            };
            let Answer {
                header,
                trailer,
                uncompressed,
            } = cx.take_answer();
            PingPongOutcome {
                result,
                header,
                backward: trailer,
                uncompressed,
            }
        };
        Ok((Box::pin(handler), method.mode == Mode::OneWay))
    }
}

impl Registry {
    fn call(&self, route: &Route<'_>, incoming: Incoming) -> Call {
        Call {
            service: route.info,
            method: route.method,
            caller: incoming.caller,
            peer: incoming.peer,
            protocol: incoming.protocol,
            draining: self.lifecycle.draining.clone(),
        }
    }

    fn route_of(&self, incoming: &Incoming) -> Result<Route<'_>, ApplicationException> {
        let Incoming {
            package,
            service,
            method,
            ..
        } = incoming;
        match incoming.protocol {
            grpc::PROTOCOL => self.route_in(package, service, method),
            _ => self.route(service, method),
        }
    }
}

/// What a handler sees of the request's header, where that is the caller's own (gRPC).
fn header(incoming: &mut Incoming) -> Metadata {
    match incoming.protocol {
        grpc::PROTOCOL => std::mem::take(&mut incoming.metadata),
        _ => Metadata::new(),
    }
}

/// Bytes of the other codec cannot be arguments of this method. Kitex's codecs find the same out when
/// they meet the other one's messages, and answer with the same type.
fn check_payload(route: &Route<'_>, found: PayloadCodec) -> Result<(), ApplicationException> {
    let expected = route.info.payload;
    if expected == found {
        return Ok(());
    }
    let text = format!(
        "method {} (service {}) takes {expected:?}, and the request carries {found:?}",
        route.method.name, route.info.name
    );
    let id = ApplicationException::INVALID_PROTOCOL;
    Err(ApplicationException::new(id, text))
}

/// Kitex panics here and answers with the panic (3.8).
#[cold]
fn wrong_mode(route: &Route<'_>, what: &str) -> ApplicationException {
    let text = format!(
        "method {} (service {}) {what}",
        route.method.name, route.info.name
    );
    ApplicationException::new(ApplicationException::INVALID_MESSAGE_TYPE, text)
}
