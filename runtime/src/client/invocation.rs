//! How a client makes a call: from the call's options to its stream or its reply.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::again::Retrying;
use super::configured::Configured;
use super::gates::{self, CallGates};
use super::hooked::{self, Layers};
use super::life::Running;
use super::observe::{self, Observed};
use super::options::CallOptions;
use super::reach::{Answered, At};
use super::service_client::{Bound, ServiceClient};
use super::targets::Targets;
use crate::call::Outgoing;
use crate::codec::Message;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::middleware::{Installed, Response, StreamHooks};
use crate::reply::Throws;
use crate::retry::Policy;
use crate::service::Mode;
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
        let gates = defaults.gates.streams.as_ref();
        let gates = CallGates::of(gates, self.0.breakers.get(method), &options);
        let client = defaults.installed();
        let client = client.filter(|client| client.has_streams() && !gates.are_all());
        let limit = defaults.stream_timeout;
        let (begun, outgoing, middleware) =
            self.begin(method, mode, options, wire, client, limit)?;
        let (at, observed) = (begun.at(), &begun.observed);
        let opened = match middleware {
            None => {
                let (opened, through) = match gates.enter(observed, &outgoing) {
                    Ok(through) => {
                        let opening = pin!(at.open(&outgoing, None));
                        (observed.run(opening).await, through)
                    }
                    Err(refused) => (Err(refused), None),
                };
                gates::ended(through, observed, &outgoing, opened.as_ref().err(), None);
                opened.map(|raw| (raw, None))
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
        let defaults = channel.defaults();
        let gates = defaults.gates.unary.as_ref();
        let gates = CallGates::of(gates, self.0.breakers.get(method), &options);
        let client = defaults.installed();
        let client = client.filter(|client| client.has_unary() && !gates.are_all());
        let policy = self.policy(method, mode, &options, configured.as_ref());
        let retrying = policy
            .as_ref()
            .and_then(|policy| Retrying::of(policy, &options, limit));
        let (begun, mut outgoing, middleware) =
            self.begin(method, mode, options, wire, client, limit)?;
        let observed = &begun.observed;
        let at = At {
            retrying: retrying.as_ref(),
            ..begun.at()
        };
        let Some(middleware) = middleware else {
            let (made, through) = match gates.enter(observed, &outgoing) {
                Ok(through) => {
                    let calling = pin!(at.call(&outgoing, &args, None));
                    (observed.run(calling).await, through)
                }
                Err(refused) => (Err(refused), None),
            };
            observed.end(&made);
            let at = made.as_ref().ok().and_then(|answered| answered.at);
            let mut read = made.map_err(E::from).and_then(|Answered { reply, .. }| {
                Ok(Exchanged {
                    value: decode(&reply.message)?,
                    header: reply.header,
                    trailer: reply.trailer,
                })
            });
            let error = read.as_mut().err().and_then(|it| it.as_declared().err());
            gates::ended(through, observed, &outgoing, error.as_deref(), at);
            observed.finish(&mut read);
            return read;
        };
        if let Some(retrying) = &retrying {
            outgoing.deadline = retrying.whole();
        }
        let calling = hooked::exchange::<A, W, E>(at, middleware, outgoing, args, decode);
        // Boxed, so that calls without middleware are no larger for it.
        let made = observed.run(pin!(Box::pin(calling))).await;
        begun.observed.end(&made);
        let mut read = made.unwrap_or_else(|error| Err(error.into()));
        begun.observed.finish(&mut read);
        read
    }

    /// The policy by which a call without stream is made again. `None` if it is not.
    #[inline]
    fn policy(
        &self,
        method: usize,
        mode: Mode,
        options: &CallOptions,
        configured: Option<&Configured>,
    ) -> Option<Policy<'_>> {
        if mode == Mode::OneWay {
            return None;
        }
        if configured.is_none() && options.names.is_none() {
            let kept = self.0.retries.get(method)?.as_ref()?;
            return Some(kept.policy());
        }
        self.found_policy(method, options, configured)
    }

    /// The same, of a call whose policy is not one that the client has looked up before.
    #[cold]
    fn found_policy(
        &self,
        method: usize,
        options: &CallOptions,
        configured: Option<&Configured>,
    ) -> Option<Policy<'_>> {
        let policies = &self.0.channel.defaults().retries;
        if policies.is_empty() && configured.is_none() {
            return None;
        }
        let method = self.0.methods.service.methods.get(method)?;
        let own = options.names.as_ref();
        let name = own.map_or(method.name, |names| &names.method);
        let configured = configured.map(Configured::retries).unwrap_or_default();
        policies.of(name, method.retry_safe, configured)
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
        let installed = self.0.channel.defaults().installed();
        let tracers = installed.and_then(|installed| installed.tracers.as_ref());
        let begun = Begun {
            client: self,
            wire,
            own,
            observed: observe::begin(&mut outgoing, wire.abilities(), tracers),
            _running: running,
        };
        Ok((begun, outgoing, middleware))
    }
}
