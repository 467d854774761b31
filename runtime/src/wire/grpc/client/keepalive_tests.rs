//! How often a client pings. The test's server counts pings as the servers of grpc-go and Kitex do.

use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, split};
use tokio::time::{Instant, sleep};

use super::connection::Connection;
use crate::call::Outgoing;
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};
use crate::wire::grpc::GrpcLimits;

static SERVICE: ServiceInfo = ServiceInfo {
    name: "B",
    package: "a",
    payload: PayloadCodec::Protobuf,
    default_transport: Transport::Grpc,
    methods: &[MethodInfo::new("C", Mode::BidiStreaming)],
};

const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// `MinTime` and `maxPingStrikes` of Kitex's `http2_server.go`.
const MIN_TIME: Duration = Duration::from_secs(300);
const MAX_STRIKES: u32 = 2;

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let head = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream];
    [&head[..], payload].concat()
}

/// What the test's server has counted.
#[derive(Debug, Default)]
struct Counted {
    pings: u32,
    strikes: u32,
}

/// Serves one call for so many seconds and answers every ping. Sends a response at each of the
/// times `answers`, and nothing else.
async fn serve(near: DuplexStream, seconds: u64, answers: &[u64]) -> Counted {
    let (mut input, mut output) = split(near);
    let begun = Instant::now();
    output.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    input.read_exact(&mut [0; 24]).await.unwrap();
    let (mut counted, mut last, mut forgiven) = (Counted::default(), None, false);
    let mut answers = answers.iter().map(|at| Duration::from_secs(*at)).peekable();
    while begun.elapsed() < Duration::from_secs(seconds) {
        let next = answers
            .peek()
            .copied()
            .unwrap_or(Duration::from_secs(seconds));
        let mut head = [0; 9];
        tokio::select! {
            biased;
            read = input.read_exact(&mut head) => read.unwrap(),
            () = sleep(next.saturating_sub(begun.elapsed())) => {
                // The first response is HEADERS (`:status: 200`), and later ones are DATA that
                // contain no whole message.
                if answers.next().is_some_and(|at| at < Duration::from_secs(10)) {
                    output.write_all(&frame(1, END_HEADERS, 1, &[0x88])).await.unwrap();
                } else {
                    output.write_all(&frame(0, 0, 1, &[0])).await.unwrap();
                }
                forgiven = true;
                continue;
            }
        };
        let mut payload = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
        input.read_exact(&mut payload).await.unwrap();
        if head[3] == PING && head[4] & ACK == 0 {
            output
                .write_all(&frame(PING, ACK, 0, &payload))
                .await
                .unwrap();
            counted.pings += 1;
            let early = last.is_some_and(|last: Instant| last.elapsed() < MIN_TIME);
            match std::mem::take(&mut forgiven) {
                true => counted.strikes = 0,
                false => counted.strikes += u32::from(early),
            }
            last = Some(Instant::now());
        }
    }
    counted
}

/// Runs a client with one call for so many seconds, and returns what the server has counted.
async fn call(seconds: u64, answers: &[u64]) -> Counted {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let calling = async {
        let limits = GrpcLimits::default();
        let client = Connection::start(far, &limits, None).await.unwrap();
        let uri = Uri::from_static("http://dest.svc/a.B/C");
        let outgoing = Outgoing::new(&SERVICE, &SERVICE.methods[0]);
        let call = client.send(uri, &outgoing).unwrap().unwrap();
        (client, call)
    };
    let (counted, _call) = tokio::join!(serve(near, seconds, answers), calling);
    counted
}

#[tokio::test(start_paused = true)]
async fn a_server_that_works_for_an_hour_is_pinged_at_once_and_then_as_seldom_as_it_bears() {
    let counted = call(3600, &[]).await;
    assert_eq!(counted.pings, 12, "{counted:?}");
    assert_eq!(counted.strikes, 0, "{counted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_answered_is_pinged_once_more() {
    let answers: Vec<u64> = (0..15).map(|number| 20 * number + 1).collect();
    let counted = call(300, &answers).await;
    assert!((15..=16).contains(&counted.pings), "{counted:?}");
    assert!(counted.strikes <= MAX_STRIKES, "{counted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_without_calls_is_not_pinged() {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let limits = GrpcLimits::default();
    let client = Connection::start(far, &limits, None);
    let (counted, _client) = tokio::join!(serve(near, 3600, &[]), client);
    assert_eq!(counted.pings, 0);
}
