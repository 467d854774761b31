//! A server's connection whose requests are told apart by their sequence ids, in raw bytes. Time stands still
//! while anybody works, and goes on to what is due next.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongServerConfig, serve_connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::bytes::{CALL, EXCEPTION, REPLY, Raw, next};
use crate::service::Service;

/// TTHeader's flag "replies may come out of order".
const ANY_ORDER: u16 = 1;
/// Int key of the time that the caller waits, in milliseconds.
const RPC_TIMEOUT: u16 = 12;
const LONG: Duration = Duration::from_secs(100_000);

struct Connection {
    io: DuplexStream,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Connection {
    fn start(config: PingPongServerConfig) -> Self {
        let (io, served) = duplex(64 * 1024);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            // Whoever is dropped without a word stops nobody.
            if stopped.await.is_err() {
                std::future::pending().await
            }
        };
        let (first, service) = (BytesMut::new(), Arc::new(Service));
        let serving = serve_connection(served, first, None, service, config, stopped);
        Self {
            io,
            stop: Some(stop),
            serving: tokio::spawn(serving),
        }
    }

    async fn send(&mut self, messages: &[Raw]) {
        for message in messages {
            self.io.write_all(&message.encode()).await.unwrap();
        }
    }

    /// Reads the exception for a message that was not taken, if there is to be one.
    async fn refuses(&mut self, seq_id: i32, answered: bool) {
        if answered {
            let refused = next(&mut self.io).await;
            assert_eq!((refused.seq_id, refused.kind), (seq_id, EXCEPTION));
            let text = String::from_utf8_lossy(&refused.body).into_owned();
            assert!(text.contains("payload validation failed"), "{text}");
        }
    }

    /// Who is answered next.
    async fn answered(&mut self) -> i32 {
        next(&mut self.io).await.seq_id
    }
}

fn start() -> Connection {
    Connection::start(PingPongServerConfig::default())
}

fn call(flags: u16, seq_id: i32, method: &str) -> Raw {
    let message = Raw::call(Framing::TtHeaderFramed, method, seq_id);
    message.flags(flags).string("isn", "Svc")
}

/// Messages with a length that hold no request, with the sequence id 2, and whether each is answered.
fn unreadable() -> [(&'static str, Vec<u8>, bool); 7] {
    let good = call(ANY_ORDER, 2, "Echo");
    let damaged = |at: usize, byte: u8| {
        let mut bytes = good.encode();
        let payload = bytes.len() - good.payload().len();
        bytes[payload + at] = byte;
        bytes
    };
    let checked = good.clone().string("crc32c", "0");
    let mut elsewhere = checked.encode();
    // The header's sequence id.
    elsewhere[11] = 9;
    let mut no_info = good.encode();
    // A string pair longer than the header.
    no_info[19] = 0xff;
    [
        ("a wrong checksum", checked.encode(), true),
        ("a wrong checksum, another sequence id", elsewhere, false),
        ("an unknown payload", damaged(4, 0x77), false),
        ("an unknown type", damaged(7, 9), false),
        ("an envelope beyond its end", damaged(10, 0x0f), false),
        ("a header that is none", no_info, false),
        ("a reply", good.clone().kind(REPLY).encode(), false),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_is_no_request_stops_no_other_call() {
    for (what, bytes, answered) in unreadable() {
        let mut connection = start();
        let held = call(ANY_ORDER, 1, "Hold").int(RPC_TIMEOUT, "5000");
        connection.send(&[held]).await;
        connection.io.write_all(&bytes).await.unwrap();
        connection.send(&[call(ANY_ORDER, 3, "Echo")]).await;
        connection.refuses(2, answered).await;
        assert_eq!(connection.answered().await, 3, "{what}");
        let held = next(&mut connection.io).await;
        assert_eq!((held.seq_id, held.kind), (1, EXCEPTION), "{what}");
        let text = String::from_utf8_lossy(&held.body).into_owned();
        assert!(text.contains("deadline"), "{what}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_request_may_be_unreadable_too() {
    for (what, bytes, answered) in unreadable() {
        let mut connection = start();
        connection.io.write_all(&bytes).await.unwrap();
        connection.send(&[call(ANY_ORDER, 3, "Echo")]).await;
        connection.refuses(2, answered).await;
        assert_eq!(connection.answered().await, 3, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_that_have_no_end_end_the_connection() {
    let mut connection = start();
    connection.send(&[call(ANY_ORDER, 1, "Hold")]).await;
    connection.io.write_all(&[0x77; 64]).await.unwrap();
    assert_eq!(connection.io.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_requests_of_running_calls_are_bounded_together() {
    const LARGE: usize = 1024 * 1024;
    let config = PingPongServerConfig {
        max_message: LARGE,
        ..PingPongServerConfig::default()
    };
    let mut connection = Connection::start(config);
    let large = |seq_id| {
        let held = call(ANY_ORDER, seq_id, "Hold").int(RPC_TIMEOUT, "5000");
        held.body(&[0; LARGE - 256])
    };
    for seq_id in 1..=17 {
        connection.send(&[large(seq_id)]).await;
    }
    let refused = next(&mut connection.io).await;
    assert_eq!((refused.seq_id, refused.kind), (17, EXCEPTION));
    let text = String::from_utf8_lossy(&refused.body).into_owned();
    assert!(text.contains("would exceed 16777216 bytes"), "{text}");

    connection.send(&[call(ANY_ORDER, 18, "Echo")]).await;
    assert_eq!(connection.answered().await, 18, "there is room for it");
    for _ in 1..=16 {
        assert!(connection.answered().await <= 16);
    }
    // Those have let go of theirs.
    connection.send(&[large(19)]).await;
    let held = next(&mut connection.io).await;
    let text = String::from_utf8_lossy(&held.body).into_owned();
    assert!(held.seq_id == 19 && text.contains("deadline"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_idle_from_the_end_of_its_last_call() {
    let config = PingPongServerConfig {
        idle_timeout: Duration::from_secs(600),
        ..PingPongServerConfig::default()
    };
    let mut connection = Connection::start(config);
    let held = call(ANY_ORDER, 1, "Hold").int(RPC_TIMEOUT, "590000");
    connection.send(&[held]).await;
    assert_eq!(connection.answered().await, 1);
    // More than 600 s behind the last request.
    sleep(Duration::from_secs(500)).await;
    connection.send(&[call(ANY_ORDER, 2, "Echo")]).await;
    assert_eq!(connection.answered().await, 2);
    sleep(Duration::from_secs(590)).await;
    connection.send(&[call(ANY_ORDER, 3, "Echo")]).await;
    assert_eq!(connection.answered().await, 3);
    sleep(Duration::from_secs(610)).await;
    assert!(connection.serving.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_large_requests_waits_for_those_in_front_of_it() {
    const LARGE: usize = 1024 * 1024;
    let config = PingPongServerConfig {
        max_message: LARGE,
        ..PingPongServerConfig::default()
    };
    let connection = Connection::start(config);
    let (mut reader, mut writer) = tokio::io::split(connection.io);
    let sending = tokio::spawn(async move {
        for seq_id in 1..=50 {
            let brief = call(ANY_ORDER, seq_id, "Hold").int(RPC_TIMEOUT, "20");
            let brief = brief.body(&[0; LARGE - 256]);
            writer.write_all(&brief.encode()).await.unwrap();
        }
        writer
    });
    for _ in 1..=50 {
        let held = next(&mut reader).await;
        let text = String::from_utf8_lossy(&held.body).into_owned();
        assert!(text.contains("deadline"), "none is refused: {text}");
    }
    drop(sending.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn every_request_begins_when_it_arrives_whatever_its_flag_says() {
    let mut connection = start();
    let requests = [
        call(ANY_ORDER, 1, "Echo"),
        call(0, 2, "Hold").int(RPC_TIMEOUT, "5000"),
        call(0, 3, "Echo"),
        call(0, 4, "Missing"),
        call(0, 5, "Fire").kind(CALL),
        call(0, 6, "Echo"),
    ];
    connection.send(&requests).await;
    let mut answered = Vec::new();
    for _ in 0..4 {
        answered.push(connection.answered().await);
    }
    answered.sort_unstable();
    assert_eq!(answered, [1, 3, 4, 6], "the one-way call has no answer");
    assert_eq!(connection.answered().await, 2, "nobody waits for it");
}

#[tokio::test(start_paused = true)]
async fn a_call_without_the_flag_holds_up_neither_the_close_nor_the_stop() {
    let requests = [call(ANY_ORDER, 1, "Echo"), call(0, 2, "Hold")];
    let mut closed = start();
    closed.send(&requests).await;
    assert_eq!(closed.answered().await, 1);
    drop(closed.io);
    timeout(LONG, closed.serving).await.unwrap().unwrap();

    let mut stopped = start();
    stopped.send(&requests).await;
    assert_eq!(stopped.answered().await, 1);
    stopped.stop.take().unwrap().send(()).unwrap();
    let goaway = timeout(LONG, next(&mut stopped.io)).await.unwrap();
    assert_eq!((goaway.seq_id, goaway.get("crrst")), (0, "1"));
}

/// Kitex's client loses the calls that wait for answers when it is told.
#[tokio::test(start_paused = true)]
async fn a_client_is_told_of_the_stop_behind_the_answers_of_what_runs_unless_that_takes_long() {
    for (runs_for, order) in [("100", [1, 0]), ("5000", [0, 1])] {
        let mut stopped = start();
        let held = [call(ANY_ORDER, 1, "Hold").int(RPC_TIMEOUT, runs_for)];
        stopped.send(&held).await;
        // The handler begins.
        sleep(Duration::from_millis(1)).await;
        stopped.stop.take().unwrap().send(()).unwrap();
        let told = [stopped.answered().await, stopped.answered().await];
        assert_eq!(told, order, "{runs_for} ms");
        timeout(LONG, stopped.serving).await.unwrap().unwrap();
    }
}
