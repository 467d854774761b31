//! Middleware: code of the user's around calls, streams and messages, with Kitex's names and at
//! Kitex's times.
//!
//! | registered by | runs around | sees |
//! | --- | --- | --- |
//! | `middleware` | each call | [`Calling`] |
//! | `unary_middleware` | each call without stream, whatever wire carries it | [`Calling`], with request and response |
//! | `stream_middleware` | at a client the creation of a stream, at a server the handler of one | [`Calling`] |
//! | `recv_middleware` | each `recv` of a stream | [`Receiving`] |
//! | `send_middleware` | each `send` of a stream | [`Sending`] |
//!
//! At a server, `on_read_stream` comes before all of them, once for a stream. A [`Tracer`] changes
//! nothing: it is told of calls, streams and messages, outside of all middleware.
//!
//! The methods are those of [`ClientBuilder`](crate::ClientBuilder),
//! [`StreamClientBuilder`](crate::StreamClientBuilder), [`ServerBuilder`](crate::ServerBuilder) and
//! [`Hooks`]. Of each kind, the first that is registered is the outermost; those of a server are
//! outside of those of its services. At a client, `unary_middleware` and `stream_middleware` are
//! outside of `middleware`, and at a server inside.
//!
//! Calls and messages without middleware, or without tracer, allocate nothing for it.

mod build_context;
mod call;
mod call_info;
mod calling;
mod chains;
mod context_map;
mod exchange;
mod hooks;
mod read_stream;
mod recv;
mod registration;
mod send;
#[cfg(feature = "tower")]
mod tower;
mod tracer;

use std::pin::Pin;

pub use build_context::BuildContext;
pub use call::{Middleware, Next};
pub use call_info::CallInfo;
pub use calling::{Calling, StreamOf};
pub use context_map::ContextMap;
pub use hooks::Hooks;
pub use read_stream::OnReadStream;
pub use recv::{Receiving, RecvMiddleware, RecvNext};
pub use send::{SendMiddleware, SendNext, Sending};
#[cfg(feature = "tower")]
pub use tower::{Forward, TowerCall, TowerMiddleware, tower_layer};
pub use tracer::{RpcFinish, StreamFinish, StreamMessage, StreamRecvHeader, TracedCall, Tracer};

pub use crate::codec::AnyMessage;

pub(crate) use call::{CallChain, CallEnd, ErasedCall};
pub(crate) use chains::{CallList, Chains, Installed, Messages, StreamHooks};
pub(crate) use exchange::Response;
pub(crate) use hooks::Direct;
pub(crate) use recv::{RecvChain, RecvSlot};
pub(crate) use registration::{on_read_stream_method, registration, registration_methods};
pub(crate) use send::SendChain;
pub(crate) use tracer::{Traced, TracerList};

/// Whether calls and messages look at all for middleware and tracers. `false` only with
/// `--cfg streamgen_no_hooks`, for `benches/hooks`: it measures what that look costs those who have neither.
pub(crate) const ENABLED: bool = !cfg!(streamgen_no_hooks);

/// A middleware under way.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
