//! An IDL that changes while calls run, and messages as values.

use serde_json::{Value, json};
use streamgen_dynamic::client::CallError;
use streamgen_dynamic::{Provider, Schema};

use crate::client::{any_client, message};

/// The IDL of the server, with a field that it does not know.
fn newer() -> Schema {
    let idl = "namespace go echo
        struct Request { 1: required string message, 2: optional i64 number }
        struct Response { 1: required string message, 2: optional i64 number }
        service TestService {
            Response PingPong(1: Request req),
            Response Echo(1: Request req) (streaming.mode = \"bidirectional\"),
        }";
    let schema = Provider::text("newer.thrift", idl).load();
    schema.expect("the IDL is right")
}

#[tokio::test]
async fn a_call_takes_the_idl_that_was_loaded_last() -> Result<(), CallError> {
    let client = any_client()
        .await
        .with_json_options(streamgen_dynamic::JsonOptions::new().deny_unknown_fields(true));
    let clone = client.clone();
    let request = r#"{"message":"a","number":1}"#;
    let error = client.call("PingPong", request).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("has no such field"), "{text}");
    client.reload(&newer())?;
    assert_eq!(clone.call("PingPong", request).await?, message("a"));
    let missing = clone.call("EchoServer", request).await;
    assert!(matches!(missing, Err(CallError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn a_stream_keeps_the_idl_that_it_began_with() -> Result<(), CallError> {
    let client = any_client().await;
    let mut stream = client.bidi_streaming("Echo").await?;
    let removed = Provider::text("empty.thrift", "service TestService {}").load();
    client.reload(&removed.expect("the IDL is right"))?;
    assert!(matches!(
        client.bidi_streaming("Echo").await,
        Err(CallError::NotFound(_))
    ));
    stream.send(&message("a")).await?;
    assert_eq!(stream.recv().await?, Some(message("a")));
    stream.close_send().await?;
    assert_eq!(stream.recv().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_client_whose_idl_cannot_be_loaded_goes_on_with_the_one_it_has() -> Result<(), CallError>
{
    let client = any_client().await;
    let broken = Provider::text("broken.thrift", "service TestService { Missing Ping() }").load();
    let text = broken.expect_err("the IDL is wrong").to_string();
    assert!(text.starts_with("broken.thrift:1:23: "), "{text}");
    let other = Provider::text("other.thrift", "service Other {}").load();
    let error = client.reload(&other.expect("the IDL is right"));
    let text = error.expect_err("the service is missing").to_string();
    assert_eq!(text, "the IDL has no service `TestService`");
    assert_eq!(client.call("PingPong", &message("a")).await?, message("a"));
    Ok(())
}

#[tokio::test]
async fn messages_are_trees_or_types_of_the_caller_if_asked_for() -> Result<(), CallError> {
    #[derive(serde::Deserialize, serde::Serialize)]
    struct Text {
        message: String,
    }

    let client = any_client().await;
    let sent = json!({"message": "a"});
    let reply: Value = client.call_value("PingPong", &sent).value().await?;
    assert_eq!(reply, sent);

    let mut stream = client.server_streaming_value("EchoServer", &sent).await?;
    let text: Option<Text> = stream.recv_value().await?;
    assert_eq!(text.map(|text| text.message).as_deref(), Some("a"));

    let mut stream = client.client_streaming("EchoClient").await?;
    stream.send_value(&sent).await?;
    assert_eq!(stream.close_and_recv_value::<Value>().await?, sent);

    let (mut sender, mut receiver) = client.bidi_streaming("Echo").await?.split();
    let error = sender.send_value(&json!({"message": 5})).await;
    assert!(matches!(error, Err(CallError::Request(_))));
    let no_json = std::collections::BTreeMap::from([([0_u8; 2], 1)]);
    let error = sender.send_value(&no_json).await;
    let text = error.expect_err("its keys are no strings").to_string();
    assert_eq!(text, "the value does not fit: key must be a string");
    sender.send_value(&sent).await?;
    let error = receiver.recv_value::<i64>().await;
    assert!(matches!(error, Err(CallError::Value(_))), "{error:?}");
    Ok(())
}
