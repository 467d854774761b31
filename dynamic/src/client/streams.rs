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
use super::json_stream::{json_recv, json_send, json_stream};

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

/// Makes a call's future, which opens the stream.
macro_rules! opens {
    ($call:ident, $name:ident) => {
        impl IntoFuture for $call {
            type Output = Result<$name, CallError>;
            type IntoFuture = CallFuture<$name, CallError>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move {
                    let (call, messages) = self.0?;
                    Ok($name::new(call.await?, messages))
                })
            }
        }
    };
}

json_stream! {
    /// The client's end of a stream of responses.
    JsonServerStreaming: ServerStreamingClient<RawMessage>, by Messages
}
opens!(JsonServerStreamingCall, JsonServerStreaming);
json_recv!(
    JsonServerStreaming,
    response,
    "the server has ended the stream without an error"
);

json_stream! {
    /// The client's end of a stream of requests.
    JsonClientStreaming: ClientStreamingClient<RawMessage, RawMessage>, by Messages
}
opens!(JsonClientStreamingCall, JsonClientStreaming);
json_send!(JsonClientStreaming, request);

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
    JsonBidiStreaming: BidiStreamingClient<RawMessage, RawMessage>, by Messages
}
opens!(JsonBidiStreamingCall, JsonBidiStreaming);
json_send!(JsonBidiStreaming, request);
json_recv!(
    JsonBidiStreaming,
    response,
    "the server has ended the stream without an error"
);

impl JsonBidiStreaming {
    /// Tells the server that no more messages come. Receiving goes on.
    ///
    /// # Errors
    /// Those of the typed stream.
    pub async fn close_send(&mut self) -> Result<(), CallError> {
        Ok(self.stream.close_send().await?)
    }

    /// Parts the stream for two tasks. Dropping the sender half-closes the stream, dropping the
    /// receiver before the end cancels it; a future that holds both drops the receiver first, as
    /// [`BidiStreamingClient::split`] tells.
    #[must_use]
    pub fn split(self) -> (JsonSender, JsonReceiver) {
        let Self { stream, messages } = self;
        let (sender, receiver) = stream.split();
        let sender = JsonSender::new(sender, messages.clone());
        (sender, JsonReceiver::new(receiver, messages))
    }
}

json_stream! {
    /// The sending half of a stream in both directions.
    JsonSender: BidiSender<RawMessage>, by Messages
}
json_send!(JsonSender, request);

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
    JsonReceiver: BidiReceiver<RawMessage>, by Messages
}
json_recv!(
    JsonReceiver,
    response,
    "the server has ended the stream without an error"
);
