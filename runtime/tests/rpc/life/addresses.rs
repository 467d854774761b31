//! How addresses can be written, and what idle connections cost.

use std::time::Duration;

use streamgen_runtime::{ClientBuilder, Encoding, ErrorKind, GrpcLimits, Limits};

use super::network::Relay;
use crate::rpc_support::{PeerClient, start};
use crate::wires::{ALL, PATIENT, Wire, server};

#[tokio::test]
async fn forms_of_other_grpc_libraries_are_understood() {
    let running = start(server()).await;
    let port = running.address.port();
    for wire in ALL {
        let dns = [
            format!("dns:///localhost:{port}"),
            format!("localhost:{port}"),
        ];
        for address in dns {
            let client = wire.client(&[address]);
            wire.call(&client, PATIENT).await.unwrap();
        }
    }
    for address in [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}/"),
    ] {
        let client = Wire::GrpcUnary.client(&[address]);
        Wire::GrpcUnary.call(&client, PATIENT).await.unwrap();
    }
}

#[test]
fn what_cannot_be_understood_is_refused_with_the_reason() {
    let refused = |wire: Wire, address: &str| {
        let built = wire.builder(&[address.to_owned()]).build();
        built.map(drop).unwrap_err().message().to_owned()
    };
    for wire in [Wire::Mux, Wire::Framed, Wire::TtHeader] {
        let text = refused(wire, "http://127.0.0.1:80");
        assert!(text.contains("without the scheme"), "{wire:?}: {text}");
    }
    let text = refused(Wire::GrpcUnary, "https://127.0.0.1:80");
    assert!(text.contains("no TLS"), "{text}");
    let text = refused(Wire::GrpcUnary, "tcp://127.0.0.1:80");
    assert!(text.contains("scheme is unknown"), "{text}");
}

/// What `build` says to a client of that wire.
fn refusal(
    wire: Wire,
    set: impl FnOnce(ClientBuilder<PeerClient>) -> ClientBuilder<PeerClient>,
) -> String {
    let built = set(wire.builder(&["127.0.0.1:80".to_owned()])).build();
    let error = built.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    error.message().to_owned()
}

#[test]
fn settings_that_would_have_no_effect_are_refused() {
    let grpc_limits = |builder: ClientBuilder<_>| builder.grpc_limits(GrpcLimits::default());
    assert!(refusal(Wire::Mux, grpc_limits).contains("grpc_limits"));
    let stream_limits = |builder: ClientBuilder<_>| builder.stream_limits(Limits::default());
    assert!(refusal(Wire::GrpcUnary, stream_limits).contains("stream_limits"));
    let idle_timeout = |builder: ClientBuilder<_>| builder.idle_timeout(PATIENT);
    assert!(refusal(Wire::GrpcUnary, idle_timeout).contains("idle_timeout"));
    let encoding = |builder: ClientBuilder<_>| builder.encoding(Encoding::GZIP);
    for wire in [Wire::Mux, Wire::Framed, Wire::TtHeader] {
        assert!(refusal(wire, encoding).contains("compresses nothing"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn unix_sockets_carry_every_wire() {
    let running = start(server()).await;
    let target = running.address;
    let folder = std::env::temp_dir().join(format!("streamgen-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("peer.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut far = tokio::net::TcpStream::connect(target).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    let path = path.to_str().unwrap();
    for wire in ALL {
        for address in [format!("unix:{path}"), format!("unix://{path}")] {
            let client = wire.client(&[address]);
            wire.call(&client, PATIENT).await.unwrap();
            wire.call(&client, PATIENT).await.unwrap();
        }
    }
    let nobody = Wire::Framed.client(&[format!("unix:{path}.gone")]);
    Wire::Framed.fails_to_connect(&nobody).await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// Makes two calls, one after the other.
async fn two_calls(client: PeerClient) -> PeerClient {
    for _ in 0..2 {
        Wire::Framed.call(&client, PATIENT).await.unwrap();
    }
    client
}

#[tokio::test]
async fn the_pool_of_ping_pong_calls_can_be_bounded_in_number_and_time() {
    let running = start(server()).await;
    let relay = Relay::to(running.address).await;
    let addresses = [relay.address.to_string()];
    let builder = || Wire::Framed.builder(&addresses);

    two_calls(builder().build().unwrap()).await;
    assert_eq!(relay.accepted(), 1);
    two_calls(builder().max_idle_per_address(0).build().unwrap()).await;
    assert_eq!(relay.accepted(), 3);
    two_calls(builder().max_idle(0).build().unwrap()).await;
    assert_eq!(relay.accepted(), 5);

    let idle_timeout = Duration::from_millis(20);
    let client = two_calls(builder().idle_timeout(idle_timeout).build().unwrap()).await;
    let closed = async {
        while relay.open() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENT, closed).await.unwrap();
    drop(client);
}
