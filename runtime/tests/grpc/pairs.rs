//! Metadata and metainfo, pair by pair, as the other side has them (grpc-and-pingpong.md A.11).

use crate::grpc_support;
use crate::notes_support;
use crate::rpc_support;

use std::net::SocketAddr;

use bytes::Bytes;
use grpc_support::{RawClient, RawServer, THRIFT, framed, headers, read_all, text, trailers};
use http::HeaderMap;
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use rpc_support::{Peer, PeerClient, msg, start_peer};
use streamgen_runtime::{Metadata, Transport};

async fn listen() -> (grpc_support::Accepting, NotesClient) {
    let (listener, address) = RawServer::listen().await;
    let builder = NotesClient::builder("dest.svc").address(address.to_string());
    let client = builder.transport(Transport::Grpc).build().unwrap();
    (RawServer::accept_later(listener), client)
}

/// What the server under test sends in front of its messages, if it is called with these pairs.
async fn answered(address: SocketAddr, path: &str, pairs: &[(&str, &str)]) -> (HeaderMap, Bytes) {
    let client = RawClient::connect(address).await;
    let headers = [&[("content-type", THRIFT)][..], pairs].concat();
    let (response, mut send) = client.call_with(path, &headers).await;
    send.send_data(framed(&[&msg("m")]), true).unwrap();
    let (head, body) = response.await.unwrap().into_parts();
    (head.headers, read_all(body).await.unwrap().0)
}

#[tokio::test]
async fn g18_names_of_services_may_be_empty() {
    let (server, _) = start_peer(Peer::default()).await;
    let names = [
        ("destination-service", ""),
        ("destination-method", ""),
        ("source-service", ""),
        ("source-method", ""),
    ];
    let (_, data) = answered(server.address, "/rpc.Peer/Bidi", &names).await;
    assert_eq!(data, framed(&[&msg("m")]));
}

#[tokio::test]
async fn g19_g20_g21_what_a_client_sends() {
    let (mut server, client) = listen().await;
    let mut header = Metadata::from([
        ("Some-Key", "v"),
        ("grpc-timeout", "9S"),
        ("content-type", "text/plain"),
        ("te", "gzip"),
    ]);
    header.insert_bin("k-bin", [0, 0xff, 1]);
    let _stream = client.bidi().header(header).await.unwrap();
    let (request, _respond) = server.next().await;
    // An upper-case key would have been refused by HTTP/2 itself.
    assert_eq!(text(request.headers(), "some-key").unwrap(), "v");
    assert_eq!(text(request.headers(), "k-bin").unwrap(), "AP8B");
    assert_eq!(text(request.headers(), "grpc-timeout"), None);
    for (key, value) in [("content-type", THRIFT), ("te", "trailers")] {
        let values: Vec<_> = request.headers().get_all(key).iter().collect();
        assert_eq!(values, [value]);
    }
}

#[tokio::test]
async fn g20_a_client_reads_bytes_with_and_without_padding() {
    let (mut server, client) = listen().await;
    let mut stream = client.bidi().await.unwrap();
    let (_request, mut respond) = server.next().await;
    let mut response = headers();
    for (key, value) in [
        ("k-bin", "AP8B"),
        ("bare-bin", "qw"),
        ("padded-bin", "qw=="),
    ] {
        response.headers_mut().insert(key, value.parse().unwrap());
    }
    let _send = respond.send_response(response, false).unwrap();
    let header = stream.header().await.unwrap();
    assert_eq!(header.get_bin("k-bin"), Some(vec![0, 0xff, 1]));
    assert_eq!(header.get_bin("bare-bin"), Some(vec![0xab]));
    assert_eq!(header.get_bin("padded-bin"), Some(vec![0xab]));
}

#[tokio::test]
async fn g20_a_server_reads_bytes_with_padding_and_sends_them_without() {
    let (server, _) = start_peer(Peer::default()).await;
    let pairs = [
        ("rpc-transit-do", "answer"),
        ("k-bin", "AP8B"),
        ("padded-bin", "qw=="),
    ];
    // The handler sends back what it got.
    let (headers, _) = answered(server.address, "/rpc.Peer/Bidi", &pairs).await;
    assert_eq!(text(&headers, "k-bin").unwrap(), "AP8B");
    assert_eq!(text(&headers, "padded-bin").unwrap(), "qw");
}

#[tokio::test]
async fn g47_g49_what_a_client_makes_of_metainfo() {
    let (mut server, client) = listen().await;
    let call = client
        .bidi()
        .metainfo("TRANS_KEY", "t")
        .metainfo("lower-key", "l")
        .persistent_metainfo("Persist_Key", "p")
        .metainfo("no header", "v")
        .metainfo("LINE", "a\nb")
        .metainfo("EMPTY", "");
    let _stream = call.await.unwrap();
    let (request, _respond) = server.next().await;
    let mut sent: Vec<_> = request
        .headers()
        .iter()
        .filter(|(key, _)| key.as_str().starts_with("rpc-"))
        .map(|(key, value)| (key.as_str(), value.to_str().unwrap()))
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            ("rpc-persist-persist-key", "p"),
            ("rpc-transit-lower-key", "l"),
            ("rpc-transit-trans-key", "t"),
        ]
    );
}

#[tokio::test]
async fn g47_what_a_handler_makes_of_metainfo() {
    let book = Served::over(Transport::Grpc).await;
    let pairs = [
        ("rpc-transit-do", "leave metainfo"),
        ("rpc-transit-trans-key", "t"),
        ("rpc-transit-lower-key", "l"),
        ("rpc-persist-persist-key", "p"),
    ];
    let (_, data) = answered(book.address, "/notes.Notes/Bidi", &pairs).await;
    assert_eq!(data, framed(&[&note("t l p")]));
}

#[tokio::test]
async fn g48_a_second_hop_has_the_persistent_values_and_not_the_transient_ones() {
    let (listener, address) = RawServer::listen().await;
    let mut last = RawServer::accept_later(listener);
    let downstream = PeerClient::builder("last").address(address.to_string());
    let middle = Peer {
        downstream: Some(downstream.transport(Transport::Grpc).build().unwrap()),
        ..Peer::default()
    };
    let (middle, _) = start_peer(middle).await;
    let first = tokio::spawn(async move {
        let pairs = [
            ("rpc-transit-do", "forward"),
            ("rpc-transit-trans-key", "t"),
            ("rpc-persist-persist-key", "p"),
        ];
        answered(middle.address, "/rpc.Peer/Hello", &pairs).await
    });
    let (request, mut respond) = last.next().await;
    assert_eq!(text(request.headers(), "rpc-transit-trans-key"), None);
    let persistent = text(request.headers(), "rpc-persist-persist-key");
    assert_eq!(persistent.as_deref(), Some("p"));
    let mut send = respond.send_response(headers(), false).unwrap();
    let _ = send.send_trailers(trailers(&[("grpc-status", "5")]));
    first.await.unwrap();
}

#[tokio::test]
async fn g56_identity_is_always_accepted() {
    let (mut server, client) = listen().await;
    let _stream = client.bidi().await.unwrap();
    let (request, _respond) = server.next().await;
    let accepted = text(request.headers(), "grpc-accept-encoding").unwrap();
    assert!(
        accepted.split(',').any(|name| name == "identity"),
        "{accepted}"
    );
}
