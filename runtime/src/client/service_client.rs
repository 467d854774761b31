//! The calls of one service.

use std::fmt;
use std::sync::Arc;

use super::channel::Channel;
use super::methods::Methods;
use super::ping_pong::{OneWayCall, PingPongCall};
use super::streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use super::unary::UnaryCall;
use crate::breaker::Known;
use crate::error::{Error, Result};
use crate::retry;
use crate::service::{Mode, ServiceInfo};
use crate::wire::client::{StreamWire, UnaryWire};

/// Makes the calls of one service over a [`Channel`]. A generated client consists of this type.
/// Cloning is cheap.
///
/// For generated code: `method` is an index into the methods of the service. A call in another mode
/// than its method's fails when it is awaited, without sending anything (statement 92).
#[derive(Clone)]
pub struct ServiceClient(pub(super) Arc<Bound>);

/// The methods of a client, and the wires of its calls. The wires are looked up when the client is
/// made; where that was an error, each call of the kind fails with it.
pub(super) struct Bound {
    pub(super) methods: Methods,
    pub(super) channel: Channel,
    /// The wire of streams.
    pub(super) stream: Result<Arc<dyn StreamWire>>,
    /// The wire of ping-pong calls.
    pub(super) unary: Result<Arc<dyn UnaryWire>>,
    /// The wire of unary calls over a stream.
    pub(super) over_stream: Result<Arc<dyn UnaryWire>>,
    /// The circuit breakers of the methods, in their order, where the channel has some.
    pub(super) breakers: Box<[Known]>,
    /// The policies by which calls of the methods are made again, in their order.
    pub(super) retries: Box<[Option<retry::Kept>]>,
}

impl ServiceClient {
    /// Makes a client of all methods of a service. If the channel cannot carry the service, the
    /// client's calls fail.
    #[must_use]
    pub fn new(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::all(service), channel)
    }

    /// Makes the client of the classic surface: of the methods that are not
    /// [over a stream](Mode::is_over_stream). Its other calls fail, as with [`Self::new`].
    #[must_use]
    pub fn of_calls(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::calls(service), channel)
    }

    /// Makes the stream client of the classic surface: of the methods that are
    /// [over a stream](Mode::is_over_stream). Its other calls fail, as with [`Self::new`].
    #[must_use]
    pub fn of_streams(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::over_stream(service), channel)
    }

    pub(super) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    pub(super) fn of(methods: Methods, channel: Channel) -> Self {
        let all = methods.service.methods.iter();
        let policies = &channel.defaults().retries;
        Self(Arc::new(Bound {
            stream: channel.stream_wire(methods),
            unary: channel.unary_wire(methods),
            over_stream: channel.over_stream_wire(methods),
            breakers: all.clone().map(|_| Known::default()).collect(),
            retries: all
                .map(|method| policies.kept(method.name, method.retry_safe))
                .collect(),
            methods,
            channel,
        }))
    }

    /// # Errors
    /// The channel cannot make the client's calls.
    pub(super) fn check(&self) -> Result<()> {
        let Bound {
            methods,
            stream,
            unary,
            over_stream,
            ..
        } = &*self.0;
        let is_call = |mode: Mode| !mode.is_over_stream();
        let error = [
            stream
                .as_ref()
                .err()
                .filter(|_| methods.have(Mode::is_streaming)),
            unary.as_ref().err().filter(|_| methods.have(is_call)),
            over_stream
                .as_ref()
                .err()
                .filter(|_| methods.have(|mode| mode == Mode::Unary)),
        ];
        let error = error.into_iter().flatten().next();
        error.map_or(Ok(()), |error| Err(error.clone()))
    }

    /// # Errors
    /// A retry policy is for no method that it could be for.
    pub(super) fn check_retries(&self) -> Result<()> {
        let Bound {
            methods, channel, ..
        } = &*self.0;
        let service = methods.service;
        let declared = service.methods.iter().any(|method| method.retry_safe);
        if channel.defaults().retries.has_safe() && !declared {
            return Err(Error::invalid_argument(format!(
                "`.retry_safe(…)` has no effect: the IDL declares no method of {} safe; write `retry = \"safe\"` \
                 behind it, in Protobuf `idempotency_level`, or name it by `.retry(…)`",
                service.name
            )));
        }
        for name in channel.defaults().retries.methods() {
            let method = service.methods.iter().find(|method| method.name == name);
            let problem = match method.map(|method| method.mode) {
                Some(Mode::PingPong | Mode::Unary) => continue,
                Some(Mode::OneWay) => "is oneway: nobody learns whether it has failed",
                Some(_) => "opens a stream, which is never made again",
                None => "is no method of the service",
            };
            let text = format!("`.retry({name:?}, …)`: {}.{name} {problem}", service.name);
            return Err(Error::invalid_argument(text));
        }
        Ok(())
    }

    /// A call of a ping-pong method.
    pub fn ping_pong<A, R, E>(&self, method: usize, args: A) -> PingPongCall<A, R, E> {
        PingPongCall::new(self.clone(), method, Mode::PingPong, args)
    }

    /// A call of a method of [`Mode::Unary`]: a ping-pong call over the wire of streams.
    pub fn over_stream<A, R, E>(&self, method: usize, args: A) -> PingPongCall<A, R, E> {
        PingPongCall::new(self.clone(), method, Mode::Unary, args)
    }

    /// A call of a unary method of a Protobuf IDL. Of a Thrift IDL, a call of a ping-pong method or of
    /// one of [`Mode::Unary`] whose messages are the whole structs of arguments and of the result: what
    /// a client without generated code has.
    pub fn unary<Req, Res>(&self, method: usize, request: Req) -> UnaryCall<Req, Res> {
        UnaryCall::new(self.clone(), method, request)
    }

    /// The mode in which a call that gets one reply calls the method.
    pub(super) fn mode_of_reply(&self, method: usize) -> Mode {
        let method = self.0.methods.service.methods.get(method);
        match method.map(|method| method.mode) {
            Some(Mode::Unary) => Mode::Unary,
            _ => Mode::PingPong,
        }
    }

    /// A call of a oneway method.
    pub fn one_way<A>(&self, method: usize, args: A) -> OneWayCall<A> {
        OneWayCall::new(self.clone(), method, args)
    }

    /// A call of a bidirectional method.
    pub fn bidi_streaming<Req, Res>(&self, method: usize) -> BidiStreamingCall<Req, Res> {
        BidiStreamingCall::new(self.clone(), method)
    }

    /// A call of a client-streaming method.
    pub fn client_streaming<Req, Res>(&self, method: usize) -> ClientStreamingCall<Req, Res> {
        ClientStreamingCall::new(self.clone(), method)
    }

    /// A call of a server-streaming method.
    pub fn server_streaming<Req, Res>(
        &self,
        method: usize,
        request: Req,
    ) -> ServerStreamingCall<Req, Res> {
        ServerStreamingCall::new(self.clone(), method, request)
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("service", &self.0.methods.service.name)
            .field("channel", &self.0.channel)
            .finish_non_exhaustive()
    }
}
