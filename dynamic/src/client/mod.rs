//! Calls with JSON: what a client does that has the IDL and no generated code.
//!
//! A [`JsonClient`] makes the calls of one service over a [`Channel`], with everything that a channel
//! has: wires, addresses, time limits, middleware, TLS. Calls and streams are those of typed clients,
//! of [`RawMessage`]s; this module turns JSON into them and back.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use streamgen_dynamic::Provider;
//! use streamgen_dynamic::client::JsonClient;
//! use streamgen_runtime::client::Channel;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let schema = Provider::file("idl/echo.thrift").load()?;
//! let channel = Channel::builder("echo-server").address("127.0.0.1:8888").build()?;
//! let client = JsonClient::new(&schema.service("TestService")?, channel)?;
//!
//! let reply = client.call("PingPong", r#"{"message":"hi"}"#).await?;
//! println!("{reply}");
//!
//! let mut stream = client
//!     .server_streaming("EchoServer", r#"{"message":"hi"}"#)
//!     .with(|call| call.timeout(Duration::from_secs(5)))
//!     .await?;
//! while let Some(response) = stream.recv().await? {
//!     println!("{response}");
//! }
//! # Ok(())
//! # }
//! ```

mod call;
mod current;
mod error;
pub(crate) mod info;
pub(crate) mod json_stream;
#[cfg(feature = "reflection")]
mod reflection;
mod streams;
mod values;

use std::fmt;
use std::sync::Arc;

use streamgen_runtime::client::Channel;

pub use streamgen_runtime::RawMessage;

pub use call::{JsonCall, JsonOneWayCall, JsonReply};
pub use error::CallError;
pub use info::{MAX_SERVICES, MAX_SERVICES_BYTES};
#[cfg(feature = "reflection")]
pub use reflection::ReflectionError;
pub use streams::{
    JsonBidiStreaming, JsonBidiStreamingCall, JsonClientStreaming, JsonClientStreamingCall,
    JsonReceiver, JsonSender, JsonServerStreaming, JsonServerStreamingCall,
};

use crate::method::{Method, Reply};
use crate::options::JsonOptions;
use crate::schema::Schema;
use crate::service::Service;
use current::{Current, Shared};

/// Makes the calls of one service with JSON. Cloning is cheap.
///
/// When the IDL has changed, [`reload`](Self::reload) gives the client and its clones the new one while calls
/// run.
#[derive(Clone)]
pub struct JsonClient {
    shared: Shared,
    options: JsonOptions,
}

/// The method that a call is of, as the runtime knows it, by its number, and what converts its messages.
struct Callee {
    /// The service that the method is of.
    current: Arc<Current>,
    number: usize,
    messages: Messages,
}

/// What a stream converts its messages by.
#[derive(Clone)]
struct Messages {
    method: Method,
    options: JsonOptions,
}

impl Messages {
    fn request(&self, json: &str) -> Result<RawMessage, CallError> {
        let mut wire = Vec::new();
        self.method
            .request_to_wire(json.as_bytes(), &self.options, &mut wire)
            .map_err(CallError::Request)?;
        Ok(RawMessage::from(wire))
    }

    fn response(&self, message: &RawMessage) -> Result<String, CallError> {
        let mut json = Vec::new();
        let read = self
            .method
            .response_to_json(message, &self.options, &mut json);
        let reply = read.map_err(CallError::Response)?;
        let json = String::from_utf8(json)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        match reply {
            Reply::Value => Ok(json),
            Reply::Void => Ok("null".to_owned()),
            Reply::Exception(name) => Err(CallError::Exception { name, json }),
        }
    }
}

impl JsonClient {
    /// Makes a client of a service. Without a wire in the channel's settings, streams of Thrift use TTHeader
    /// Streaming, as Kitex's generic client does, and other calls use Framed. Of Protobuf, streams use gRPC, and
    /// so do the other calls of a service that has streams; those of one without streams use TTHeader + Framed.
    ///
    /// # Errors
    /// [`MAX_SERVICES`] different services have been called by this process, or their tables take
    /// [`MAX_SERVICES_BYTES`].
    pub fn new(service: &Service, channel: Channel) -> Result<Self, CallError> {
        Ok(Self {
            shared: Shared::new(service, channel)?,
            options: JsonOptions::new(),
        })
    }

    /// How values look in JSON. The default is that of the IDL's language.
    #[must_use]
    pub fn with_json_options(mut self, options: JsonOptions) -> Self {
        self.options = options;
        self
    }

    /// Replaces the schema of this client and of its clones, after the IDL has changed.
    /// [`Provider::load`](crate::Provider::load) reads the IDL again and gives the new schema. The client takes the
    /// service of the same name from it, and uses it for calls from now on, over the same connections. Calls and
    /// streams that run keep the schema with which they began.
    ///
    /// ```no_run
    /// # use streamgen_dynamic::{Provider, client::JsonClient};
    /// # fn reload(client: &JsonClient) -> Result<(), Box<dyn std::error::Error>> {
    /// // An IDL with an error ends here, and the client goes on with the one that it has.
    /// let schema = Provider::file("idl/echo.thrift").load()?;
    /// client.reload(&schema)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The schema has no service of the name, or it is one too many, as for [`new`](Self::new). Then the
    /// client stays as it is.
    pub fn reload(&self, schema: &Schema) -> Result<(), CallError> {
        let name = self.service();
        let service = schema.service(name.name()).map_err(CallError::NotFound)?;
        self.shared.replace(&service)
    }

    /// The service, as it is now.
    #[must_use]
    pub fn service(&self) -> Service {
        self.shared.get().service.clone()
    }

    fn callee(&self, method: &str) -> Result<Callee, CallError> {
        let current = self.shared.get();
        let found = current.service.method(method);
        let found = found.map_err(CallError::NotFound)?;
        let messages = Messages {
            options: self.options.clone(),
            method: found,
        };
        Ok(Callee {
            current,
            number: messages.method.number(),
            messages,
        })
    }

    /// A call that gets one reply: of a ping-pong method, or of one with `streaming.mode = "unary"`,
    /// which goes over gRPC.
    ///
    /// The JSON is the value of the argument, and the reply that of the result; `null` for `void`. Of a
    /// method with no or several arguments it is an object of them.
    pub fn call(&self, method: &str, json: &str) -> JsonCall {
        JsonCall(self.callee(method).and_then(|callee| {
            let request = callee.messages.request(json)?;
            Ok((
                callee.current.calls.unary(callee.number, request),
                callee.messages,
            ))
        }))
    }

    /// A call of a oneway method: nothing ever comes back.
    pub fn one_way(&self, method: &str, json: &str) -> JsonOneWayCall {
        JsonOneWayCall(self.callee(method).and_then(|callee| {
            let request = callee.messages.request(json)?;
            Ok((
                callee.current.calls.one_way(callee.number, request),
                callee.messages,
            ))
        }))
    }

    /// A call of a method with one request and many responses.
    pub fn server_streaming(&self, method: &str, json: &str) -> JsonServerStreamingCall {
        JsonServerStreamingCall(self.callee(method).and_then(|callee| {
            let request = callee.messages.request(json)?;
            let call = callee
                .current
                .calls
                .server_streaming(callee.number, request);
            Ok((call, callee.messages))
        }))
    }

    /// A call of a method with many requests and one response.
    pub fn client_streaming(&self, method: &str) -> JsonClientStreamingCall {
        JsonClientStreamingCall(self.callee(method).map(|callee| {
            let call = callee.current.calls.client_streaming(callee.number);
            (call, callee.messages)
        }))
    }

    /// A call of a method with many of each.
    pub fn bidi_streaming(&self, method: &str) -> JsonBidiStreamingCall {
        JsonBidiStreamingCall(self.callee(method).map(|callee| {
            let call = callee.current.calls.bidi_streaming(callee.number);
            (call, callee.messages)
        }))
    }
}

impl fmt::Debug for JsonClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonClient")
            .field("service", &self.service().name())
            .field("calls", &self.shared.get().calls)
            .finish_non_exhaustive()
    }
}
