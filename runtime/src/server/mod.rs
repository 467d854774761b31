//! Serving: services behind one port, every wire told apart there.
//!
//! [`Server`] is what users see. The rest of this module is what generated code is made of.

mod binary;
mod bound;
mod builder;
mod called;
mod connection;
mod counted;
mod descriptors;
mod dispatch;
mod drain;
mod events;
mod handlers;
mod hooked;
mod identity;
#[cfg(unix)]
mod inherited;
mod invoker;
mod lifecycle;
mod limiter;
mod listen;
mod listener;
mod max_connections;
mod observe;
mod one_call;
mod registry;
mod retire;
mod service;
mod settings;
mod signals;
mod stopped;
mod stopping;
mod stream_timeouts;
#[cfg(unix)]
mod unix;
mod with_hooks;

pub use binary::BinaryHandler;
pub use bound::BoundServer;
pub use builder::{Server, ServerBuilder};
pub use handlers::{
    bidi_streaming, client_streaming, no_such_ping_pong, no_such_stream, ping_pong,
    server_streaming, unary,
};
pub use invoker::Invoker;
pub use limiter::{Adaptive, CallLimit};
pub use listen::ListenOn;
pub use service::{Arguments, PingPongFuture, ServerStream, Service, StreamFuture};
pub use stopped::{CutCalls, Stopped};
pub use with_hooks::WithHooks;

pub use crate::wire::io::Accepted;
