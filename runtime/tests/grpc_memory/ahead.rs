//! Messages that a stream has taken ahead of its user.

use streamgen_runtime::GrpcLimits;
use tokio::io::AsyncWriteExt;

use crate::grpc_support::framed;
use crate::grpc_support::wire::{
    DATA, END_HEADERS, END_STREAM, HEADERS, Wire, block, frame, request, response,
};
use crate::notes_support::thrift::book::note;
use crate::peak::TURN;
use crate::{BIDI, KIB, MIB, Peak, answered_with, begun, budget, connected, others_go_on, serve};

/// A stream whose handler takes one message and then nothing, with `messages` behind that one and `filler`
/// in front of each of these.
fn stalled(stream: u32, filler: &[u8], messages: usize, len: usize) -> Vec<u8> {
    let stalls = request(BIDI, &[("rpc-transit-do", "send-header wait")]);
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &stalls);
    bytes.extend(frame(DATA, 0, stream, &framed(&[&note("a")])));
    let message = [&begun(len)[..], &vec![1; len]].concat();
    for _ in 0..messages {
        bytes.extend_from_slice(filler);
        bytes.extend(frame(DATA, 0, stream, &message));
    }
    bytes
}

#[tokio::test]
async fn what_stalled_handlers_have_taken_ahead_is_bounded_for_their_connection() {
    let most = 8 * MIB;
    // Frames of a type that nobody knows: h2 reads them into the buffers of the messages around them.
    let filler = frame(HEADERS + 15, 0, 0, &[0; 8 * KIB]);
    for (filler, messages, len) in [(&[][..], 60, KIB), (&filler[..], 8, 1)] {
        let measured = Peak::start().await;
        let book = serve(|limits| limits.connection_window = most as u32).await;
        let mut client = connected(&book).await;
        client.open_window().await;
        let streams: Vec<u32> = (1..3000).step_by(2).collect();
        for some in streams.chunks(30) {
            // In one piece, so that what lies behind the first message arrives together with it.
            let all = some.iter().map(|id| stalled(*id, filler, messages, len));
            let all: Vec<u8> = all.flatten().collect();
            client.0.write_all(&all).await.unwrap();
            client.answered_ping().await;
        }
        others_go_on(&book).await;
        measured.assert_below(budget(most) + most / 8 + streams.len() * 6 * KIB);
    }
}

#[tokio::test]
async fn a_client_that_stalls_takes_the_messages_of_its_streams_one_by_one() {
    let _turn = TURN.lock().await;
    let mut limits = GrpcLimits::default();
    limits.connection_window = 128 * KIB as u32;
    let (client, listener) = answered_with(limits).await;
    let (mut server, mut stalls) = Wire::meet(&listener, &[], client.bidi()).await;
    let mut other = client.bidi().await.unwrap();
    let notes = ["a", "b", "c"].map(note);
    let long = note(&"x".repeat(10 * KIB));
    for (stream, first) in [(1, framed(&[&notes[0], &long])), (3, framed(&[&notes[0]]))] {
        server
            .send(HEADERS, END_HEADERS, stream, &response(&[]))
            .await;
        server.send(DATA, 0, stream, &first).await;
    }
    // What lies behind this message is as much as all streams may have at hand.
    assert_eq!(stalls.recv().await.unwrap().as_ref(), Some(&notes[0]));
    server
        .send(DATA, 0, 3, &framed(&[&notes[1], &notes[2]]))
        .await;
    let end = block(&[("grpc-status", "0")]);
    server
        .send(HEADERS, END_HEADERS | END_STREAM, 3, &end)
        .await;
    // These messages wait on the way to the trailer.
    other.trailer().await.unwrap();
    for expected in &notes {
        assert_eq!(other.recv().await.unwrap().as_ref(), Some(expected));
    }
    assert_eq!(other.recv().await.unwrap(), None);
}
