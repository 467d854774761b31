//! The streams that handlers get.
//!
//! Each stream here wraps a stream of typed handlers whose messages are bytes. Its method `stream` gives
//! access to that one, for headers, trailers and time limits.

use streamgen_runtime::{
    BidiServerReceiver, BidiServerSender, BidiStreamingServer, ClientStreamingServer, RawMessage,
    ServerStreamingServer,
};

use super::messages::Messages;
use crate::client::json_stream::{json_recv, json_send, json_stream};

json_stream! {
    /// The handler's end of a stream of requests.
    JsonClientStreamingServer: ClientStreamingServer<RawMessage>, by Messages
}
json_recv!(
    JsonClientStreamingServer,
    request,
    "the client has half-closed the stream"
);

json_stream! {
    /// The handler's end of a stream of responses.
    JsonServerStreamingServer: ServerStreamingServer<RawMessage>, by Messages
}
json_send!(JsonServerStreamingServer, response);

json_stream! {
    /// The handler's end of a stream in both directions.
    JsonBidiStreamingServer: BidiStreamingServer<RawMessage, RawMessage>, by Messages
}
json_send!(JsonBidiStreamingServer, response);
json_recv!(
    JsonBidiStreamingServer,
    request,
    "the client has half-closed the stream"
);

impl JsonBidiStreamingServer {
    /// Parts the stream for two tasks.
    #[must_use]
    pub fn split(self) -> (JsonServerSender, JsonServerReceiver) {
        let Self { stream, messages } = self;
        let (sender, receiver) = stream.split();
        let sender = JsonServerSender::new(sender, messages.clone());
        (sender, JsonServerReceiver::new(receiver, messages))
    }
}

json_stream! {
    /// The sending half of a handler's stream in both directions.
    JsonServerSender: BidiServerSender<RawMessage>, by Messages
}
json_send!(JsonServerSender, response);

json_stream! {
    /// The receiving half of a handler's stream in both directions.
    JsonServerReceiver: BidiServerReceiver<RawMessage>, by Messages
}
json_recv!(
    JsonServerReceiver,
    request,
    "the client has half-closed the stream"
);
