//! How a client makes a call: from the call's options to its stream or its reply.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::again::Retrying;
use super::checks;
use super::configured::Configured;
use super::hooked::{self, Layers};
use super::life::Running;
use super::observe::{self, Observed};
use super::options::CallOptions;
use super::reach::At;
use super::service_client::{Bound, ServiceClient};
use super::targets::Targets;
use crate::call::Outgoing;
use crate::codec::Message;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::metainfo::TransientPropagation;
use crate::middleware::{Installed, Response, StreamHooks};
use crate::propagation;
use crate::reply::Throws;
use crate::service::{MethodInfo, Mode};
use crate::streaming::{self, ClientEnd, RecvTimeout};
use crate::wire::ClientRaw;
use crate::wire::client::Wire;

/// Reads a reply: the return value, or the exception that the IDL declares.
pub(super) type Decode<W, E> = fn(&Bytes) -> Result<W, E>;

/// The result of a call without stream.
pub(super) struct Exchanged<W> {
    pub(super) value: W,
    pub(super) header: Metadata,
    pub(super) trailer: Metadata,
}

/// A stream that was opened for a call.
pub(super) struct Opened {
    pub(super) raw: Arc<dyn ClientRaw>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    /// The middleware of the stream's messages.
    pub(super) hooks: Option<StreamHooks>,
}

/// A call that has begun.
struct Begun<'a, W: ?Sized> {
    client: &'a ServiceClient,
    wire: &'a W,
    /// The address that the call has set.
    own: Option<Box<Targets>>,
    observed: Observed,
    /// Counts the call as running.
    _running: Running<'a>,
}

impl<W: ?Sized> Begun<'_, W> {
    fn at(&self) -> At<'_, W> {
        At {
            client: self.client,
            wire: self.wire,
            own: self.own.as_deref(),
            observed: &self.observed,
            retrying: None,
        }
    }
}

impl ServiceClient {
    /// Opens a stream for the method, which must be of `mode`.
    pub(super) async fn open(
        &self,
        method: usize,
        mode: Mode,
        options: CallOptions,
    ) -> Result<Opened> {
        let Bound {
            channel, stream, ..
        } = &*self.0;
        let defaults = channel.defaults();
        let mut options = options;
        self.configure(method, &mut options).await;
        let recv_timeout = options.recv_timeout.or(defaults.recv_timeout);
        let send_timeout = options.send_timeout.or(defaults.send_timeout);
        let wire = stream.as_deref().map_err(Error::clone)?;
        let client = defaults.middleware.as_deref();
        let client = client.filter(|client| client.has_streams());
        let limit = defaults.stream_timeout;
        let (begun, outgoing, middleware) =
            self.begin(method, mode, options, wire, client, limit)?;
        let (at, observed) = (begun.at(), &begun.observed);
        let opened = match middleware {
            None => {
                let opening = at.open(&outgoing, None);
                observed.run(pin!(opening)).await.map(|raw| (raw, None))
            }
            Some(middleware) => {
                let opening = hooked::open(at, middleware, outgoing);
                observed.run(pin!(opening)).await
            }
        };
        let (mut raw, hooks) = begun.observed.stream(opened)?;
        channel.life().opened(&raw);
        if let Some(timeout) = send_timeout {
            streaming::set_send_timeout::<ClientEnd>(&mut raw, timeout);
        }
        Ok(Opened {
            raw,
            recv_timeout,
            hooks,
        })
    }

    /// Makes a call without stream of the method, which must be of `mode`. `decode` reads what came
    /// back.
    pub(super) async fn exchange<A, W, E>(
        &self,
        method: usize,
        mode: Mode,
        args: A,
        options: CallOptions,
        decode: Decode<W, E>,
    ) -> Result<Exchanged<W>, E>
    where
        A: Message + Sync,
        W: Response + Send,
        E: Throws,
    {
        let Bound {
            channel,
            unary,
            over_stream,
            ..
        } = &*self.0;
        let mut options = options;
        let configured = self.configure(method, &mut options).await;
        // Stream clients have no `rpc_timeout`, as in Kitex.
        let (wire, limit) = match mode {
            Mode::Unary => (over_stream, None),
            _ => {
                let set = configured.as_ref().and_then(Configured::rpc_timeout);
                (unary, set.unwrap_or(channel.defaults().rpc_timeout))
            }
        };
        let wire = wire.as_deref().map_err(Error::clone)?;
        let client = channel.defaults().middleware.as_deref();
        let client = client.filter(|client| client.has_unary());
        let retrying = self.retrying(method, mode, &options, limit, configured.as_ref());
        let outer = options.context.as_ref().and_then(Context::time_limit);
        let (begun, mut outgoing, middleware) =
            self.begin(method, mode, options, wire, client, limit)?;
        if let Some(retrying) = &retrying {
            outgoing.deadline = retrying.deadline(outer);
        }
        let observed = &begun.observed;
        let at = At {
            retrying: retrying.as_deref(),
            ..begun.at()
        };
        let Some(middleware) = middleware else {
            let calling = at.call(&outgoing, &args, None);
            let made = observed.run(pin!(calling)).await;
            begun.observed.end(&made);
            let mut read = made.map_err(E::from).and_then(|reply| {
                Ok(Exchanged {
                    value: decode(&reply.message)?,
                    header: reply.header,
                    trailer: reply.trailer,
                })
            });
            begun.observed.finish(&mut read);
            return read;
        };
        let calling = hooked::exchange::<A, W, E>(at, middleware, outgoing, args, decode);
        // Boxed, so that calls without middleware are no larger for it.
        let made = observed.run(pin!(Box::pin(calling))).await;
        begun.observed.end(&made);
        let mut read = made.unwrap_or_else(|error| Err(error.into()));
        begun.observed.finish(&mut read);
        read
    }

    /// The policy by which a call without stream is made again. `None` if it is not.
    fn retrying(
        &self,
        method: usize,
        mode: Mode,
        options: &CallOptions,
        limit: Option<Duration>,
        configured: Option<&Configured>,
    ) -> Option<Box<Retrying>> {
        let policies = &self.0.channel.defaults().retries;
        if policies.is_empty() && configured.is_none() || mode == Mode::OneWay {
            return None;
        }
        let name = self.called(method, options)?;
        let safe = self.0.methods.service.methods.get(method)?.retry_safe;
        let configured = configured.map(Configured::retries).unwrap_or_default();
        let policy = policies.of(&name, safe, configured)?;
        Retrying::of(policy, options, limit).map(Box::new)
    }

    /// Begins a call over `wire`. Returns it with what the wire is to send, and with its middleware:
    /// that of the `client`, and the call's own. A call that sets no time limit has `limit`.
    ///
    /// # Errors
    /// The channel is closed; those of [`Self::own_target`] and [`Self::outgoing`].
    fn begin<'a, W: Wire + ?Sized>(
        &'a self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        wire: &'a W,
        client: Option<&'a Installed>,
        limit: Option<Duration>,
    ) -> Result<(Begun<'a, W>, Outgoing, Option<Layers<'a>>)> {
        let running = self.0.channel.life().begin();
        let running = running.map_err(|reason| wire.parent_ended(&reason))?;
        let own = self.own_target(&mut options, wire)?;
        let middleware = Layers::of(client, &mut options);
        let mut outgoing = self.outgoing(method, mode, options, wire, limit)?;
        let tracers = self.0.channel.defaults().middleware.as_ref();
        let tracers = tracers.and_then(|installed| installed.tracers.as_ref());
        let begun = Begun {
            client: self,
            wire,
            own,
            observed: observe::begin(&mut outgoing, wire.abilities(), tracers),
            _running: running,
        };
        Ok((begun, outgoing, middleware))
    }

    /// Returns the address that the call's own options set.
    ///
    /// # Errors
    /// The address cannot be understood, or the wire cannot use it.
    fn own_target(
        &self,
        options: &mut CallOptions,
        wire: &(impl Wire + ?Sized),
    ) -> Result<Option<Box<Targets>>> {
        let Some(endpoint) = options.address.take().transpose()? else {
            return Ok(None);
        };
        let channel = &self.0.channel;
        channel.check_endpoint(&endpoint, wire.abilities())?;
        Ok(Some(Box::new(Targets::of(endpoint))))
    }

    /// Describes a call.
    ///
    /// # Errors
    /// The method has another mode, the wire cannot carry an option, or the context was cancelled
    /// before.
    fn outgoing(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        wire: &(impl Wire + ?Sized),
        limit: Option<Duration>,
    ) -> Result<Outgoing> {
        let method = self.method(method, mode)?;
        checks::call(&options, wire.abilities())?;
        let ended = |reason: Error| wire.parent_ended(&reason);
        options.check_context().map_err(ended)?;
        let Bound {
            methods, channel, ..
        } = &*self.0;
        let defaults = channel.defaults();
        let propagation = match wire.abilities().propagation {
            true => defaults.propagation,
            false => TransientPropagation::SingleHop,
        };
        let context = options.context.as_ref();
        let caller_method = context.map(Context::shared_method);
        let parent = context.and_then(Context::cancellation).cloned();
        let mut call = Outgoing {
            metainfo: options.metainfo(propagation),
            header: std::mem::take(&mut options.header),
            caller: defaults.caller.clone(),
            caller_method: caller_method.unwrap_or_default(),
            destination: channel.destination().clone(),
            encoding: options.encoding.or(defaults.encoding),
            deadline: options.deadline(limit),
            connect_timeout: options.connect_timeout.or(defaults.connect_timeout),
            parent,
            names: options.names.take(),
            ..Outgoing::new(methods.service, method)
        };
        if let Some(context) = &options.context {
            propagation::pass_on(context, &mut call, wire.abilities().http2);
        }
        Ok(call)
    }

    fn method(&self, index: usize, mode: Mode) -> Result<&'static MethodInfo> {
        let service = self.0.methods.service;
        let Some(method) = service.methods.get(index) else {
            let text = format!("service {} has no method number {index}", service.name);
            return Err(Error::invalid_argument(text));
        };
        if method.mode == mode {
            return Ok(method);
        }
        Err(Error::invalid_argument(format!(
            "method {} of service {} is {:?}, called as {mode:?}",
            method.name, service.name, method.mode
        )))
    }
}
