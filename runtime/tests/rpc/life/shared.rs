//! One channel for several clients.

use std::sync::Arc;

use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::{
    Channel, ClientBuilder, Encoding, ErrorKind, GrpcLimits, MethodInfo, Mode, PayloadCodec,
    PoolMode, Server, ServiceInfo, Transport, UnaryTransport,
};

use super::network::Relay;
use crate::notes_support::proto::book::{Book, note};
use crate::notes_support::proto::{NotesClient, NotesServer};
use crate::rpc_support::{
    Msg, OtherClient, OtherServer, Peer, PeerClient, PeerServer, Running, Second, msg, start,
};
use crate::wires::{ALL, PATIENT, Wire};

/// A server of two Thrift services and one of Protobuf.
async fn server() -> Running {
    let builder = Server::builder()
        .add_fallback_service(PeerServer::from(Arc::new(Peer::default())))
        .add_service(OtherServer::new(Second))
        .add_service(NotesServer::new(Book::unheard()));
    start(builder).await
}

/// One call of the second service, over the wire of that kind.
async fn call_other(wire: Wire, client: &OtherClient) {
    if wire.is_unary() {
        let answer = client.only_other("x".into()).await.unwrap();
        assert_eq!(answer, "only:x");
        return;
    }
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "other:m");
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn clients_of_a_channel_share_its_connections() {
    let running = server().await;
    for wire in ALL {
        let relay = Relay::to(running.address).await;
        let channel = wire.channel(&[relay.address.to_string()]);
        let peer = PeerClient::new(channel.clone());
        let other = OtherClient::new(channel);
        wire.call(&peer, PATIENT).await.unwrap();
        call_other(wire, &other).await;
        wire.call(&peer.clone(), PATIENT).await.unwrap();
        // Short connections are one call's.
        let calls = if wire == Wire::Short { 3 } else { 1 };
        assert_eq!(relay.accepted(), calls, "{wire:?}");
    }
}

#[tokio::test]
async fn over_grpc_both_kinds_of_call_share_a_connection() {
    let running = server().await;
    let relay = Relay::to(running.address).await;
    let channel = Wire::GrpcStream.channel(&[relay.address.to_string()]);
    let (peer, notes) = (
        PeerClient::new(channel.clone()),
        NotesClient::new(channel.clone()),
    );
    Wire::GrpcUnary.call(&peer, PATIENT).await.unwrap();
    Wire::GrpcStream.call(&peer, PATIENT).await.unwrap();
    call_other(Wire::GrpcUnary, &OtherClient::new(channel)).await;
    assert_eq!(notes.unary(note("n")).await.unwrap().message, "n");
    assert_eq!(relay.accepted(), 1);
}

#[tokio::test]
async fn each_client_has_the_default_wires_of_its_service() {
    let running = server().await;
    let relay = Relay::to(running.address).await;
    let builder = Channel::builder("peer").pool(PoolMode::Mux { slots: 1 });
    let builder = builder.address(relay.address.to_string());
    let channel = builder.build().unwrap();

    // Nothing is dialled for wires that nobody uses.
    let notes = NotesClient::new(channel.clone());
    assert_eq!(notes.unary(note("n")).await.unwrap().message, "n");
    let mut stream = notes.count(note("n")).await.unwrap();
    while stream.recv().await.unwrap().is_some() {}
    assert_eq!(relay.accepted(), 1, "gRPC");

    let peer = PeerClient::new(channel.clone());
    let about = |stream: Msg| stream.text.contains("over TTHeaderStreaming");
    let mut stream = peer.bidi().metainfo("do", "about").await.unwrap();
    assert!(about(stream.recv().await.unwrap().unwrap()));
    Wire::Framed.call(&peer, PATIENT).await.unwrap();
    assert_eq!(relay.accepted(), 3, "a stream wire and Framed");
    call_other(Wire::Mux, &OtherClient::new(channel.clone())).await;
    call_other(Wire::Framed, &OtherClient::new(channel)).await;
    assert_eq!(relay.accepted(), 3);
}

#[tokio::test]
async fn what_a_channel_cannot_carry_is_the_error_of_the_calls() {
    let running = server().await;
    let set = |builder: ClientBuilder<_>| {
        let builder = builder.transport(Transport::TtHeaderStreaming);
        let builder = builder.unary_transport(UnaryTransport::Buffered);
        builder.address(running.address.to_string())
    };
    let channel: Channel = set(Channel::builder("peer")).build().unwrap();
    let notes = NotesClient::new(channel.clone());
    let refused = notes.unary(note("n")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        refused.message(),
        "Protobuf services are not called over PurePayload: set `.transport(Transport::Grpc)`"
    );
    let refused = notes.bidi().await.err().unwrap();
    let text = "Protobuf services are not called over TTHeader Streaming";
    assert!(refused.message().starts_with(text), "{refused}");
    // Others of the channel have nothing to do with it.
    let peer = PeerClient::new(channel);
    Wire::Mux.call(&peer, PATIENT).await.unwrap();
    Wire::Framed.call(&peer, PATIENT).await.unwrap();

    // A client with a channel of its own is not made at all.
    let builder = NotesClient::builder("notes").transport(Transport::TtHeaderStreaming);
    let refused = builder.address("127.0.0.1:1").build().err().unwrap();
    assert!(refused.message().starts_with(text), "{refused}");
}

#[test]
fn a_channel_is_checked_as_far_as_its_wires_are_known() {
    let refusal = |builder: ClientBuilder<Channel>| {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        error.message().to_owned()
    };
    let builder = || Channel::builder("peer").address("127.0.0.1:1");
    let framed = || {
        let builder = builder().transport(Transport::TtHeaderStreaming);
        builder.unary_transport(UnaryTransport::Framed)
    };
    assert!(refusal(Channel::builder("peer")).contains("no address"));
    let text = refusal(framed().encoding(Encoding::GZIP));
    assert!(text.contains("compresses nothing"), "{text}");
    let text = refusal(framed().grpc_limits(GrpcLimits::default()));
    assert!(text.contains("grpc_limits"), "{text}");
    let text = refusal(framed().address("http://127.0.0.1:1"));
    assert!(text.contains("without the scheme"), "{text}");
    let grpc = Channel::builder("no host").address("127.0.0.1:1");
    let text = refusal(grpc.transport(Transport::Grpc));
    assert!(text.contains("`no host` cannot be named"), "{text}");
    // There may be clients that have a use for it.
    builder().encoding(Encoding::GZIP).build().unwrap();
    builder()
        .grpc_limits(GrpcLimits::default())
        .build()
        .unwrap();
}

#[tokio::test]
async fn services_with_one_table_of_methods_are_told_apart() {
    static METHODS: [MethodInfo; 1] = [MethodInfo::new("Bidi", Mode::BidiStreaming)];
    const fn service(name: &'static str) -> ServiceInfo {
        let payload = PayloadCodec::Thrift;
        ServiceInfo::new(name, "rpc", payload, Transport::Grpc, &METHODS)
    }
    static PEER: ServiceInfo = service("Peer");
    static OTHER: ServiceInfo = service("Other");

    let running = server().await;
    let channel = Wire::GrpcStream.channel(&[running.address.to_string()]);
    for (service, answer) in [(&PEER, "m"), (&OTHER, "other:m")] {
        let client = ServiceClient::new(service, channel.clone());
        let mut stream = client.bidi_streaming::<Msg, Msg>(0).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, answer);
    }
}
