//! `-mock`: whatever the IDL calls its services and methods, the mock has its own.

use option_mock::stream_gen::samples::desk::Item;
use option_mock::stream_gen::samples::desk::args::{ArgsClient, MockArgs, MockArgs_};
use option_mock::stream_gen::samples::desk::base::{BaseClient, MockBase};
use option_mock::stream_gen::samples::desk::mock_desk::{
    MockDesk, MockDeskClient, MockMockDesk, TypeArgs,
};
use option_mock::stream_gen::samples::desk::nothing::{MockNothing, NothingClient};
use streamgen_runtime::Result;

#[tokio::test]
async fn methods_of_the_idl_hide_none_of_the_mock() -> Result<()> {
    let mock = MockMockDesk::new();
    mock.expect_new().returns(());
    let verified = mock.expect_verify().returns(());
    mock.expect_times().times(1).returns_with(Ok);
    let types = mock.expect_type().returns("type".into());
    mock.expect_calls().returns(());
    mock.expect_clone().returns(());
    mock.expect_expect_new().returns(());
    let text = Item { text: "a".into() };
    mock.expect_match().sends([text.clone()]);
    mock.expect_long_name_of_a_method().returns("long".into());

    // The trait has a `clone` too.
    let client = MockDeskClient::in_memory(Clone::clone(&mock));
    client.new().await?;
    client.verify("cx".into()).await?;
    assert_eq!(client.times(3).await?, 3);
    assert_eq!(client.r#type("a".into(), "b".into()).await?, "type");
    client.calls(text.clone()).await?;
    client.clone().await?;
    client.expect_new().await?;
    assert_eq!(
        client.r#match(text.clone()).await?.recv().await?,
        Some(text)
    );
    assert_eq!(client.long_name_of_a_method("x".into()).await?, "long");
    mock.verify();
    assert_eq!(mock.calls().len(), 9);

    assert_eq!(verified.requests(), ["cx"]);
    let expected = TypeArgs {
        self_: "a".into(),
        mock: "b".into(),
    };
    assert_eq!(types.requests(), [expected]);
    is_a_handler(&mock);
    Ok(())
}

fn is_a_handler(_: &impl MockDesk) {}

#[tokio::test]
async fn each_service_of_a_file_has_its_own() -> Result<()> {
    let mock = MockArgs_::new();
    let calls = mock.expect_mock().returns(());
    ArgsClient::in_memory(mock.clone()).mock(1, 2).await?;
    assert_eq!(calls.requests(), [MockArgs { a: 1, b: 2 }]);

    let base = MockBase::default();
    base.expect_hello().returns("base".into());
    let client = BaseClient::in_memory(base.clone());
    assert_eq!(client.hello("x".into()).await?, "base");

    let nothing = MockNothing::new();
    let _client = NothingClient::in_memory(nothing.clone());
    nothing.verify();
    Ok(())
}
