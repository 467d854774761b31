//! What a client makes of the replies of another's server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig, Sharing};
use streamgen_runtime::{ErrorKind, Metadata};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::answers::crc32c;
use crate::bytes::{EXCEPTION, ONEWAY, REPLY, Raw, exception, is_closed, next};
use crate::service::{Text, call, pool, request};

const HEADERS: [Framing; 2] = [Framing::TtHeader, Framing::TtHeaderFramed];

/// A server that answers each request as `answer` makes of it, and counts its connections.
async fn server(
    answer: impl Fn(Raw) -> Option<Raw> + Clone + Send + Sync + 'static,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut io, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                // Until the client closes, or asks for more than once.
                let mut first = [0];
                while matches!(io.peek(&mut first).await, Ok(1..)) {
                    if let Some(reply) = answer(next(&mut io).await) {
                        io.write_all(&reply.encode()).await.unwrap();
                    }
                }
            });
        }
    });
    (address, connections)
}

type Change = fn(Raw) -> Raw;

fn reply(request: Raw) -> Raw {
    Raw {
        strings: Default::default(),
        ints: [(22, "2".to_owned())].into(),
        flags: 0,
        ..request.kind(REPLY).body(&[0])
    }
}

async fn ask(pool: &PingPongPool, address: SocketAddr) -> Result<Metadata, (ErrorKind, i32)> {
    let reply = call(pool, address, &request("Echo"), &Text::default()).await;
    reply
        .map(|reply| reply.trailer)
        .map_err(|error| (error.kind(), error.kitex_code().unwrap_or(0)))
}

#[tokio::test]
async fn g78_a_reply_to_something_else_is_an_error_and_ends_the_connection() {
    for framing in [Framing::Framed, Framing::TtHeader, Framing::TtHeaderFramed] {
        let wrong: [(Change, i32); 3] = [
            (
                |reply| Raw {
                    seq_id: reply.seq_id.wrapping_add(1),
                    ..reply
                },
                4,
            ),
            (
                |reply| Raw {
                    method: "Other".to_owned(),
                    ..reply
                },
                3,
            ),
            (|reply| reply.kind(ONEWAY), 2),
        ];
        for (change, code) in wrong {
            let (address, connections) = server(move |it| Some(change(reply(it)))).await;
            let pool = pool(framing);
            for number in 1..=2 {
                assert_eq!(ask(&pool, address).await, Err((ErrorKind::Protocol, code)));
                assert_eq!(connections.load(Ordering::Relaxed), number, "{framing:?}");
            }
        }
        // A server that failed before it knew the sequence id.
        let failed = |it| {
            let failed = reply(it).kind(EXCEPTION).body(&exception("what?", 7));
            Some(Raw {
                seq_id: 0,
                ..failed
            })
        };
        let (address, _) = server(failed).await;
        let asked = ask(&pool(framing), address).await;
        assert_eq!(asked, Err((ErrorKind::Application, 7)));
    }
}

#[tokio::test]
async fn g82_a_request_says_who_calls_what_and_how_long_he_waits() {
    for framing in HEADERS {
        let (told, mut requests) = tokio::sync::mpsc::unbounded_channel();
        let (address, _) = server(move |it| {
            told.send(it.clone()).unwrap();
            Some(reply(it))
        })
        .await;
        let pool = pool(framing);
        let ints = |framing: &str, limit: Option<&str>| {
            let fixed = [
                (1, framing),
                (3, "test"),
                (6, "svc"),
                (9, "Echo"),
                (20, ""),
                (22, "1"),
            ];
            let fixed = fixed.into_iter().chain(limit.map(|limit| (12, limit)));
            fixed.map(|(key, text)| (key, text.to_owned())).collect()
        };
        let framed = match framing {
            Framing::TtHeader => "unframed",
            _ => "framed",
        };
        call(&pool, address, &request("Echo"), &Text::default())
            .await
            .unwrap();
        let plain = requests.recv().await.unwrap();
        assert_eq!(plain.ints, ints(framed, None));
        assert_eq!((plain.get("isn"), plain.get("RPC_TRANSIT_K")), ("Svc", "v"));
        assert_eq!((plain.flags, plain.framing), (0, framing));

        let mut limited = request("Echo");
        limited.deadline = Some(Deadline::after(Duration::from_secs(3600)));
        call(&pool, address, &limited, &Text::default())
            .await
            .unwrap();
        let limited = requests.recv().await.unwrap();
        let millis: u64 = limited.ints[&12].parse().unwrap();
        assert!((3_590_000..=3_600_000).contains(&millis), "{millis}");
        assert_ne!(limited.seq_id, plain.seq_id);
    }
}

#[tokio::test]
async fn g84_backward_metainfo_is_bare_or_after_its_prefix() {
    for framing in HEADERS {
        let answer = |it| {
            let bare = reply(it).string("bw", "1").string("RPC_BACKWARD_volo", "2");
            let reserved = ["biz-status", "biz-message", "biz-extra", "rip", "crrst"];
            let empty = reserved
                .into_iter()
                .fold(bare, |reply, key| reply.string(key, ""));
            Some(empty)
        };
        let (address, _) = server(answer).await;
        let backward = ask(&pool(framing), address).await.unwrap();
        let expected: Metadata = [("volo", "2"), ("bw", "1")].into_iter().collect();
        assert_eq!(backward, expected);
    }
}

#[tokio::test]
async fn g85_a_connection_that_is_to_be_reset_is_not_used_again() {
    for (value, expected) in [("1", 3), ("yes", 3), ("", 1)] {
        let (address, connections) = server(move |it| Some(reply(it).string("crrst", value))).await;
        let pool = pool(Framing::TtHeaderFramed);
        for _ in 0..3 {
            ask(&pool, address).await.unwrap();
        }
        assert_eq!(connections.load(Ordering::Relaxed), expected, "{value:?}");
    }
}

#[tokio::test]
async fn g86_a_wrong_checksum_of_a_reply_is_an_error() {
    for sharing in [Sharing::InTurn, Sharing::Multiplexed { connections: 1 }] {
        let pool = |checksum| {
            let config = PoolConfig {
                sharing,
                checksum,
                ..PoolConfig::default()
            };
            PingPongPool::new(Framing::TtHeaderFramed, config)
        };
        let wrong = |it| Some(reply(it).string("crc32c", "12345678"));
        let (address, _) = server(wrong).await;
        assert_eq!(
            ask(&pool(false), address).await,
            Err((ErrorKind::Protocol, 0))
        );

        let right = |it: Raw| {
            let sum = |message: &Raw| format!("{:08x}", crc32c(&message.payload()));
            let asked = it.get("crc32c").to_owned();
            let reply = reply(it.clone()).string("asked", &asked);
            let reply = reply.string("is", &sum(&it));
            let sum = sum(&reply);
            Some(reply.string("crc32c", &sum))
        };
        let (address, _) = server(right).await;
        let backward = ask(&pool(true), address).await.unwrap();
        assert_eq!(backward.get("asked"), backward.get("is"));
        let backward = ask(&pool(false), address).await.unwrap();
        assert_eq!(backward.get("asked"), Some(""));
    }
}

#[tokio::test]
async fn a_connection_for_each_call_is_closed_behind_it() {
    let (address, connections) = server(|it| Some(reply(it))).await;
    let config = PoolConfig {
        sharing: Sharing::Not,
        ..PoolConfig::default()
    };
    let pool = PingPongPool::new(Framing::TtHeaderFramed, config);
    for number in 1..=3 {
        ask(&pool, address).await.unwrap();
        assert_eq!(connections.load(Ordering::Relaxed), number);
    }
    // And is closed by the client.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut io, _) = listener.accept().await.unwrap();
        let request = next(&mut io).await;
        io.write_all(&reply(request).encode()).await.unwrap();
        is_closed(&mut io).await
    });
    ask(&pool, address).await.unwrap();
    assert!(serving.await.unwrap());
}
