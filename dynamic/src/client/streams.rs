//! Calls that open a stream, and the streams.
//!
//! Each stream here wraps a stream of typed clients whose messages are bytes. Its method `stream` gives
//! access to that one, for headers, trailers and cancelling.

use streamgen_runtime::client::{
    BidiStreamingCall, CallFuture, ClientStreamingCall, ServerStreamingCall,
};
use streamgen_runtime::{
    BidiReceiver, BidiSender, BidiStreamingClient, ClientStreamingClient, RawMessage,
    ServerStreamingClient,
};

use super::Messages;
use super::call::json_call;
use super::error::CallError;

json_call! {
    /// A call of a method with one request and many responses.
    JsonServerStreamingCall: ServerStreamingCall<RawMessage, RawMessage>
}

json_call! {
    /// A call of a method with many requests and one response.
    JsonClientStreamingCall: ClientStreamingCall<RawMessage, RawMessage>
}

json_call! {
    /// A call of a method with many requests and many responses.
    JsonBidiStreamingCall: BidiStreamingCall<RawMessage, RawMessage>
}

/// Makes a call's future, which opens the stream, and the stream's type.
macro_rules! json_stream {
    ($(#[$docs:meta])* $name:ident: $stream:ty $(, opened by $call:ident)?) => {
        $(#[$docs])*
        pub struct $name {
            stream: $stream,
            messages: Messages,
        }

        impl $name {
            /// The typed stream, for what is not about messages: header and trailer, cancelling,
            /// time limits.
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

        $(impl IntoFuture for $call {
            type Output = Result<$name, CallError>;
            type IntoFuture = CallFuture<$name, CallError>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move {
                    let (call, messages) = self.0?;
                    let stream = call.await?;
                    Ok($name { stream, messages })
                })
            }
        })?
    };
}

/// The sending of messages.
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
                let message = self.messages.request(json)?;
                Ok(self.stream.send(message).await?)
            }
        }
    };
}

/// The receiving of messages.
macro_rules! json_recv {
    ($name:ident) => {
        impl $name {
            /// The next message; `None` once the server has ended the stream without an error.
            ///
            /// Cancel safe: no message is lost by dropping the future.
            ///
            /// # Errors
            /// A message does not fit the IDL: then only this `recv` fails, and the next one goes on behind
            /// that message. All errors of a typed stream's `recv`.
            pub async fn recv(&mut self) -> Result<Option<String>, CallError> {
                let message = self.stream.recv().await?;
                message
                    .map(|message| self.messages.response(&message))
                    .transpose()
            }
        }
    };
}

json_stream! {
    /// The client's end of a stream of responses.
    JsonServerStreaming: ServerStreamingClient<RawMessage>, opened by JsonServerStreamingCall
}
json_recv!(JsonServerStreaming);

json_stream! {
    /// The client's end of a stream of requests.
    JsonClientStreaming: ClientStreamingClient<RawMessage, RawMessage>, opened by JsonClientStreamingCall
}
json_send!(JsonClientStreaming);

impl JsonClientStreaming {
    /// Tells the server that no more messages come and waits for its response. Dropping the future
    /// cancels the stream.
    ///
    /// # Errors
    /// The response does not fit the IDL; those of the typed stream.
    pub async fn close_and_recv(self) -> Result<String, CallError> {
        let Self { stream, messages } = self;
        messages.response(&stream.close_and_recv().await?)
    }
}

json_stream! {
    /// The client's end of a stream in both directions.
    JsonBidiStreaming: BidiStreamingClient<RawMessage, RawMessage>, opened by JsonBidiStreamingCall
}
json_send!(JsonBidiStreaming);
json_recv!(JsonBidiStreaming);

impl JsonBidiStreaming {
    /// Tells the server that no more messages come. Receiving goes on.
    ///
    /// # Errors
    /// Those of the typed stream.
    pub async fn close_send(&mut self) -> Result<(), CallError> {
        Ok(self.stream.close_send().await?)
    }

    /// Parts the stream for two tasks. Dropping the sender half-closes the stream, dropping the
    /// receiver before the end cancels it.
    #[must_use]
    pub fn split(self) -> (JsonSender, JsonReceiver) {
        let Self { stream, messages } = self;
        let (sender, receiver) = stream.split();
        let sender = JsonSender {
            stream: sender,
            messages: messages.clone(),
        };
        let receiver = JsonReceiver {
            stream: receiver,
            messages,
        };
        (sender, receiver)
    }
}

json_stream! {
    /// The sending half of a stream in both directions.
    JsonSender: BidiSender<RawMessage>
}
json_send!(JsonSender);

impl JsonSender {
    /// Tells the server that no more messages come.
    ///
    /// # Errors
    /// Those of the typed stream.
    pub async fn close(self) -> Result<(), CallError> {
        Ok(self.stream.close().await?)
    }
}

json_stream! {
    /// The receiving half of a stream in both directions.
    JsonReceiver: BidiReceiver<RawMessage>
}
json_recv!(JsonReceiver);
