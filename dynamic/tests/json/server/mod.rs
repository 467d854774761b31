//! A handler of JSON serves clients of generated code, and clients with JSON, over every wire. Against
//! Kitex's clients, `interop/peer` does.

mod echo;
mod keeper;
mod protobuf;
mod reload;
mod typed;

use std::net::SocketAddr;

use streamgen_dynamic::Schema;
use streamgen_dynamic::server::{JsonHandler, JsonService};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Server, ServerBuilder, Transport, UnaryTransport};

pub(crate) use echo::Echo;

/// A server of one service on a free port, which ends with the test.
pub(crate) async fn serve(schema: &Schema, name: &str, handler: impl JsonHandler) -> SocketAddr {
    let service = schema.service(name).expect("it is there");
    let service = JsonService::new(&service, handler).expect("there are few services");
    serve_with(Server::builder().add_service(service)).await
}

pub(crate) async fn serve_with(server: ServerBuilder) -> SocketAddr {
    let server = server.bind("127.0.0.1:0");
    let server = server.await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address
}

pub(crate) fn channel(address: SocketAddr, stream: Transport, unary: UnaryTransport) -> Channel {
    let builder = Channel::builder("server").address(address.to_string());
    let builder = builder.transport(stream).unary_transport(unary);
    builder.build().expect("it has an address")
}
