//! Which calls a handler of bytes gets, beside services of generated code.

use streamgen_runtime::client::{BinaryClient, Channel};
use streamgen_runtime::server::BinaryHandler;
use streamgen_runtime::{
    Context, RawMessage, Result, Server, ServerBuilder, Transport, UnaryTransport,
};

use super::rpc_support::{OtherServer, Peer, PeerServer, Running, Second, start};
use super::{arguments, result};

/// Answers with its name, and with what was called.
struct Named(&'static str);

impl BinaryHandler for Named {
    async fn call(&self, cx: Context, _: RawMessage) -> Result<RawMessage> {
        let text = format!("{}: {}.{}", self.0, cx.service(), cx.method());
        Ok(result(&text))
    }
}

fn typed() -> ServerBuilder {
    Server::builder().add_service(PeerServer::new(Peer::default()))
}

fn client(server: &Running, service: &'static str, unary: UnaryTransport) -> BinaryClient {
    let channel = Channel::builder("peer").address(server.address.to_string());
    let channel = channel.transport(Transport::TtHeaderStreaming);
    let channel = channel.unary_transport(unary).build();
    BinaryClient::thrift(service, channel.expect("it has an address"))
}

/// What a call gets: the text of its answer, or of its error.
async fn asked(
    server: &Running,
    (service, method): (&'static str, &'static str),
    unary: UnaryTransport,
) -> String {
    let call = client(server, service, unary).call(method, arguments("you"));
    match call.await {
        // The head of the one field, and the end of the struct, are left out.
        Ok(reply) => String::from_utf8_lossy(&reply[7..reply.len() - 1]).into_owned(),
        Err(error) => error.message().to_owned(),
    }
}

const HEADER: UnaryTransport = UnaryTransport::TtHeaderFramed;
const FRAMED: UnaryTransport = UnaryTransport::Framed;

#[tokio::test]
async fn unknown_methods_and_services_go_to_their_handler_and_others_do_not() {
    let server = start(typed().add_unknown_handler(Named("unknown"))).await;
    for (names, wire, answer) in [
        (("Peer", "Hello"), HEADER, "hello, you"),
        (("Peer", "Hello"), FRAMED, "hello, you"),
        // A service that is unknown is looked for by the method, as without the handler.
        (("Renamed", "Hello"), HEADER, "hello, you"),
        (("Peer", "Missing"), HEADER, "unknown: Peer.Missing"),
        (("Renamed", "Missing"), HEADER, "unknown: Renamed.Missing"),
        // Framed does not say which service is meant.
        (("Peer", "Missing"), FRAMED, "unknown: .Missing"),
    ] {
        assert_eq!(
            asked(&server, names, wire).await,
            answer,
            "{names:?} {wire:?}"
        );
    }
}

#[tokio::test]
async fn calls_without_service_go_to_the_handler_where_services_refuse_them() {
    let server = typed().refuse_calls_without_service();
    let server = start(server.add_unknown_handler(Named("unknown"))).await;
    let answer = asked(&server, ("Peer", "Hello"), FRAMED).await;
    assert_eq!(answer, "unknown: .Hello");
    let answer = asked(&server, ("Peer", "Hello"), HEADER).await;
    assert_eq!(answer, "hello, you");
}

#[tokio::test]
async fn a_service_of_bytes_takes_the_calls_of_its_name_only() {
    let server = typed().add_binary_service("Bytes", Named("bytes"));
    let server = start(server.add_unknown_handler(Named("unknown"))).await;
    for (names, wire, answer) in [
        // Also a method that another service has.
        (("Bytes", "Hello"), HEADER, "bytes: Bytes.Hello"),
        (("Bytes", "Any"), HEADER, "bytes: Bytes.Any"),
        (("Bytes", "Any"), FRAMED, "unknown: .Any"),
        (("Other", "Any"), HEADER, "unknown: Other.Any"),
        (("Peer", "Hello"), HEADER, "hello, you"),
    ] {
        assert_eq!(
            asked(&server, names, wire).await,
            answer,
            "{names:?} {wire:?}"
        );
    }
}

#[tokio::test]
async fn without_a_handler_of_unknown_calls_they_are_refused() {
    let server = start(typed().add_binary_service("Bytes", Named("bytes"))).await;
    let refused = asked(&server, ("Nobody", "Any"), HEADER).await;
    assert!(refused.contains("unknown service Nobody"), "{refused}");
    let refused = asked(&server, ("Peer", "Any"), HEADER).await;
    assert!(refused.contains("unknown method Any"), "{refused}");
}

#[tokio::test]
async fn what_could_not_be_routed_is_refused_at_the_start() {
    let taken = typed().add_binary_service("Peer", Named("bytes"));
    let twice = Server::builder()
        .add_binary_service("Bytes", Named("a"))
        .add_binary_service("Bytes", Named("b"));
    let unknown = Server::builder()
        .add_unknown_handler(Named("a"))
        .add_unknown_handler(Named("b"));
    for (builder, why) in [
        (taken, "service Peer is added twice"),
        (twice, "service Bytes is added twice"),
        (
            unknown,
            "the server has more than one handler of unknown services and methods",
        ),
    ] {
        let refused = builder.bind("127.0.0.1:0").await.unwrap_err();
        assert_eq!(refused.message(), why);
    }
    // Services that share a method are so with a handler of bytes, too.
    let shared = Server::builder()
        .add_service(PeerServer::new(Peer::default()))
        .add_service(OtherServer::new(Second))
        .add_unknown_handler(Named("unknown"));
    let refused = shared.bind("127.0.0.1:0").await.unwrap_err();
    assert!(
        refused.message().contains("both have a method Bidi"),
        "{refused}"
    );
}
