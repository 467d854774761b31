//! Middleware: code of the user's around calls, streams and messages, with Kitex's names and at
//! Kitex's times.
//!
//! | registered by | runs around |
//! | --- | --- |
//! | `recv_middleware` | each `recv` of a stream |
//! | `send_middleware` | each `send` of a stream |
//!
//! The methods are those of [`ClientBuilder`](crate::ClientBuilder),
//! [`StreamClientBuilder`](crate::StreamClientBuilder), [`ServerBuilder`](crate::ServerBuilder) and
//! [`Hooks`]. Of each kind, the first that is registered is the outermost; those of a server are
//! outside of those of its services.
//!
//! A stream without middleware of its messages allocates nothing for it.

mod call_info;
mod hooks;
mod message;
mod recv;
mod registration;
mod send;

use std::pin::Pin;

pub use call_info::CallInfo;
pub use hooks::{BuildContext, Hooks};
pub use message::AnyMessage;
pub use recv::{Receiving, RecvMiddleware, RecvNext};
pub use send::{SendMiddleware, SendNext, Sending};

pub(crate) use call_info::ClientCall;
pub(crate) use hooks::{Chains, Middleware, StreamHooks};
pub(crate) use recv::{RecvChain, RecvSlot};
pub(crate) use registration::registration_methods;
pub(crate) use send::SendChain;

/// A middleware under way.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
