//! Typed streams: a client's call opens one, and the server gives one to the handler.
//!
//! | mode | client holds | handler holds |
//! | --- | --- | --- |
//! | client streaming | [`ClientStreamingClient`] | [`ClientStreamingServer`], and returns the response |
//! | server streaming | [`ServerStreamingClient`] | the request and [`ServerStreamingServer`] |
//! | bidirectional | [`BidiStreamingClient`] | [`BidiStreamingServer`] |
//!
//! The types know no wire: they work over any [`RawStream`](crate::wire::RawStream).
//!
//! Dropping a client stream before its end was seen cancels the stream, and the server learns of it
//! at once. A handler's stream ends when the handler returns, even if other code still holds a part
//! of the stream.
//!
//! After `split`, one task may send while another receives, as in the first example. Two tasks must
//! not do the same at the same time, nor may one half-close while another sends. Kitex leaves that to
//! the user's care; here the compiler rejects it, as in the other examples:
//!
//! ```
//! # use streamgen_runtime::{BidiStreamingClient, Message};
//! # async fn both<M: Message>(stream: BidiStreamingClient<M, M>, message: M) {
//! let (mut sender, mut receiver) = stream.split();
//! let (sending, receiving) = (sender.send(message), receiver.recv());
//! # let _ = (sending.await, receiving.await);
//! # }
//! ```
//!
//! ```compile_fail,E0499
//! # use streamgen_runtime::{BidiStreamingClient, Message};
//! # async fn two_send<M: Message>(stream: BidiStreamingClient<M, M>, messages: [M; 2]) {
//! # let [one, other] = messages;
//! let (mut sender, mut receiver) = stream.split();
//! let (first, second) = (sender.send(one), sender.send(other));
//! # let _ = (first.await, second.await, receiver.recv().await);
//! # }
//! ```
//!
//! ```compile_fail,E0499
//! # use streamgen_runtime::{BidiStreamingClient, Message};
//! # async fn two_receive<M: Message>(stream: BidiStreamingClient<M, M>) {
//! let (mut sender, mut receiver) = stream.split();
//! let (first, second) = (receiver.recv(), receiver.recv());
//! # let _ = (first.await, second.await, sender.close().await);
//! # }
//! ```
//!
//! ```compile_fail,E0505
//! # use streamgen_runtime::{BidiStreamingClient, Message};
//! # async fn send_and_close<M: Message>(stream: BidiStreamingClient<M, M>, message: M) {
//! let (mut sender, mut receiver) = stream.split();
//! let (sending, closing) = (sender.send(message), sender.close());
//! # let _ = (sending.await, closing.await, receiver.recv().await);
//! # }
//! ```

mod cancel;
mod client;
mod end;
mod hooked;
mod inbound;
mod outbound;
mod recv_timeout;
mod send_hooks;
mod server;
mod source;
#[cfg(test)]
pub(crate) mod tests;
mod traits;

pub use cancel::CancelHandle;
pub use client::{
    BidiReceiver, BidiSender, BidiStreamingClient, ClientStreamingClient, ServerStreamingClient,
};
pub use recv_timeout::RecvTimeout;
pub use server::{
    BidiServerReceiver, BidiServerSender, BidiStreamingServer, ClientStreamingServer,
    ServerStreamingServer,
};

pub(crate) use end::{ClientEnd, ServerEnd, set_send_timeout};
pub(crate) use inbound::Requests;
pub(crate) use outbound::{RequestSender, ResponseSender};
