//! What a user writes to serve with JSON.

use std::future::{Ready, ready};

use streamgen_runtime::{Code, Context, Error};

use super::streams::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonServerStreamingServer,
};
use crate::client::CallError;

/// Handles the calls of a service with JSON, a function for each kind of method. [`Context::method`] tells
/// which method is called. A function that is left out answers that nobody handles such calls.
///
/// The JSON is that of a [`JsonClient`](crate::client::JsonClient): the message of a stream; else the value
/// of the one argument, and that of the result.
///
/// Each function returns what its caller gets instead of a response: a [`CallError::Call`] as it is, a
/// business error among it; an exception that the method declares as [`CallError::Exception`], from a
/// call that is no stream. JSON that does not fit is an error, too; a request that does not fit the IDL
/// reaches no handler of a call.
pub trait JsonHandler: Send + Sync + 'static {
    /// Answers a call of one request and one response: of a ping-pong method, or of one with
    /// `streaming.mode = "unary"`. A method that returns `void` takes `null`. What is returned for a
    /// oneway method is not looked at.
    ///
    /// # Errors
    /// What the caller is to get.
    fn call(
        &self,
        cx: Context,
        request: String,
    ) -> impl Future<Output = Result<String, CallError>> + Send {
        let _ = request;
        unhandled(&cx)
    }

    /// Answers a stream of requests.
    ///
    /// # Errors
    /// What the caller is to get.
    fn client_streaming(
        &self,
        cx: Context,
        stream: JsonClientStreamingServer,
    ) -> impl Future<Output = Result<String, CallError>> + Send {
        let _ = stream;
        unhandled(&cx)
    }

    /// Answers a request with a stream of responses.
    ///
    /// # Errors
    /// What the caller is to get.
    fn server_streaming(
        &self,
        cx: Context,
        request: String,
        stream: JsonServerStreamingServer,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        let _ = (request, stream);
        unhandled(&cx)
    }

    /// Serves a stream in both directions.
    ///
    /// # Errors
    /// What the caller is to get.
    fn bidi_streaming(
        &self,
        cx: Context,
        stream: JsonBidiStreamingServer,
    ) -> impl Future<Output = Result<(), CallError>> + Send {
        let _ = stream;
        unhandled(&cx)
    }
}

/// Generated code answers so, too, with `-default-handlers`.
#[cold]
fn unhandled<T>(cx: &Context) -> Ready<Result<T, CallError>> {
    let text = format!("{}.{} is not implemented", cx.service(), cx.method());
    let error = Error::grpc_status(Code::UNIMPLEMENTED, text);
    ready(Err(error.into()))
}
