//! Connections that end with thousands of streams on them: these end a few at a time, so that whoever has
//! nothing to do with them goes on meanwhile.

use crate::grpc_support;
use crate::notes_support;

use grpc_support::RawServer;
use grpc_support::wire::{END_HEADERS, GOAWAY, HEADERS, Wire, request};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::Served;
use streamgen_runtime::Transport;
use tokio::sync::mpsc;
use tokio::task::yield_now;

const STREAMS: u32 = 3000;

/// How many streams may end between two turns of a task that has nothing to do with them. Some end at
/// once, and their tasks and those that notice their end come a few at a time.
const AT_ONCE: usize = 1000;

/// Runs a task that counts how many streams have ended since it ran last, until all have. It is a task
/// as all others are: a test's own has its turn more often.
async fn assert_ends_bit_by_bit<T: Send + 'static>(mut ended: mpsc::UnboundedReceiver<T>) {
    let counting = tokio::spawn(async move {
        let (mut left, mut most) = (STREAMS as usize, 0);
        while left > 0 {
            let mut some = 0;
            while ended.try_recv().is_ok() {
                some += 1;
            }
            left -= some;
            most = most.max(some);
            yield_now().await;
        }
        most
    });
    let most = counting.await.unwrap();
    assert!(most <= AT_ONCE, "{most} at once");
}

/// What handlers tell at their end, and a connection on which so many run.
async fn busy(book: &mut Served) -> (Wire, mpsc::UnboundedReceiver<impl Send + use<>>) {
    let mut client = Wire::connect(book.address).await;
    let headers = request("/notes.Notes/Bidi", &[]);
    for call in 0..STREAMS {
        client
            .send(HEADERS, END_HEADERS, 2 * call + 1, &headers)
            .await;
    }
    client.answered_ping().await;
    let (_, silent) = mpsc::unbounded_channel();
    (client, std::mem::replace(&mut book.told, silent))
}

#[tokio::test]
async fn handlers_whose_client_is_gone_end_a_few_at_a_time() {
    let mut book = Served::over(Transport::Grpc).await;
    let (client, told) = busy(&mut book).await;
    drop(client);
    assert_ends_bit_by_bit(told).await;
}

#[tokio::test]
async fn handlers_whose_client_breaks_the_protocol_end_a_few_at_a_time() {
    let mut book = Served::over(Transport::Grpc).await;
    let (mut client, told) = busy(&mut book).await;
    // HEADERS on stream 0.
    client.send(HEADERS, END_HEADERS, 0, &[]).await;
    assert_ends_bit_by_bit(told).await;
    assert_eq!(client.expect(GOAWAY).await.u32_at(4), 1);
}

#[tokio::test]
async fn calls_whose_server_is_gone_end_a_few_at_a_time() {
    let (listener, address) = RawServer::listen().await;
    let client = NotesClient::builder("dest.svc").address(address.to_string());
    let client = client.transport(Transport::Grpc).build().unwrap();
    let (server, first) = RawServer::meet(&listener, client.bidi()).await;
    let serving = server.hold();
    let (tell, told) = mpsc::unbounded_channel();
    let mut streams = vec![first];
    while streams.len() < STREAMS as usize {
        streams.push(client.bidi().await.unwrap());
    }
    for mut stream in streams {
        let tell = tell.clone();
        tokio::spawn(async move {
            stream.recv().await.unwrap_err();
            let _ = tell.send(());
        });
    }
    yield_now().await;
    serving.abort();
    assert_ends_bit_by_bit(told).await;
}
