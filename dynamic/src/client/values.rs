//! Messages as values of the caller: a tree ([`serde_json::Value`]), or types of its own that serde knows.
//!
//! The client turns them into JSON, and converts that. So the same values fit as in a call with JSON, and an error
//! names the place in the JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JsonClient;
use super::call::JsonCall;
use super::error::CallError;
use super::streams::{
    JsonBidiStreaming, JsonClientStreaming, JsonReceiver, JsonSender, JsonServerStreaming,
    JsonServerStreamingCall,
};

/// The JSON of a value.
fn json_of<Q: Serialize + ?Sized>(value: &Q) -> Result<String, CallError> {
    serde_json::to_string(value).map_err(|error| CallError::Value(error.to_string()))
}

fn value_of<R: DeserializeOwned>(json: &str) -> Result<R, CallError> {
    serde_json::from_str(json).map_err(|error| CallError::Value(error.to_string()))
}

impl JsonClient {
    /// Makes a call as [`call`](Self::call) does, with a request that serde turns into JSON. [`JsonCall::value`] gives
    /// the reply as such a value.
    pub fn call_value<Q: Serialize + ?Sized>(&self, method: &str, request: &Q) -> JsonCall {
        match json_of(request) {
            Ok(json) => self.call(method, &json),
            Err(error) => JsonCall(Err(error)),
        }
    }

    /// As [`server_streaming`](Self::server_streaming), with the request as a value.
    pub fn server_streaming_value<Q: Serialize + ?Sized>(
        &self,
        method: &str,
        request: &Q,
    ) -> JsonServerStreamingCall {
        match json_of(request) {
            Ok(json) => self.server_streaming(method, &json),
            Err(error) => JsonServerStreamingCall(Err(error)),
        }
    }
}

impl JsonCall {
    /// Makes the call, and gives the reply as a value: a [`serde_json::Value`], or any other type.
    ///
    /// # Errors
    /// Those of the call; [`CallError::Value`], if the reply is not such a value.
    pub async fn value<R: DeserializeOwned>(self) -> Result<R, CallError> {
        value_of(&self.await?)
    }
}

macro_rules! send_value {
    ($($name:ident)*) => {$(
        impl $name {
            /// As [`send`](Self::send), with the message as a value.
            ///
            /// # Errors
            /// [`CallError::Value`], if the value has no JSON; those of `send`.
            pub async fn send_value<Q: Serialize + ?Sized>(&mut self, message: &Q) -> Result<(), CallError> {
                let json = json_of(message)?;
                self.send(&json).await
            }
        }
    )*};
}

macro_rules! recv_value {
    ($($name:ident)*) => {$(
        impl $name {
            /// As [`recv`](Self::recv), with the message as a value.
            ///
            /// # Errors
            /// [`CallError::Value`], if the message is not such a value; those of `recv`.
            pub async fn recv_value<R: DeserializeOwned>(&mut self) -> Result<Option<R>, CallError> {
                let json = self.recv().await?;
                json.map(|json| value_of(&json)).transpose()
            }
        }
    )*};
}

send_value!(JsonClientStreaming JsonBidiStreaming JsonSender);
recv_value!(JsonServerStreaming JsonBidiStreaming JsonReceiver);

impl JsonClientStreaming {
    /// As [`close_and_recv`](Self::close_and_recv), with the response as a value.
    ///
    /// # Errors
    /// [`CallError::Value`], if the response is not such a value; those of `close_and_recv`.
    pub async fn close_and_recv_value<R: DeserializeOwned>(self) -> Result<R, CallError> {
        value_of(&self.close_and_recv().await?)
    }
}
