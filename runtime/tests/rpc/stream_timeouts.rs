//! Limits of time to a stream and to its sends and receives, on both sides and over every wire.

use crate::rpc_support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rpc_support::timed::SOON;
use rpc_support::{Msg, Peer, PeerClient, PeerServer, Running, msg, start};
use streamgen_runtime::{
    BidiStreamingClient, ClientBuilder, Code, Error, ErrorKind, RecvTimeout, Server, ServerBuilder,
    Transport,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
const WIRES: [Transport; 2] = [Transport::TtHeaderStreaming, Transport::Grpc];

fn builder(wire: Transport, address: impl ToString) -> ClientBuilder<PeerClient> {
    let builder = PeerClient::builder("peer").transport(wire);
    builder.address(address.to_string())
}

/// A server whose handlers do as `always` says, and what they report.
async fn serve(
    always: &'static str,
    builder: ServerBuilder,
) -> (Running, mpsc::UnboundedReceiver<Error>) {
    let (peer, reports) = Peer::reporting(always);
    let service = PeerServer::from(Arc::new(peer));
    (start(builder.add_service(service)).await, reports)
}

async fn soon<T>(future: impl IntoFuture<Output = T>) -> T {
    timeout(LONG, future.into_future()).await.expect("it ends")
}

/// Sends until that fails.
async fn flood(stream: &mut BidiStreamingClient<Msg, Msg>) -> Error {
    let text = "m".repeat(256 * 1024);
    loop {
        let message = Msg {
            text: text.clone().into(),
            seq: 0,
        };
        if let Err(error) = soon(stream.send(message)).await {
            return error;
        }
    }
}

fn is_send_timeout(wire: Transport, error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.grpc_code(), Some(Code::DEADLINE_EXCEEDED), "{error}");
    let number = (wire == Transport::TtHeaderStreaming).then_some(12_016);
    assert_eq!(error.kitex_code(), number, "{error}");
    assert!(error.message().contains("Send timeout"), "{error}");
    assert!(error.message().contains("50ms"), "{error}");
}

#[tokio::test]
async fn a_send_that_waits_too_long_ends_the_clients_stream() {
    for wire in WIRES {
        // The one takes no byte, the other no message of the stream.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (server, _reports) = serve("hold", Server::builder()).await;
        let address = match wire {
            Transport::TtHeaderStreaming => listener.local_addr().unwrap(),
            _ => server.address,
        };
        let by_client = builder(wire, address).send_timeout(SOON).build().unwrap();
        let by_call = builder(wire, address).send_timeout(LONG).build().unwrap();
        for how in ["client", "call", "stream"] {
            let mut stream = match how {
                "client" => by_client.bidi().await.unwrap(),
                "call" => by_call.bidi().send_timeout(SOON).await.unwrap(),
                _ => by_call.bidi().await.unwrap(),
            };
            if how == "stream" {
                stream.set_send_timeout(SOON);
            }
            is_send_timeout(wire, &flood(&mut stream).await);
            is_send_timeout(wire, &soon(stream.recv()).await.unwrap_err());
        }
        let mut stream = by_client.bidi().send_timeout(Duration::ZERO).await.unwrap();
        let waits = timeout(8 * SOON, flood(&mut stream)).await;
        assert!(waits.is_err(), "zero is no limit");
    }
}

#[tokio::test]
async fn a_recv_that_waits_too_long_ends_the_servers_stream() {
    for wire in WIRES {
        for (always, builder) in [
            ("recv", Server::builder().stream_recv_timeout(SOON)),
            ("recv soon", Server::builder().stream_recv_timeout(LONG)),
        ] {
            let (server, mut reports) = serve(always, builder).await;
            let client = self::builder(wire, server.address).build().unwrap();
            let mut stream = client.bidi().await.unwrap();
            let seen = soon(stream.recv()).await.unwrap_err();
            assert!(seen.message().contains("Recv timeout"), "{seen}");
            let own = soon(reports.recv()).await.unwrap();
            assert_eq!(own.kind(), ErrorKind::Timeout);
            match wire {
                Transport::TtHeaderStreaming => {
                    assert_eq!(own.kitex_code(), Some(12_014));
                    assert_eq!(seen.kind(), ErrorKind::Application);
                    assert_eq!(seen.kitex_code(), Some(12_001));
                }
                _ => assert_eq!(seen.grpc_code(), Some(Code::DEADLINE_EXCEEDED)),
            }
        }
    }
}

#[tokio::test]
async fn without_cancel_remote_the_servers_stream_goes_on() {
    for wire in WIRES {
        let (server, mut reports) = serve("recv once", Server::builder()).await;
        let client = builder(wire, server.address).build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        assert_eq!(soon(stream.recv()).await.unwrap(), Some(Msg::default()));
        assert_eq!(soon(stream.recv()).await.unwrap(), None);
        let own = soon(reports.recv()).await.unwrap();
        assert_eq!(own.kind(), ErrorKind::Timeout);
    }
}

#[tokio::test]
async fn the_servers_limit_holds_for_client_streaming_too() {
    for wire in WIRES {
        let limited = Server::builder().stream_recv_timeout(SOON);
        let (server, _reports) = serve("", limited).await;
        let client = builder(wire, server.address).build().unwrap();
        let collecting = client.collect().await.unwrap();
        tokio::time::sleep(4 * SOON).await;
        let error = soon(collecting.close_and_recv()).await.unwrap_err();
        assert!(error.message().contains("Recv timeout"), "{error}");
    }
}

#[tokio::test]
async fn a_send_that_waits_too_long_ends_the_servers_stream() {
    for wire in WIRES {
        for (always, builder) in [
            ("flood", Server::builder().stream_send_timeout(SOON)),
            ("flood soon", Server::builder().stream_send_timeout(LONG)),
        ] {
            let (server, mut reports) = serve(always, builder).await;
            let client = self::builder(wire, server.address);
            let client = match wire {
                Transport::TtHeaderStreaming => client.stream_limits(small_queue()),
                _ => client,
            };
            let client = client.build().unwrap();
            let stream = client.bidi().await.unwrap();
            let own = soon(reports.recv()).await.unwrap();
            is_send_timeout(wire, &own);
            drop(stream);
        }
    }
}

/// A client that stops reading its socket at once.
fn small_queue() -> streamgen_runtime::Limits {
    let mut limits = streamgen_runtime::Limits::default();
    limits.queue_pause = 64 * 1024;
    limits.pause_grace = LONG;
    limits
}

#[tokio::test]
async fn a_stream_has_the_clients_time_unless_its_call_says_otherwise() {
    for wire in WIRES {
        let (server, _reports) = serve("hold", Server::builder()).await;
        let client = builder(wire, server.address).stream_timeout(SOON).build();
        let client = client.unwrap();
        let ended = async {
            let mut stream = client.bidi().await?; // whose time may be over already
            stream.recv().await
        };
        let error = soon(ended).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");

        let mut longer = client.bidi().timeout(LONG).await.unwrap();
        assert!(timeout(4 * SOON, longer.recv()).await.is_err());
    }
}

#[tokio::test]
async fn the_limit_to_a_recv_can_change_while_a_stream_is_open() {
    for wire in WIRES {
        let (server, _reports) = serve("", Server::builder()).await;
        let client = builder(wire, server.address).recv_timeout(SOON).build();
        let mut stream = client.unwrap().bidi().await.unwrap();
        stream.set_recv_timeout(Duration::ZERO);
        assert!(timeout(4 * SOON, stream.recv()).await.is_err());
        stream.set_recv_timeout(RecvTimeout::new(SOON).without_cancel_remote());
        let error = soon(stream.recv()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        stream.send(msg("m")).await.unwrap();
        stream.set_recv_timeout(LONG);
        assert_eq!(soon(stream.recv()).await.unwrap(), Some(msg("m")));

        let (_sender, mut receiver) = stream.split();
        receiver.set_recv_timeout(SOON);
        let error = soon(receiver.recv()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

/// Nobody accepts: connecting to a full queue takes as long as it may.
#[tokio::test]
async fn a_call_has_its_own_time_for_connecting() {
    let (address, _queue) = silent().await;
    for wire in WIRES {
        for (of_client, of_call) in [(LONG, SOON), (SOON, 8 * SOON)] {
            let client = builder(wire, address).connect_timeout(of_client).build();
            let client = client.unwrap();
            let began = Instant::now();
            let error = soon(client.bidi().connect_timeout(of_call)).await;
            let error = error.unwrap_err();
            assert!(error.is_retryable(), "{error}");
            assert!(began.elapsed() >= of_call, "{:?}", began.elapsed());
            let error = soon(client.hello("m".into()).connect_timeout(SOON)).await;
            assert!(error.unwrap_err().is_retryable());
        }
    }
}

/// A call with more time than the one whose dial it waits for begins another dial.
#[tokio::test]
async fn a_patient_call_does_not_fail_with_the_dial_of_an_impatient_one() {
    let (address, _queue) = silent().await;
    let client = builder(Transport::Grpc, address)
        .connect_timeout(SOON)
        .build();
    let client = client.unwrap();
    let began = Instant::now();
    let patient = async {
        let error = client.bidi().connect_timeout(8 * SOON).await.unwrap_err();
        assert!(began.elapsed() >= 8 * SOON, "{:?}", began.elapsed());
        error
    };
    let (impatient, patient) = soon(async {
        let impatient = client.bidi().into_future();
        tokio::join!(impatient, patient)
    })
    .await;
    assert!(impatient.unwrap_err().is_retryable());
    assert!(patient.is_retryable());
}

/// An address where a dial is not answered: the queue of the listener is full.
async fn silent() -> (std::net::SocketAddr, Vec<tokio::net::TcpStream>) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let listener = Box::leak(Box::new(socket.listen(1).unwrap()));
    let _ = listener;
    let mut queue = Vec::new();
    while let Ok(Ok(connected)) = timeout(4 * SOON, tokio::net::TcpStream::connect(address)).await {
        queue.push(connected);
    }
    (address, queue)
}
