//! What this side has to send, and the peer does not take.

use crate::grpc_support::framed;
use crate::grpc_support::wire::{
    DATA, END_HEADERS, END_STREAM, HEADERS, INITIAL_WINDOW_SIZE, RST_STREAM, WINDOW_UPDATE, Wire,
    request,
};
use crate::notes_support::thrift::book::note;
use crate::{KIB, MIB, Peak, begun, open, others_go_on, serve};

#[tokio::test]
async fn what_a_client_does_not_take_is_bounded_together() {
    let measured = Peak::start().await;
    let most = 8 * MIB;
    let book = serve(|limits| limits.connection_output = most).await;
    // It gives its streams no window.
    let mut client = Wire::connect_with(book.address, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    client.open_window().await;
    let streams = 1200;
    for stream in (1..).step_by(2).take(streams) {
        if stream % 64 == 1 {
            client.answered_ping().await;
        }
        open(&mut client, stream, "flood leave").await;
    }
    // Notes of 16 KiB, four of which are queued for the first streams: refused, or ended.
    let reset = client.expect(RST_STREAM).await;
    assert!([7, 11].contains(&reset.u32_at(0)), "{reset:?}");
    // One of those that are left gets its window.
    let more = (1_u32 << 20).to_be_bytes();
    client.send(WINDOW_UPDATE, 0, 1, &more).await;
    assert_eq!(client.expect(DATA).await.stream, 1);
    others_go_on(&book).await;
    measured.assert_below(most / 10 * 11 + streams * 8 * KIB);
}

#[tokio::test]
async fn answers_that_a_client_does_not_take_are_bounded_together() {
    let measured = Peak::start().await;
    let most = 4 * MIB;
    let book = serve(|limits| limits.connection_output = most).await;
    let mut client = Wire::connect_with(book.address, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    client.answered_settings().await;
    // The arguments of the method: field 1 is the note.
    let note = &framed(&[&note(&"x".repeat(15 * KIB))])[5..];
    let message = [&begun(note.len() + 4)[..], &[0x0c, 0, 1], note, &[0]].concat();
    let calls = 600;
    for stream in (1..).step_by(2).take(calls) {
        let headers = request("/notes.Notes/Unary", &[]);
        client.send(HEADERS, END_HEADERS, stream, &headers).await;
        client.send(DATA, END_STREAM, stream, &message).await;
        if stream % 64 == 1 {
            client.answered_ping().await;
        }
    }
    // 9 MB in all.
    let reset = client.expect(RST_STREAM).await;
    assert!([7, 11].contains(&reset.u32_at(0)), "{reset:?}");
    others_go_on(&book).await;
    measured.assert_below(most / 10 * 11 + calls * 4 * KIB);
}
