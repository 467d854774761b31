//! Calls without stream, over every wire.

use std::future::IntoFuture as _;
use std::time::Duration;

use streamgen_runtime::UnaryTransport;

use crate::rpc_support::{Msg, Peer, PeerClient, msg};
use crate::support::{CALLS, Log, server, size};

/// A client and its server for calls over that wire, both traced.
fn traced(peer: Peer, wire: UnaryTransport) -> (PeerClient, Log, Log) {
    let (near, far) = (Log::default(), Log::default());
    let invoker = server(peer).tracer(far.named("")).invoker().unwrap();
    let client = PeerClient::builder("peer").dial(invoker);
    let client = client.unary_transport(wire).tracer(near.named(""));
    (client.build().unwrap(), near, far)
}

/// A struct with one message in a field: the arguments or the result of a call.
fn with_field(message: &Msg) -> usize {
    const FIELD_HEAD: usize = 3;
    const STOP: usize = 1;
    FIELD_HEAD + size(message) + STOP
}

/// What is told of a call: over gRPC it is a stream too.
fn expected(wire: UnaryTransport, header: bool, finish: String) -> Vec<String> {
    let mut told = vec!["RPCStart".to_owned()];
    if wire == UnaryTransport::Grpc {
        told.push("StreamStart".to_owned());
        told.extend(header.then(|| "StreamRecvHeader".to_owned()));
        told.push("StreamFinish".to_owned());
    }
    told.push(finish);
    told
}

#[tokio::test]
async fn sizes_are_those_of_the_messages() {
    for wire in CALLS {
        let peer = Peer {
            prefix: "so: ",
            ..Peer::default()
        };
        let (client, near, far) = traced(peer, wire);
        let answer = client.echo(msg("m")).await.unwrap();
        let (sent, received) = (with_field(&msg("m")), with_field(&answer));
        let finish = format!("RPCFinish {sent}/{received}");
        assert_eq!(near.take(), expected(wire, true, finish), "{wire:?}");
        let finish = format!("RPCFinish {received}/{sent}");
        assert_eq!(far.take(), expected(wire, false, finish), "{wire:?}");
    }
}

#[tokio::test]
async fn a_declared_exception_is_no_error_and_another_error_is() {
    for wire in CALLS {
        let (client, near, far) = traced(Peer::default(), wire);
        client.echo(msg("refuse")).await.unwrap_err();
        for log in [&near, &far] {
            let last = log.take().pop().unwrap();
            assert!(!last.contains("error"), "{wire:?}: {last}");
        }
        let failing = Peer {
            always: "err",
            ..Peer::default()
        };
        let (client, near, far) = traced(failing, wire);
        client.echo(msg("m")).await.unwrap_err();
        for log in [&near, &far] {
            let told = log.take();
            assert!(told.last().unwrap().contains("error"), "{wire:?}: {told:?}");
            let ends = told.iter().filter(|line| line.starts_with("RPCFinish"));
            assert_eq!(ends.count(), 1, "{wire:?}: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_oneway_call_is_over_when_it_is_sent() {
    for wire in CALLS {
        if wire == UnaryTransport::Grpc {
            continue;
        }
        let (peer, mut reports) = Peer::reporting("");
        let (client, near, far) = traced(peer, wire);
        client.fire(msg("m")).await.unwrap();
        reports.recv().await.unwrap();
        tokio::task::yield_now().await;
        let sent = with_field(&msg("m"));
        assert_eq!(near.take(), ["RPCStart", &format!("RPCFinish {sent}/0")]);
        assert_eq!(far.take(), ["RPCStart", &format!("RPCFinish 0/{sent}")]);
    }
}

/// Kitex tells of the call first where the caller waits no longer, and of its stream then.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_is_over_before_its_stream() {
    for wire in CALLS {
        for by_deadline in [true, false] {
            let (peer, mut reports) = Peer::reporting("stubborn");
            let (client, near, _) = traced(peer, wire);
            let call = client.echo(msg("m"));
            match by_deadline {
                true => {
                    let limit = Duration::from_secs(1);
                    call.timeout(limit).await.unwrap_err();
                }
                false => {
                    let call = tokio::spawn(call.into_future());
                    reports.recv().await.unwrap();
                    call.abort();
                    call.await.unwrap_err();
                }
            }
            let told = near.take();
            let told: Vec<_> = told.iter().map(String::as_str).collect();
            let sent = with_field(&msg("m"));
            let kind = if by_deadline { "Timeout" } else { "Canceled" };
            let finish = format!("RPCFinish error {kind} {sent}/0");
            match wire {
                UnaryTransport::Grpc => {
                    let expected = ["RPCStart", "StreamStart", &finish, "StreamFinish"];
                    assert_eq!(told, expected);
                }
                _ => assert_eq!(told, ["RPCStart", &finish], "{wire:?}"),
            }
        }
    }
}
