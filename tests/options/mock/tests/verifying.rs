//! `-mock`: which expectation takes a call, and what a test is told of those that are not met.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use option_mock::stream_gen::samples::desk::Item;
use option_mock::stream_gen::samples::desk::desk::{DeskClient, DeskServer, MockDesk};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{Code, Result, Transport};

fn item(text: &'static str) -> Item {
    Item { text: text.into() }
}

/// What a mock says when it is verified, without the places in this file.
fn report(verify: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(verify)).expect_err("it has something to say");
    let text = panic.downcast::<String>().expect("it is a text");
    let without_place = |line: &str| match line.split_once(" (") {
        Some((text, place)) => {
            assert!(
                place.starts_with("tests/options/mock/tests/verifying.rs:"),
                "{place}"
            );
            text.to_owned()
        }
        None => line.to_owned(),
    };
    text.lines()
        .map(without_place)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_did_not_come_is_listed() {
    let mock = MockDesk::new();
    mock.expect_hello().returns("hello".into());
    mock.expect_add().times(2..=3).returns(0);
    mock.expect_clear().times(..).returns(());
    mock.expect_chat().times(1..).answers_each(Ok);
    assert_eq!(
        report(|| mock.verify()),
        "the mock of Desk did not get the calls that it expects:\n\
         - Desk.hello: expected 1 call, got none\n\
         - Desk.add: expected 2 to 3 calls, got none\n\
         - Desk.chat: expected at least 1 call, got none"
    );
}

#[tokio::test]
async fn what_nobody_expects_is_refused_and_noted() {
    let mock = MockDesk::new();
    mock.expect_hello().returns("hello".into());
    let invoker = Invoker::of(DeskServer::new(mock.clone()));
    // A wire that carries the status.
    let client = DeskClient::builder("desk").transport(Transport::Grpc);
    let client = client.dial(invoker).build().expect("the settings are good");

    let error = client.add(1, 2).await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::UNIMPLEMENTED));
    assert_eq!(
        error.message(),
        "the mock of Desk does not expect this call of `add`: no expectation names the method"
    );
    client.hello("x".into()).await.expect("it is expected");
    let error = client.hello("y".into()).await.unwrap_err();
    assert_eq!(
        error.message(),
        "the mock of Desk does not expect this call of `hello`: it has had all calls that it expects"
    );
    let mut stream = client.chat().await.expect("a stream opens");
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::UNIMPLEMENTED));

    let calls = mock.calls();
    let calls = calls.iter().map(|call| (call.method, call.expected));
    let expected = [
        ("add", false),
        ("hello", true),
        ("hello", false),
        ("chat", false),
    ];
    assert!(calls.eq(expected));
    assert_eq!(
        report(|| mock.verify()),
        "the mock of Desk did not get the calls that it expects:\n\
         - Desk.add: did not expect a call with AddArgs { a: 1, b: 2 }: no expectation names the method\n\
         - Desk.hello: did not expect a call with \"y\": it has had all calls that it expects\n\
         - Desk.chat: did not expect a call with a stream: no expectation names the method"
    );
}

#[tokio::test]
async fn of_many_calls_that_nobody_expects_ten_are_shown() {
    let mock = MockDesk::new();
    let client = DeskClient::in_memory(mock.clone());
    for number in 0..12 {
        client.add(number, 0).await.unwrap_err();
    }
    let report = report(|| mock.verify());
    assert_eq!(report.lines().count(), 1 + 10 + 1, "{report}");
    assert!(
        report.ends_with("\n- and 2 calls more that it did not expect"),
        "{report}"
    );
}

#[tokio::test]
async fn a_call_takes_the_first_expectation_that_takes_it() -> Result<()> {
    let mock = MockDesk::new();
    mock.expect_hello().returns("first".into());
    mock.expect_hello().times(2).returns("then".into());
    mock.expect_add()
        .when(|args| args.a > 0)
        .when(|args| args.b > 0)
        .times(..)
        .returns_with(|args| Ok(args.a + args.b));
    mock.expect_add().returns(-1);
    let client = DeskClient::in_memory(mock.clone());
    for answer in ["first", "then", "then"] {
        assert_eq!(client.hello("x".into()).await?, answer);
    }
    assert_eq!(client.add(1, 0).await?, -1);
    assert_eq!(client.add(1, 2).await?, 3);
    mock.verify();

    let error = client.add(0, 5).await.unwrap_err();
    assert!(error.message().contains("has had all calls"), "{error}");
    report(|| mock.verify());
    Ok(())
}

#[tokio::test]
async fn a_condition_is_about_the_request() -> Result<()> {
    let mock = MockDesk::new();
    // The condition may ask the mock.
    let asked = mock.clone();
    mock.expect_hello()
        .when(move |name| name == "x" && asked.calls().is_empty())
        .returns("hello".into());
    mock.expect_watch()
        .when(|request| request.text == "a")
        .sends([item("a")]);
    let client = DeskClient::in_memory(mock.clone());
    let error = client.hello("y".into()).await.unwrap_err();
    assert!(error.message().contains("no condition"), "{error}");
    let mut stream = client.watch(item("a")).await?;
    assert_eq!(stream.recv().await?, Some(item("a")));
    assert_eq!(
        report(|| mock.verify()),
        "the mock of Desk did not get the calls that it expects:\n\
         - Desk.hello: expected 1 call, got none\n\
         - Desk.hello: did not expect a call with \"y\": no condition of an expectation holds for the request"
    );
    Ok(())
}

#[tokio::test]
async fn calls_come_in_the_order_that_the_test_says() -> Result<()> {
    let mock = MockDesk::new();
    mock.expect_clear().in_order().returns(());
    mock.expect_add().times(..=1).in_order().returns(0);
    mock.expect_hello()
        .in_order()
        .times(1..)
        .returns("hello".into());
    mock.expect_watch().times(..).sends([item("a")]);
    let client = DeskClient::in_memory(mock.clone());

    let error = client.hello("early".into()).await.unwrap_err();
    assert!(error.message().contains("it is not its turn"), "{error}");
    // What is in no order comes when it likes.
    assert_eq!(
        client.watch(item("a")).await?.recv().await?,
        Some(item("a"))
    );
    client.clear().await?;
    // `add` may be left out.
    assert_eq!(client.hello("x".into()).await?, "hello");
    let error = client.add(1, 1).await.unwrap_err();
    assert!(error.message().contains("it is not its turn"), "{error}");
    assert_eq!(client.hello("y".into()).await?, "hello");
    let report = report(|| mock.verify());
    assert_eq!(report.matches("it is not its turn").count(), 2, "{report}");
    Ok(())
}

#[tokio::test]
async fn many_calls_at_once_are_counted_each() -> Result<()> {
    let mock = MockDesk::new();
    let added = mock.expect_add().times(50).returns_with(|args| Ok(args.a));
    let client = DeskClient::in_memory(mock.clone());
    let calls: Vec<_> = (0..50)
        .map(|number| tokio::spawn(client.add(number, 0).into_future()))
        .collect();
    for (number, call) in (0..).zip(calls) {
        assert_eq!(call.await.expect("it does not panic")?, number);
    }
    let mut numbers: Vec<_> = added.requests().iter().map(|args| args.a).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..50));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn verifying_waits_for_calls_and_not_for_ever() -> Result<()> {
    let mock = MockDesk::new();
    let notes = mock.expect_note().times(2).returns(());
    let client = DeskClient::in_memory(mock.clone());
    client.note("one".into()).await?;
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        client.note("two".into()).await
    });
    mock.verify_within(Duration::from_secs(60)).await;
    assert_eq!(notes.calls(), 2);
    late.await.expect("it does not panic")?;

    mock.expect_clear().returns(());
    let waiting = tokio::spawn(async move { mock.verify_within(Duration::from_secs(60)).await });
    let panic = waiting.await.expect_err("nothing comes").into_panic();
    let text = panic.downcast::<String>().expect("it is a text");
    assert!(
        text.contains("Desk.clear: expected 1 call, got none"),
        "{text}"
    );
    Ok(())
}

#[test]
fn the_drop_of_the_first_one_verifies() {
    let mock = MockDesk::new();
    mock.expect_hello().returns("hello".into());
    let clone = mock.clone();
    drop(clone);
    assert_eq!(
        report(|| drop(mock)),
        "the mock of Desk did not get the calls that it expects:\n\
         - Desk.hello: expected 1 call, got none"
    );
}

#[test]
fn a_mock_that_has_said_so_does_not_say_it_again() {
    let mock = MockDesk::new();
    mock.expect_hello().returns("hello".into());
    report(|| mock.verify());
    drop(mock);
}

/// A second panic would abort the process.
#[test]
fn a_thread_that_panics_is_told_nothing_more() {
    let panic = catch_unwind(|| {
        let mock = MockDesk::new();
        mock.expect_hello().returns("hello".into());
        panic!("the test's own");
    });
    let text = panic.expect_err("it panics");
    assert_eq!(text.downcast_ref(), Some(&"the test's own"));
}

#[test]
fn a_condition_alone_expects_nothing() {
    let mock = MockDesk::new();
    let _ = mock.expect_hello().times(3);
    mock.verify();
}
