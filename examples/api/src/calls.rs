//! The calls.

use streamgen_runtime::{Error, ErrorKind, Result};

use crate::request;
use crate::stream_gen::echo::test_service::TestServiceClient;

/// Makes every call and prints what comes back.
///
/// # Errors
/// The first call that fails.
pub async fn call_all(client: &TestServiceClient) -> Result<()> {
    bidirectional(client).await?;
    client_streaming(client).await?;
    server_streaming(client).await?;
    ping_pong(client).await
}

/// One task sends while another receives.
///
/// # Errors
/// The call fails.
pub async fn bidirectional(client: &TestServiceClient) -> Result<()> {
    let (mut sender, mut receiver) = client.echo().await?.split();
    let sending = tokio::spawn(async move {
        for word in ["one", "two", "three"] {
            sender.send(request(word)).await?;
        }
        sender.close().await
    });
    // `None`: the handler has returned.
    while let Some(res) = receiver.recv().await? {
        println!("Echo: {}", res.message.unwrap_or_default());
    }
    sending
        .await
        .map_err(|error| Error::new(ErrorKind::Application, 0, error.to_string()))?
}

/// Many requests, one response.
///
/// # Errors
/// The call fails.
pub async fn client_streaming(client: &TestServiceClient) -> Result<()> {
    let mut stream = client.echo_client().await?;
    for word in ["one", "two", "three"] {
        stream.send(request(word)).await?;
    }
    let res = stream.close_and_recv().await?;
    println!("EchoClient: {}", res.message.unwrap_or_default());
    Ok(())
}

/// One request, many responses.
///
/// # Errors
/// The call fails.
pub async fn server_streaming(client: &TestServiceClient) -> Result<()> {
    let mut stream = client.echo_server(request("one two three")).await?;
    while let Some(res) = stream.recv().await? {
        println!("EchoServer: {}", res.message.unwrap_or_default());
    }
    Ok(())
}

/// One request, one response, no stream.
///
/// # Errors
/// The call fails.
pub async fn ping_pong(client: &TestServiceClient) -> Result<()> {
    let res = client.echo_ping_pong(request("hello")).await?;
    println!("EchoPingPong: {}", res.message.unwrap_or_default());
    Ok(())
}
