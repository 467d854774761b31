//! Serving with JSON: what a server does that has the IDL and no generated code.
//!
//! A [`JsonService`] is a service of a server like any other: it stands beside services of generated code,
//! has the server's middleware and settings, and is called over every wire. Its [`JsonHandler`] is what
//! Kitex's `ServiceV2` is with its JSON generic. [`JsonService::reload`] gives it an IDL that has changed.
//!
//! ```no_run
//! use streamgen_dynamic::Provider;
//! use streamgen_dynamic::client::CallError;
//! use streamgen_dynamic::server::{JsonBidiStreamingServer, JsonHandler, JsonService};
//! use streamgen_runtime::{Context, Server};
//!
//! /// Answers every request with itself.
//! struct Echo;
//!
//! impl JsonHandler for Echo {
//!     async fn call(&self, _cx: Context, request: String) -> Result<String, CallError> {
//!         Ok(request)
//!     }
//!
//!     async fn bidi_streaming(
//!         &self,
//!         _cx: Context,
//!         mut stream: JsonBidiStreamingServer,
//!     ) -> Result<(), CallError> {
//!         while let Some(request) = stream.recv().await? {
//!             stream.send(&request).await?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let schema = Provider::file("idl/echo.thrift").load()?;
//! let service = JsonService::new(&schema.service("TestService")?, Echo)?;
//! Server::builder().add_service(service).serve("127.0.0.1:8888").await?;
//! # Ok(())
//! # }
//! ```

mod handler;
mod messages;
mod service;
mod streams;
mod version;

pub use handler::JsonHandler;
pub use service::JsonService;
pub use streams::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonServerReceiver, JsonServerSender,
    JsonServerStreamingServer,
};
