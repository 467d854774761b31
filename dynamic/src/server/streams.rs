//! The streams that handlers get.
//!
//! Each stream here wraps a stream of typed handlers whose messages are bytes. Its method `stream` gives
//! access to that one, for headers, trailers and time limits.

use streamgen_runtime::{
    BidiServerReceiver, BidiServerSender, BidiStreamingServer, ClientStreamingServer, RawMessage,
    ServerStreamingServer,
};

use super::messages::Messages;
use crate::client::CallError;

macro_rules! json_stream {
    ($(#[$docs:meta])* $name:ident: $stream:ty) => {
        $(#[$docs])*
        pub struct $name {
            stream: $stream,
            messages: Messages,
        }

        impl $name {
            pub(super) fn new(stream: $stream, messages: Messages) -> Self {
                Self { stream, messages }
            }

            /// The typed stream, for what is not about messages: header and trailer, time limits.
            pub fn stream(&mut self) -> &mut $stream {
                &mut self.stream
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("method", &self.messages.method.name())
                    .finish_non_exhaustive()
            }
        }
    };
}

macro_rules! json_send {
    ($name:ident) => {
        impl $name {
            /// Sends one message. Waits while the connection has too much to write.
            ///
            /// Cancel safe: a dropped future has sent nothing.
            ///
            /// # Errors
            /// The JSON does not fit, which fails this call only; those of the typed stream.
            pub async fn send(&mut self, json: &str) -> Result<(), CallError> {
                let message = self.messages.response(json)?;
                Ok(self.stream.send(message).await?)
            }
        }
    };
}

macro_rules! json_recv {
    ($name:ident) => {
        impl $name {
            /// The next message; `None` once the client has half-closed the stream.
            ///
            /// Cancel safe: no message is lost by dropping the future.
            ///
            /// # Errors
            /// A message does not fit the IDL: then only this `recv` fails, and the next one goes on behind
            /// that message. All errors of a typed stream's `recv`.
            pub async fn recv(&mut self) -> Result<Option<String>, CallError> {
                let message = self.stream.recv().await?;
                message
                    .map(|message| self.messages.request(&message))
                    .transpose()
            }
        }
    };
}

json_stream! {
    /// The handler's end of a stream of requests.
    JsonClientStreamingServer: ClientStreamingServer<RawMessage>
}
json_recv!(JsonClientStreamingServer);

json_stream! {
    /// The handler's end of a stream of responses.
    JsonServerStreamingServer: ServerStreamingServer<RawMessage>
}
json_send!(JsonServerStreamingServer);

json_stream! {
    /// The handler's end of a stream in both directions.
    JsonBidiStreamingServer: BidiStreamingServer<RawMessage, RawMessage>
}
json_send!(JsonBidiStreamingServer);
json_recv!(JsonBidiStreamingServer);

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
    JsonServerSender: BidiServerSender<RawMessage>
}
json_send!(JsonServerSender);

json_stream! {
    /// The receiving half of a handler's stream in both directions.
    JsonServerReceiver: BidiServerReceiver<RawMessage>
}
json_recv!(JsonServerReceiver);
