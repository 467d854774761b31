//! Tracers: code of the user's that is told what happens to a call, at Kitex's times.
//!
//! | event | client | server |
//! | --- | --- | --- |
//! | [`rpc_start`](Tracer::rpc_start) | before all middleware | behind `on_read_stream`, before all middleware |
//! | [`stream_start`](Tracer::stream_start) | the first frame is queued | directly behind `rpc_start` |
//! | [`stream_recv_header`](Tracer::stream_recv_header) | the server's header has arrived | never |
//! | [`stream_send`](Tracer::stream_send), [`stream_recv`](Tracer::stream_recv) | each `send` and `recv` is over, with its middleware | likewise |
//! | [`stream_finish`](Tracer::stream_finish) | the stream has ended | directly before `rpc_finish` |
//! | [`rpc_finish`](Tracer::rpc_finish) | the call is over | the handler has ended |
//!
//! A tracer is registered by the method `tracer` of [`ClientBuilder`](crate::ClientBuilder),
//! [`StreamClientBuilder`](crate::StreamClientBuilder), [`ServerBuilder`](crate::ServerBuilder) and
//! [`Hooks`](super::Hooks). `docs/tracer.md` says when each event comes on each wire.

mod call;
mod events;
mod stream;
mod tell;

use std::sync::Arc;

pub use call::TracedCall;
pub use events::{RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader};

pub(crate) use tell::Traced;

/// Is told what happens to each call, as Kitex's `stats.Tracer` and stream event handlers are.
///
/// The methods are called where the event happens, and so not all on one task: the task of the connection
/// may tell of the header and the end of a client's stream, at the same time as the user's task tells of
/// a message. The start, the header and the end of a stream are told one after the other. The methods
/// must not block. A panic of a tracer is reported and harms neither the call nor other tracers.
///
/// ```
/// use streamgen_runtime::middleware::{RpcFinish, StreamMessage, TracedCall, Tracer};
///
/// #[derive(Clone, Default)]
/// struct Largest(usize);
///
/// struct Sizes;
///
/// impl Tracer for Sizes {
///     fn stream_recv(&self, call: &TracedCall, message: &StreamMessage<'_>) {
///         let state = call.state();
///         state.update(|largest: &mut Largest| largest.0 = largest.0.max(message.size));
///     }
///
///     fn rpc_finish(&self, call: &TracedCall, end: &RpcFinish<'_>) {
///         let largest = call.state().get::<Largest>().unwrap_or_default();
///         println!("{}: {:?}, at most {} bytes", call.info().method(), end.elapsed, largest.0);
///     }
/// }
/// # let _ = streamgen_runtime::middleware::Hooks::new().tracer(Sizes);
/// ```
pub trait Tracer: Send + Sync + 'static {
    /// The call begins. Kitex: `RPCStart`.
    fn rpc_start(&self, _call: &TracedCall) {}

    /// The stream of the call is open. Kitex: `StreamStart`.
    fn stream_start(&self, _call: &TracedCall) {}

    /// The server's header has arrived at the client. Kitex: `StreamRecvHeader`.
    fn stream_recv_header(&self, _call: &TracedCall, _event: &StreamRecvHeader<'_>) {}

    /// A `send` is over. Kitex: `StreamSend`.
    fn stream_send(&self, _call: &TracedCall, _event: &StreamMessage<'_>) {}

    /// A `recv` is over. The clean end of the stream is no event. Kitex: `StreamRecv`.
    fn stream_recv(&self, _call: &TracedCall, _event: &StreamMessage<'_>) {}

    /// The stream has ended. Kitex: `StreamFinish`.
    fn stream_finish(&self, _call: &TracedCall, _event: &StreamFinish<'_>) {}

    /// The call is over. Of several tracers, the last that was registered is told first. Kitex:
    /// `RPCFinish`.
    fn rpc_finish(&self, _call: &TracedCall, _event: &RpcFinish<'_>) {}
}

/// Several tracers, in the order of their registration.
pub(crate) type TracerList = Arc<[Arc<dyn Tracer>]>;
