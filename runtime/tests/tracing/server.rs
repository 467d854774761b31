//! A server's life, and the connections that no wire takes.

use std::sync::Arc;

use streamgen_runtime::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::capture::Capture;
use crate::errors_support::{Cause, LONG, SOON, WIRES, Wire, provoke};
use crate::rpc_support::{Peer, PeerClient, PeerServer, Running, start};
use crate::serve;

/// The connection ends, and all is said of it.
async fn closed(mut socket: TcpStream) {
    let mut buf = [0; 64];
    let closed = async { while matches!(socket.read(&mut buf).await, Ok(1..)) {} };
    tokio::time::timeout(LONG, closed)
        .await
        .expect("it is closed");
}

async fn send(server: &Running, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    socket
}

#[tokio::test]
async fn a_server_tells_when_it_serves_stops_and_has_stopped() {
    let seen = Capture::start();
    let mut server = serve(Server::builder(), "").await;
    seen.event("INFO streamgen::server: serving").await;
    server.stop.take().unwrap().send(()).unwrap();
    seen.event("INFO streamgen::server: stopping exit_wait=5s")
        .await;
    let stopped = seen.event("INFO streamgen::server: stopped cut=0").await;
    assert_eq!(stopped.within, [""; 0]);
}

#[tokio::test]
async fn what_is_left_at_the_end_of_the_exit_wait_is_counted() {
    for wire in WIRES {
        let seen = Capture::start();
        let (peer, mut reports) = Peer::reporting("stubborn");
        let builder = Server::builder().exit_wait(SOON);
        let builder = builder.add_service(PeerServer::from(Arc::new(peer)));
        let mut server = start(builder).await;
        let client = wire.client(server.address);
        let asking = tokio::spawn(async move { wire.ask(&client, "m".into(), None).await });
        assert_eq!(reports.recv().await.unwrap().message(), "started");
        server.stop.take().unwrap().send(()).unwrap();
        (&mut server.serving).await.unwrap().unwrap();
        asking.await.unwrap().unwrap_err();
        seen.event(
            "WARN streamgen::server: the exit wait ends: connections are closed and their handlers \
             cancelled handlers=1",
        )
        .await;
        seen.event("WARN streamgen::server: handlers dropped handlers=1")
            .await;
    }
}

#[tokio::test]
async fn first_bytes_of_no_protocol_are_told_by_what_they_look_like() {
    let sent: [(&[u8], &str); 3] = [
        (b"GET / HTTP/1.1\r\n\r\n", "bytes=18 looks_like=HTTP/1"),
        (
            &[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3],
            "bytes=10 looks_like=TLS",
        ),
        (b"MY SECRET", "bytes=9"),
    ];
    let server = serve(Server::builder(), "").await;
    for (bytes, what) in sent {
        let seen = Capture::start();
        closed(send(&server, bytes).await).await;
        let reason = "reason=the first bytes are of no protocol that is served";
        seen.event(&format!(
            "INFO streamgen::server: connection ended {what} {reason}"
        ))
        .await;
    }
}

#[tokio::test]
async fn a_connection_that_is_retired_is_told_once_with_the_reason() {
    for (builder, reason) in [
        // Time enough for the one call, on a busy machine too.
        (Server::builder().max_connection_age(4 * SOON), "age"),
        (Server::builder().max_connection_idle(4 * SOON), "idle"),
    ] {
        let server = serve(builder, "").await;
        let seen = Capture::start();
        let client = Wire::Framed.client(server.address);
        client.hello("m".into()).await.unwrap();
        let line = format!("DEBUG streamgen::server: connection retired reason={reason}");
        seen.event(&line).await;
    }
}

#[tokio::test]
async fn peers_that_say_too_little_are_told_apart() {
    let server = serve(Server::builder().detection_timeout(SOON), "").await;
    for (bytes, level, reason) in [
        (0, "DEBUG", "no byte within the detection timeout"),
        (7, "INFO", "too few bytes within the detection timeout"),
    ] {
        let seen = Capture::start();
        closed(send(&server, &vec![0; bytes]).await).await;
        let line =
            format!("{level} streamgen::server: connection ended bytes={bytes} reason={reason}");
        seen.event(&line).await;
    }
    // They do not wait for it.
    let server = serve(Server::builder().detection_timeout(LONG), "").await;
    for (bytes, level, reason) in [
        (0, "DEBUG", "closed by the peer before its first byte"),
        (7, "INFO", "closed by the peer within its first bytes"),
    ] {
        let seen = Capture::start();
        let mut socket = send(&server, &vec![0; bytes]).await;
        socket.shutdown().await.unwrap();
        let line =
            format!("{level} streamgen::server: connection ended bytes={bytes} reason={reason}");
        seen.event(&line).await;
    }
}

#[tokio::test]
async fn connections_above_the_maximum_are_told_now_and_then() {
    let seen = Capture::start();
    let server = serve(Server::builder().max_connections(1), "").await;
    let first = Wire::Framed.client(server.address);
    first.sum(1, vec![]).await.unwrap();
    for _ in 0..5 {
        closed(TcpStream::connect(server.address).await.unwrap()).await;
    }
    let text =
        "streamgen::server: connection refused: the server has its maximum max_connections=1";
    assert_eq!(seen.events(&format!("WARN {text}")).len(), 1);
    assert_eq!(seen.events(&format!("DEBUG {text}")).len(), 4);
}

#[tokio::test]
async fn a_call_that_has_no_handler_is_told_with_its_names() {
    for wire in WIRES {
        let seen = Capture::start();
        provoke(Cause::UnknownMethod, wire).await.unwrap();
        let told = seen.events("DEBUG streamgen::server: call refused");
        let method = if wire.is_stream() {
            "StrangeStream"
        } else {
            "Strange"
        };
        assert_eq!(told.len(), 1, "{wire:?}");
        assert_eq!(told[0].fields.get("method"), Some(method), "{wire:?}");
        let reason = told[0].fields.get("reason").unwrap();
        assert!(reason.contains(method), "{wire:?}: {reason}");
    }
}

#[tokio::test]
async fn a_panic_is_an_error_with_its_text_and_method() {
    for wire in WIRES {
        let seen = Capture::start();
        provoke(Cause::HandlerPanics, wire).await.unwrap();
        let method = if wire.is_stream() { "Bidi" } else { "Hello" };
        let line = format!(
            "ERROR streamgen::server: handler panicked service=Peer method={method} panic=peer panic"
        );
        seen.event(&line).await;
        assert_eq!(seen.events("ERROR").len(), 1, "{wire:?}");
        seen.span(&format!(
            "INFO streamgen::server: call otel.kind=server rpc.system={}",
            if wire.is_grpc() { "grpc" } else { "kitex" }
        ))
        .await;
        let failed = "DEBUG streamgen::server: call failed kind=Application";
        assert_eq!(seen.events(failed).len(), 1, "{wire:?}");
    }
}

mod tls {
    use rcgen::{CertificateParams, KeyPair};
    use streamgen_runtime::{ClientTls, ServerTls, Transport};

    use super::*;

    /// A server that signed its own certificate, and that.
    async fn secured() -> (Running, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["peer".to_owned()]).unwrap();
        let chain = params.self_signed(&key).unwrap().pem();
        let tls = ServerTls::new(chain.as_bytes(), key.serialize_pem().as_bytes()).unwrap();
        let builder = Server::builder().tls(tls).detection_timeout(SOON);
        (serve(builder, "").await, chain)
    }

    #[tokio::test]
    async fn a_handshake_that_fails_is_told_with_its_reason() {
        let seen = Capture::start();
        let (server, _) = secured().await;
        closed(send(&server, b"no record of TLS").await).await;
        let failed = "INFO streamgen::server: TLS handshake failed";
        seen.event(&format!(
            "{failed} reason=received corrupt message of type InvalidContentType"
        ))
        .await;
        closed(TcpStream::connect(server.address).await.unwrap()).await;
        seen.event(&format!("{failed} reason=timeout")).await;
    }

    #[tokio::test]
    async fn a_client_that_does_not_trust_the_server_is_told_on_both_sides() {
        let seen = Capture::start();
        let (server, _) = secured().await;
        let (_, stranger) = secured().await;
        let client = PeerClient::builder("peer")
            .address(server.address.to_string())
            .transport(Transport::Grpc)
            .tls(ClientTls::new(stranger.as_bytes()).unwrap())
            .build()
            .unwrap();
        client.sum(1, vec![]).await.unwrap_err();
        let told = seen.events("WARN streamgen::client: server cannot be reached");
        let [told] = &told[..] else {
            panic!("{told:?}")
        };
        assert!(told.line.contains("certificate"), "{told:?}");
        let refused = "INFO streamgen::server: TLS handshake failed reason=received fatal alert: ";
        seen.begins(refused).await;
    }
}
