//! Which messages of gRPC calls are compressed, as their flags say on the wire.

use crate::grpc_support;
use crate::rpc_support;

use grpc_support::{RawClient, RawServer, THRIFT, framed, read_all, read_data};
use rpc_support::{Peer, PeerClient, msg, start_peer};
use streamgen_runtime::{Encoding, Transport};

/// Flags of a prefix.
const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;

/// Gets smaller.
const TEXT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn client(address: std::net::SocketAddr) -> PeerClient {
    let builder = PeerClient::builder("peer").address(address.to_string());
    let builder = builder.transport(Transport::Grpc).encoding(Encoding::GZIP);
    builder.build().unwrap()
}

#[tokio::test]
async fn g55_compressed_calls_are_answered() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = client(server.address);
    assert_eq!(client.echo(msg(TEXT)).await.unwrap().text, TEXT);
    let mut stream = client.bidi().await.unwrap();
    for compressed in [true, false, true] {
        stream.set_message_compression(compressed);
        stream.send(msg(TEXT)).await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, TEXT);
    }
}

#[tokio::test]
async fn a_client_compresses_message_by_message_as_it_is_told() {
    let (listener, address) = RawServer::listen().await;
    let mut server = RawServer::accept_later(listener);
    let mut stream = client(address).bidi().await.unwrap();
    let (request, _respond) = server.next().await;
    assert_eq!(request.headers()["grpc-encoding"], "gzip");
    let mut body = request.into_body();

    stream.send(msg(TEXT)).await.unwrap();
    let frame = read_data(&mut body).await;
    assert_eq!(frame[0], COMPRESSED);
    assert!(frame.len() < TEXT.len());

    let (mut sender, _receiver) = stream.split();
    sender.set_message_compression(false);
    sender.send(msg(TEXT)).await.unwrap();
    assert_eq!(read_data(&mut body).await, framed(&[&msg(TEXT)]));

    sender.set_message_compression(true);
    sender.send(msg(TEXT)).await.unwrap();
    assert_eq!(read_data(&mut body).await[0], COMPRESSED);
}

#[tokio::test]
async fn a_handler_may_leave_its_answer_uncompressed() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = RawClient::connect(server.address).await;
    // The arguments of Hello are a string in field 1, where the message has one too.
    let request = framed(&[&msg(TEXT)]);
    for path in ["/rpc.Peer/Bidi", "/rpc.Peer/Hello"] {
        for (wish, flag) in [("nothing", COMPRESSED), ("uncompressed", PLAIN)] {
            let headers = [
                ("content-type", THRIFT),
                ("grpc-encoding", "gzip"),
                ("rpc-transit-do", wish),
            ];
            let (response, mut send) = client.call_with(path, &headers).await;
            send.send_data(request.clone(), true).unwrap();
            let response = response.await.unwrap();
            assert_eq!(response.headers()["grpc-encoding"], "gzip");
            let (data, _) = read_all(response.into_body()).await.unwrap();
            assert_eq!(data[0], flag, "{path}, {wish}");
        }
    }
}
