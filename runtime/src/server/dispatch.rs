//! From a request on any wire to its handler.

use std::sync::Arc;

use bytes::Bytes;

use super::registry::{Registry, Route};
use super::service::ServerStream;
use super::{events, observe};
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
        let found = self.route_in(package, service, method);
        let route = found.inspect_err(|why| events::call_refused(service, method, why))?;
        Ok((route.method.mode, route.info.payload))
    }

    fn open_stream(
        &self,
        mut incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> Result<StreamHandler, ApplicationException> {
        let route = self.route_to(&incoming, true)?;
        let call = observe::begin(&route, &incoming);
        let metainfo = Metainfo::from_wire(&incoming.metadata);
        let timeout = incoming.timeout;
        let header = header(&mut incoming);
        let cx = Context::of_stream(self.call(&route, incoming), metainfo, cancellation, timeout);
        let cx = cx.with_header(header);
        let handler = route.service.stream(route.index, cx, ServerStream(stream));
        Ok(observe::stream(call, handler))
    }

    fn ping_pong(
        &self,
        mut incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> Result<(PingPongHandler, bool), ApplicationException> {
        let route = self.route_to(&incoming, false)?;
        let call = observe::begin(&route, &incoming);
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
        let handler = observe::ping_pong(call, Box::pin(handler));
        Ok((handler, method.mode == Mode::OneWay))
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

    /// The method that is called, if it takes such a call.
    fn route_to(
        &self,
        incoming: &Incoming,
        stream: bool,
    ) -> Result<Route<'_>, ApplicationException> {
        let found = self.route_of(incoming).and_then(|route| {
            check_payload(&route, incoming.payload)?;
            check_mode(&route, stream)?;
            Ok(route)
        });
        found.inspect_err(|why| events::call_refused(&incoming.service, &incoming.method, why))
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

/// Kitex panics where the mode is another, and answers with the panic (3.8).
fn check_mode(route: &Route<'_>, stream: bool) -> Result<(), ApplicationException> {
    match (route.method.mode.is_streaming(), stream) {
        (false, true) => Err(wrong_mode(route, "does not stream")),
        (true, false) => Err(wrong_mode(route, "is a stream")),
        _ => Ok(()),
    }
}

#[cold]
fn wrong_mode(route: &Route<'_>, what: &str) -> ApplicationException {
    let text = format!(
        "method {} (service {}) {what}",
        route.method.name, route.info.name
    );
    ApplicationException::new(ApplicationException::INVALID_MESSAGE_TYPE, text)
}
