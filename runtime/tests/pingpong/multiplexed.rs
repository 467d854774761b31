//! Many calls at a time on one connection.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::pingpong::{
    Framing, PingPongPool, PingPongServerConfig, PoolConfig, Sharing, serve_connection,
};
use streamgen_runtime::{ErrorKind, Message};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::bytes::{REPLY, Raw, next};
use crate::service::{Service, Text, call, request};

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);

fn multiplexed(config: PoolConfig) -> PingPongPool {
    let config = PoolConfig {
        sharing: Sharing::Multiplexed { connections: 1 },
        ..config
    };
    PingPongPool::new(Framing::TtHeaderFramed, config)
}

/// A server that counts its connections.
async fn counted(config: PingPongServerConfig) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::<AtomicUsize>::default();
    let accepted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((io, peer)) = listener.accept().await {
            accepted.fetch_add(1, Ordering::Relaxed);
            let (first, service) = (BytesMut::new(), Arc::new(Service));
            let never = std::future::pending();
            tokio::spawn(serve_connection(
                io,
                first,
                Some(peer),
                service,
                config.clone(),
                never,
            ));
        }
    });
    (address, count)
}

#[tokio::test]
async fn a_call_that_waits_stops_no_other_on_its_connection() {
    let (address, connections) = counted(PingPongServerConfig::default()).await;
    let pool = Arc::new(multiplexed(PoolConfig::default()));
    let held = tokio::spawn({
        let pool = Arc::clone(&pool);
        let args = Text::default();
        async move { call(&pool, address, &request("Hold"), &args).await }
    });
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..200 {
        let pool = Arc::clone(&pool);
        calls.spawn(async move {
            let args = Text(format!("call {number}").into());
            let reply = call(&pool, address, &request("Echo"), &args).await.unwrap();
            assert_eq!(Text::decode_from(reply.message).unwrap(), args);
        });
    }
    calls.join_all().await;
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    assert!(!held.is_finished());
    held.abort();
}

#[tokio::test]
async fn errors_are_those_of_their_calls_alone() {
    let (address, connections) = counted(PingPongServerConfig::default()).await;
    let pool = multiplexed(PoolConfig::default());
    let args = Text("m".into());
    let fails = async |method| {
        call(&pool, address, &request(method), &args)
            .await
            .err()
            .unwrap()
    };
    assert_eq!(fails("Fail").await.message(), "biz error: peer plain error");
    assert_eq!(fails("Biz").await.biz_status().unwrap().code(), 10_001);
    assert_eq!(fails("Missing").await.kitex_code(), Some(1));
    call(&pool, address, &request("Fire"), &args).await.unwrap();
    call(&pool, address, &request("Echo"), &args).await.unwrap();
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_request_that_is_too_large_fails_alone() {
    let config = PingPongServerConfig {
        max_message: 1024,
        ..PingPongServerConfig::default()
    };
    let (address, connections) = counted(config).await;
    let pool = Arc::new(multiplexed(PoolConfig::default()));
    let other = {
        let pool = Arc::clone(&pool);
        let args = Text::default();
        let mut hold = request("Hold");
        hold.deadline = Some(Deadline::after(Duration::from_millis(300)));
        tokio::spawn(async move { call(&pool, address, &hold, &args).await })
    };
    let large = Text("x".repeat(200_000).into());
    let error = call(&pool, address, &request("Echo"), &large)
        .await
        .unwrap_err();
    assert!(
        error
            .message()
            .contains("exceeds the maximum of 1024 bytes"),
        "{error}"
    );
    let small = Text("x".into());
    call(&pool, address, &request("Echo"), &small)
        .await
        .unwrap();
    // It has been told by the server of its deadline, not of the connection's end.
    let held = other.await.unwrap().unwrap_err();
    assert!(
        held.is_timeout() || held.message().contains("deadline"),
        "{held}"
    );
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_reply_that_is_too_large_fails_alone() {
    let (address, connections) = counted(PingPongServerConfig::default()).await;
    let pool = multiplexed(PoolConfig {
        max_message: 1024,
        ..PoolConfig::default()
    });
    let large = Text("x".repeat(200_000).into());
    let error = call(&pool, address, &request("Echo"), &large)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceExhausted);
    let small = Text("x".into());
    call(&pool, address, &request("Echo"), &small)
        .await
        .unwrap();
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

/// TTHeader, framed, no arguments or result.
fn tt_header(flags: u16, seq_id: i32, kind: u8, pairs: &[(&str, &str)], method: &str) -> Vec<u8> {
    let message = Raw::call(Framing::TtHeaderFramed, method, seq_id);
    let message = message.flags(flags).kind(kind);
    let with = |message: Raw, (key, value): &(&str, &str)| message.string(key, value);
    pairs.iter().fold(message, with).encode()
}

#[tokio::test]
async fn a_stopping_server_says_so_and_answers_what_runs() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let (io, _) = listener.accept().await.unwrap();
        let (first, config) = (BytesMut::new(), PingPongServerConfig::default());
        let stopped = async { drop(stopped.await) };
        serve_connection(io, first, None, Arc::new(Service), config, stopped).await;
    });
    let mut io = TcpStream::connect(address).await.unwrap();
    let limited = [("isn", "Svc")];
    io.write_all(&tt_header(1, 7, 1, &limited, "Echo"))
        .await
        .unwrap();
    assert_eq!(next(&mut io).await.seq_id, 7);
    stop.send(()).unwrap();
    let goaway = next(&mut io).await;
    assert_eq!(
        (goaway.seq_id, goaway.kind),
        (0, REPLY),
        "about the connection"
    );
    assert_eq!((goaway.method.as_str(), goaway.get("crrst")), ("none", "1"));
    assert_eq!(goaway.body, [0]);
    // On its way when the client heard of it.
    io.write_all(&tt_header(1, 8, 1, &limited, "Echo"))
        .await
        .unwrap();
    assert_eq!(next(&mut io).await.seq_id, 8);
    assert_eq!(io.read(&mut [0]).await.unwrap(), 0);
    serving.await.unwrap();
}

/// A server that answers each connection as `answer` says, and counts them.
async fn raw_server<F>(answer: impl Fn(TcpStream, usize) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 1.. {
            let Ok((io, _)) = listener.accept().await else {
                return;
            };
            tokio::spawn(answer(io, number));
        }
    });
    address
}

#[tokio::test]
async fn replies_find_their_calls_by_sequence_id() {
    let address = raw_server(|mut io, _| async move {
        let one = next(&mut io).await.seq_id;
        let other = next(&mut io).await;
        assert_eq!(other.flags, 1, "out of order");
        let other = other.seq_id;
        // The later one first; then one that nobody asked for.
        for seq_id in [other, other.wrapping_add(1000), one] {
            let reply = tt_header(0, seq_id, 2, &[], "Echo");
            io.write_all(&reply).await.unwrap();
        }
        let _ = io.read(&mut [0]).await;
    })
    .await;
    let pool = multiplexed(PoolConfig::default());
    let (call_request, args) = (request("Echo"), Text::default());
    let (one, other) = tokio::join!(
        call(&pool, address, &call_request, &args),
        call(&pool, address, &call_request, &args)
    );
    assert_eq!(one.unwrap().message, Bytes::from_static(&[0]));
    other.unwrap();
}

#[tokio::test]
async fn a_connection_that_the_server_is_about_to_close_gets_no_further_call() {
    let address = raw_server(|mut io, number| async move {
        let seq_id = next(&mut io).await.seq_id;
        if number == 1 {
            let goaway = tt_header(0, 0, 2, &[("crrst", "1")], "none");
            io.write_all(&goaway).await.unwrap();
        }
        let backward = [("number", if number == 1 { "1" } else { "2" })];
        io.write_all(&tt_header(0, seq_id, 2, &backward, "Echo"))
            .await
            .unwrap();
        let _ = io.read(&mut [0]).await;
    })
    .await;
    let pool = multiplexed(PoolConfig::default());
    for number in ["1", "2"] {
        let reply = call(&pool, address, &request("Echo"), &Text::default()).await;
        assert_eq!(reply.unwrap().trailer.get("number"), Some(number));
    }
}

#[tokio::test]
async fn a_lost_connection_ends_its_calls_and_the_next_one_dials_anew() {
    let address = raw_server(|mut io, number| async move {
        let seq_id = next(&mut io).await.seq_id;
        if number > 1 {
            io.write_all(&tt_header(0, seq_id, 2, &[], "Echo"))
                .await
                .unwrap();
            let _ = io.read(&mut [0]).await;
        }
    })
    .await;
    let pool = multiplexed(PoolConfig::default());
    let lost = call(&pool, address, &request("Echo"), &Text::default()).await;
    let lost = lost.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::Connection);
    assert!(!lost.is_retryable(), "a handler may have seen it");
    call(&pool, address, &request("Echo"), &Text::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_connection_that_was_silent_for_a_whole_call_is_not_used_again() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let address = raw_server(move |mut io, number| {
        let tell = tell.clone();
        async move {
            for request in 1.. {
                let seq_id = next(&mut io).await.seq_id;
                // The first connection answers one call, which shows that it is there.
                if number == 1 && request > 1 {
                    let _ = tell.send(());
                    continue;
                }
                io.write_all(&tt_header(0, seq_id, 2, &[], "Echo"))
                    .await
                    .unwrap();
            }
        }
    })
    .await;
    let pool = multiplexed(PoolConfig::default());
    let (mut short, args) = (request("Echo"), Text::default());
    call(&pool, address, &short, &args).await.unwrap();

    let limit = Duration::from_millis(100);
    short.deadline = Some(Deadline::after(limit));
    {
        let mut held = pin!(call(&pool, address, &short, &args));
        tokio::select! {
            reply = &mut held => panic!("{reply:?}"),
            read = timeout(LONG, told.recv()) => read.expect("the request is read").unwrap(),
        }
        // The channel above the wire keeps the time, as here.
        let given_up = timeout(limit + limit / 5, held).await;
        assert!(given_up.is_err());
    }
    let another = timeout(LONG, call(&pool, address, &request("Echo"), &args)).await;
    another.expect("the call is answered").unwrap();
}
