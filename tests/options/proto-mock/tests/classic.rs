//! `-mock` for Protobuf, on the classic surface: a client for calls, and one for streams.

use option_proto_mock::stream_gen::samples::desk::desk::{
    DeskClient, DeskServer, DeskStreamClient, MockDesk,
};
use option_proto_mock::stream_gen::samples::desk::{Item, Sum};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{Code, Error, Result};

fn item(text: &str) -> Item {
    Item { text: text.into() }
}

#[tokio::test]
async fn every_kind_of_method_is_answered() -> Result<()> {
    let mock = MockDesk::new();
    let taken = mock.expect_take().returns_with(Ok);
    let collected = mock.expect_collect().returns_with(|items| {
        let value = items.iter().map(|item| item.text.len() as i64).sum();
        Ok(Sum { value })
    });
    mock.expect_watch()
        .when(|request| request.text == "a")
        .sends([item("1"), item("2")]);
    mock.expect_chat().answers_each(Ok);

    // One mock behind both clients.
    let invoker = Invoker::of(DeskServer::new(mock.clone()));
    let calls = DeskClient::builder("desk").dial(invoker.clone()).build()?;
    let streams = DeskStreamClient::builder("desk").dial(invoker).build()?;

    assert_eq!(calls.take(item("x")).await?, item("x"));
    assert_eq!(taken.requests(), [item("x")]);

    let mut stream = streams.collect().await?;
    stream.send(item("ab")).await?;
    stream.send(item("cde")).await?;
    assert_eq!(stream.close_and_recv().await?, Sum { value: 5 });
    assert_eq!(collected.requests(), [item("ab"), item("cde")]);

    let mut stream = streams.watch(item("a")).await?;
    assert_eq!(stream.recv().await?, Some(item("1")));
    assert_eq!(stream.recv().await?, Some(item("2")));
    assert_eq!(stream.recv().await?, None);

    let mut stream = streams.chat().await?;
    stream.send(item("y")).await?;
    assert_eq!(stream.recv().await?, Some(item("y")));
    Ok(())
}

#[tokio::test]
async fn a_status_of_grpc_is_answered() -> Result<()> {
    let mock = MockDesk::new();
    let missing = Error::grpc_status(Code::NOT_FOUND, "no such item");
    mock.expect_watch().fails(missing);
    let client = DeskStreamClient::in_memory(mock.clone());
    let mut stream = client.watch(item("a")).await?;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::NOT_FOUND));
    Ok(())
}
