//! `-mock`: what a mock answers, for each kind of method and over every wire.

use std::time::Duration;

use option_mock::stream_gen::samples::desk::desk::{
    AddArgs, DeskClient, DeskServer, MockDesk, TakeArgs, TakeError,
};
use option_mock::stream_gen::samples::desk::{Item, Refused};
use streamgen_runtime::mock::MAX_MESSAGES;
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{BizStatusError, Error, ErrorKind, Result, Transport, UnaryTransport};
use tokio::time::Instant;

fn item(text: &'static str) -> Item {
    Item { text: text.into() }
}

#[tokio::test]
async fn a_call_returns_a_value_a_computed_one_or_an_error() -> Result<()> {
    let mock = MockDesk::new();
    mock.expect_hello().returns("hello".into());
    let sums = mock
        .expect_add()
        .times(2)
        .returns_with(|args| Ok(args.a + args.b));
    mock.expect_clear().fails(Error::application("not today"));

    let client = DeskClient::in_memory(mock.clone());
    assert_eq!(client.hello("x".into()).await?, "hello");
    assert_eq!(client.add(1, 2).await?, 3);
    assert_eq!(client.add(3, 4).await?, 7);
    let refused = client.clear().await.unwrap_err();
    assert!(refused.message().contains("not today"), "{refused}");

    assert_eq!(sums.calls(), 2);
    assert_eq!(
        sums.requests(),
        [AddArgs { a: 1, b: 2 }, AddArgs { a: 3, b: 4 }]
    );
    Ok(())
}

#[tokio::test]
async fn a_declared_exception_and_a_business_status_arrive_as_such() {
    let mock = MockDesk::new();
    let refused = Refused {
        message: "no".into(),
    };
    let takes = mock.expect_take().fails(refused.clone());
    mock.expect_take()
        .fails(BizStatusError::new(42, "sold out"));

    let invoker = Invoker::of(DeskServer::new(mock.clone()));
    // A wire that carries the status.
    let client = DeskClient::builder("desk").unary_transport(UnaryTransport::TtHeaderFramed);
    let client = client.dial(invoker).build().expect("the settings are good");
    match client.take(item("a"), 1).await {
        Err(TakeError::Refused(found)) => assert_eq!(found, refused),
        other => panic!("{other:?}"),
    }
    match client.take(item("b"), 0).await {
        Err(TakeError::Error(error)) => {
            assert_eq!(error.biz_status().map(BizStatusError::code), Some(42));
        }
        other => panic!("{other:?}"),
    }
    let expected = TakeArgs {
        item: item("a"),
        limit: 1,
    };
    assert_eq!(takes.requests(), [expected]);
}

#[tokio::test]
async fn an_async_handler_sees_the_context() -> Result<()> {
    let mock = MockDesk::new();
    mock.expect_hello().runs(async |cx, name| {
        tokio::task::yield_now().await;
        Ok(format!("{} to {name}", cx.method()).into())
    });
    let client = DeskClient::in_memory(mock.clone());
    assert_eq!(client.hello("x".into()).await?, "hello to x");
    Ok(())
}

#[tokio::test]
async fn a_oneway_call_is_waited_for() -> Result<()> {
    let mock = MockDesk::new();
    let notes = mock.expect_note().returns(());
    let client = DeskClient::in_memory(mock.clone());
    client.note("line".into()).await?;
    mock.verify_within(Duration::from_secs(60)).await;
    assert_eq!(notes.requests(), ["line"]);
    Ok(())
}

#[tokio::test]
async fn a_stream_of_requests_is_received_and_answered() -> Result<()> {
    let mock = MockDesk::new();
    let all = mock.expect_collect().returns(item("done"));
    let count = mock
        .expect_collect()
        .returns_with(|items| Ok(item(if items.is_empty() { "none" } else { "some" })));
    mock.expect_collect().fails(Error::application("full"));
    mock.expect_collect()
        .runs(async |mut stream| Ok(stream.recv().await?.unwrap_or_default()));

    let client = DeskClient::in_memory(mock.clone());
    let mut stream = client.collect().await?;
    stream.send(item("1")).await?;
    stream.send(item("2")).await?;
    assert_eq!(stream.close_and_recv().await?, item("done"));
    assert_eq!(all.requests(), [item("1"), item("2")]);

    assert_eq!(
        client.collect().await?.close_and_recv().await?,
        item("none")
    );
    assert_eq!((count.calls(), count.requests()), (1, vec![]));

    let refused = client.collect().await?.close_and_recv().await.unwrap_err();
    assert!(refused.message().contains("full"), "{refused}");

    let mut stream = client.collect().await?;
    stream.send(item("first")).await?;
    assert_eq!(stream.close_and_recv().await?, item("first"));
    Ok(())
}

#[tokio::test]
async fn a_mock_holds_so_many_messages_of_a_call_and_no_more() -> Result<()> {
    let mock = MockDesk::new();
    mock.expect_collect().returns(item("done"));
    let client = DeskClient::in_memory(mock.clone());
    let mut stream = client.collect().await?;
    for _ in 0..=MAX_MESSAGES {
        // The mock may have given up already.
        if stream.send(item("one")).await.is_err() {
            break;
        }
    }
    let error = stream.close_and_recv().await.unwrap_err();
    assert!(
        error.message().contains("answer this one by `runs`"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn a_stream_of_responses_is_sent_and_ended() -> Result<()> {
    let mock = MockDesk::new();
    let watched = mock.expect_watch().sends(["1", "2"].map(item));
    mock.expect_watch()
        .sends_then_fails([item("3")], Error::application("torn"));
    mock.expect_watch().fails(BizStatusError::new(7, "closed"));
    mock.expect_watch().runs(async |request, mut stream| {
        stream.send(request.clone()).await?;
        stream.send(request).await
    });

    let client = DeskClient::in_memory(mock.clone());
    let mut stream = client.watch(item("a")).await?;
    assert_eq!(stream.recv().await?, Some(item("1")));
    assert_eq!(stream.recv().await?, Some(item("2")));
    assert_eq!(stream.recv().await?, None);
    assert_eq!(watched.requests(), [item("a")]);

    let mut stream = client.watch(item("b")).await?;
    assert_eq!(stream.recv().await?, Some(item("3")));
    assert!(stream.recv().await.unwrap_err().message().contains("torn"));

    let mut stream = client.watch(item("c")).await?;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.biz_status().map(BizStatusError::code), Some(7));

    let mut stream = client.watch(item("d")).await?;
    assert_eq!(stream.recv().await?, Some(item("d")));
    assert_eq!(stream.recv().await?, Some(item("d")));
    assert_eq!(stream.recv().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_conversation_is_held() -> Result<()> {
    let mock = MockDesk::new();
    let listed = mock.expect_chat().sends([item("welcome")]);
    let echoed = mock.expect_chat().answers_each(Ok);
    mock.expect_chat()
        .sends_then_fails([item("one")], Error::application("torn"));
    mock.expect_chat().fails(Error::application("busy"));
    mock.expect_chat().runs(async |mut stream| {
        let first = stream.recv().await?.unwrap_or_default();
        stream.send(first).await
    });

    let client = DeskClient::in_memory(mock.clone());
    let (mut sender, mut receiver) = client.chat().await?.split();
    assert_eq!(receiver.recv().await?, Some(item("welcome")));
    sender.send(item("a")).await?;
    sender.close().await?;
    assert_eq!(receiver.recv().await?, None);
    assert_eq!(listed.requests(), [item("a")]);

    let (mut sender, mut receiver) = client.chat().await?.split();
    for text in ["b", "c"] {
        sender.send(item(text)).await?;
        assert_eq!(receiver.recv().await?, Some(item(text)));
    }
    sender.close().await?;
    assert_eq!(receiver.recv().await?, None);
    assert_eq!(echoed.requests(), [item("b"), item("c")]);

    let mut stream = client.chat().await?;
    assert_eq!(stream.recv().await?, Some(item("one")));
    assert!(stream.recv().await.unwrap_err().message().contains("torn"));

    let error = client.chat().await?.recv().await.unwrap_err();
    assert!(error.message().contains("busy"), "{error}");

    let (mut sender, mut receiver) = client.chat().await?.split();
    sender.send(item("d")).await?;
    assert_eq!(receiver.recv().await?, Some(item("d")));
    assert_eq!(receiver.recv().await?, None);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits() -> Result<()> {
    let mock = MockDesk::new();
    let hello = mock
        .expect_hello()
        .delay(Duration::from_secs(5))
        .returns("late".into());
    mock.expect_watch()
        .delay(Duration::from_secs(7))
        .sends([item("late")]);
    let client = DeskClient::in_memory(mock.clone());

    let began = Instant::now();
    assert_eq!(client.hello("x".into()).await?, "late");
    assert_eq!(began.elapsed().as_secs(), 5);
    let mut stream = client.watch(item("x")).await?;
    assert_eq!(stream.recv().await?, Some(item("late")));
    assert_eq!(began.elapsed().as_secs(), 12);
    assert_eq!(hello.calls(), 1);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_client_gives_up_on_an_answer_that_waits() {
    let mock = MockDesk::new();
    let hello = mock
        .expect_hello()
        .delay(Duration::from_secs(60))
        .returns("late".into());
    let client = DeskClient::in_memory(mock.clone());
    let call = client.hello("x".into()).timeout(Duration::from_secs(1));
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(hello.calls(), 1);
}

#[tokio::test]
async fn a_mock_is_served_over_every_wire() -> Result<()> {
    let mock = MockDesk::new();
    let calls = mock.expect_hello().times(..).returns("hello".into());
    let chats = mock.expect_chat().times(..).answers_each(Ok);
    let invoker = Invoker::of(DeskServer::new(mock.clone()));
    let client = || DeskClient::builder("desk").dial(invoker.clone());
    let clients = [
        client().transport(Transport::TtHeaderStreaming).build()?,
        client().transport(Transport::Grpc).build()?,
        client()
            .unary_transport(UnaryTransport::TtHeaderFramed)
            .build()?,
        client().unary_transport(UnaryTransport::Buffered).build()?,
    ];
    for client in &clients {
        assert_eq!(client.hello("x".into()).await?, "hello");
        let mut stream = client.chat().await?;
        stream.send(item("a")).await?;
        assert_eq!(stream.recv().await?, Some(item("a")));
    }
    assert_eq!(
        (calls.calls(), chats.calls()),
        (clients.len(), clients.len())
    );
    Ok(())
}
