//! Calls inside of middleware.

use std::marker::PhantomData;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use super::invocation::{Decode, Exchanged};
use super::options::{CallOptions, OwnMiddleware};
use super::reach::{Answered, At};
use super::targets::Targets;
use crate::call::Outgoing;
use crate::codec::Message;
use crate::error::{CancelReason, Error, Result};
use crate::metadata::Metadata;
use crate::middleware::{
    self, BoxFuture, CallChain, CallEnd, CallInfo, CallList, Calling, Installed, Messages, Next,
    Response, StreamHooks,
};
use crate::reply::Throws;
use crate::sync::lock;
use crate::wire::ClientRaw;
use crate::wire::client::{StreamWire, UnaryWire, Wire};

/// The middleware of a client, and of one of its calls.
pub(super) struct Layers<'a> {
    client: Option<&'a Installed>,
    own: OwnMiddleware,
}

impl<'a> Layers<'a> {
    /// `None` without any.
    pub(super) fn of(client: Option<&'a Installed>, options: &mut CallOptions) -> Option<Self> {
        let own = std::mem::take(&mut options.middleware);
        (middleware::ENABLED && (client.is_some() || !own.0.is_empty()))
            .then_some(Self { client, own })
    }

    /// The chain of one kind of call.
    fn chain(&self, kind: fn(&Installed) -> &CallList) -> CallChain {
        match self.client {
            None => self.own.0.iter().cloned().collect(),
            Some(client) => kind(client).with(&self.own.0),
        }
    }

    fn messages(&self) -> Messages {
        self.client
            .map(|client| client.messages.clone())
            .unwrap_or_default()
    }
}

/// A stream that was opened, and the middleware of its messages.
pub(super) type Hooked = (Arc<dyn ClientRaw>, Option<StreamHooks>);

/// Opens a stream.
pub(super) async fn open(
    at: At<'_, dyn StreamWire>,
    layers: Layers<'_>,
    call: Outgoing,
) -> Result<Hooked> {
    let mut calling = Calling::streaming(seen(&at, &call));
    let end = OpenEnd {
        at,
        opened: Mutex::new(NotYetUsed(None)),
    };
    let chain = layers.chain(|client| &client.streams);
    let result = {
        let running = pin!(Next::all(&chain, &end).run(&mut calling));
        at.bounded(&call, running).await
    };
    calling.ended(result)?;
    let opened = lock(&end.opened).0.take();
    let raw = opened.ok_or_else(|| Error::invalid_argument("a middleware opened no stream"))?;
    Ok((raw, calling.stream_hooks(&layers.messages())))
}

/// Opens a stream over the wire.
struct OpenEnd<'w> {
    at: At<'w, dyn StreamWire>,
    opened: Mutex<NotYetUsed>,
}

/// A stream that nobody uses yet: dropping it cancels it.
struct NotYetUsed(Option<Arc<dyn ClientRaw>>);

impl Drop for NotYetUsed {
    fn drop(&mut self) {
        if let Some(raw) = &self.0 {
            raw.cancel(CancelReason::User);
        }
    }
}

impl CallEnd for OpenEnd<'_> {
    fn run<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            *lock(&self.opened) = NotYetUsed(None);
            let info = calling.call();
            let (call, own) = outgoing(&self.at, info)?;
            let at = self.at.moved(own.as_deref());
            let raw = at.open(call, Some(info)).await?;
            *lock(&self.opened) = NotYetUsed(Some(raw));
            Ok(())
        })
    }
}

/// Makes a call without stream.
pub(super) async fn exchange<A, W, E>(
    at: At<'_, dyn UnaryWire>,
    layers: Layers<'_>,
    call: Outgoing,
    args: A,
    decode: Decode<W, E>,
) -> Result<Result<Exchanged<W>, E>>
where
    A: Message + Sync,
    W: Response + Send,
    E: Throws,
{
    let mut calling = Calling::unary::<A, W, E>(seen(&at, &call), args);
    let end = ExchangeEnd {
        at,
        decode,
        metadata: Mutex::default(),
        args: PhantomData::<fn(A)>,
    };
    let chain = layers.chain(|client| &client.unary);
    let result = {
        let running = pin!(Next::all(&chain, &end).run(&mut calling));
        at.bounded(&call, running).await
    };
    let outcome = calling.outcome::<A, W, E>(result)?;
    let (header, trailer) = std::mem::take(&mut *lock(&end.metadata));
    Ok(outcome.map(|value| Exchanged {
        value,
        header,
        trailer,
    }))
}

/// Makes a call without stream over the wire.
struct ExchangeEnd<'w, A, W, E> {
    at: At<'w, dyn UnaryWire>,
    decode: Decode<W, E>,
    /// Header and trailer of the response.
    metadata: Mutex<(Metadata, Metadata)>,
    args: PhantomData<fn(A)>,
}

impl<A, W, E> CallEnd for ExchangeEnd<'_, A, W, E>
where
    A: Message + Sync,
    W: Response,
    E: Throws,
{
    fn run<'a>(&'a self, calling: &'a mut Calling) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            // A run that fails leaves nothing of an earlier one.
            *lock(&self.metadata) = Default::default();
            let (info, slot) = calling.parts::<A, W, E>()?;
            let (call, own) = outgoing(&self.at, info)?;
            let args = slot.request.as_ref();
            let args = args.ok_or_else(|| Error::invalid_argument("the call has no request"))?;
            let at = self.at.moved(own.as_deref());
            let Answered { reply, .. } = at.call(call, args, Some(info)).await?;
            *lock(&self.metadata) = (reply.header, reply.trailer);
            slot.set((self.decode)(&reply.message))
        })
    }
}

/// The call as its middleware sees it. What its tracers keep of it is among its extensions.
fn seen(at: &At<'_, impl Wire + ?Sized>, call: &Outgoing) -> CallInfo {
    let mut info = CallInfo::client(call.clone(), at.wire.abilities().protocol);
    if let Some(traced) = at.observed.traced() {
        info.share_state(traced.state());
    }
    info
}

/// Returns what the wire is to send, and the address that a middleware has set.
///
/// # Errors
/// The wire cannot use that address.
fn outgoing<'a>(
    at: &At<'_, impl Wire + ?Sized>,
    info: &'a CallInfo,
) -> Result<(&'a Outgoing, Option<Box<Targets>>)> {
    let not_here = || Error::invalid_argument("this is no call of a client");
    let (call, address) = info.outgoing().ok_or_else(not_here)?;
    let Some(endpoint) = address else {
        return Ok((call, None));
    };
    let channel = at.client.channel();
    channel.check_endpoint(endpoint, at.wire)?;
    Ok((call, Some(Box::new(Targets::of(endpoint.clone())))))
}
