//! The calls: ping-pong, bidirectional, client streaming, server streaming.

use std::time::Duration;

use streamgen_runtime::{Error, ErrorKind, Result};

use crate::stream_gen::echo::Request;
use crate::stream_gen::echo::test_service::TestServiceClient;

/// Makes every call and prints what comes back.
///
/// # Errors
/// The first call that fails.
pub async fn call_all(address: &str) -> Result<()> {
    let client = TestServiceClient::builder("echo-server")
        .address(address.to_owned())
        .rpc_timeout(Duration::from_secs(5))
        .build()?;
    ping_pong(&client).await?;
    bidirectional(&client).await?;
    client_streaming(&client).await?;
    server_streaming(&client).await
}

async fn ping_pong(client: &TestServiceClient) -> Result<()> {
    let reply = client.ping_pong(request("hello")).await?;
    println!("PingPong: {}", reply.message);
    Ok(())
}

/// One task sends, another receives.
async fn bidirectional(client: &TestServiceClient) -> Result<()> {
    let (mut sender, mut receiver) = client.echo().await?.split();
    let sending = tokio::spawn(async move {
        for i in 0..3 {
            sender.send(request(format!("client, {i}"))).await?;
        }
        sender.close().await
    });
    while let Some(reply) = receiver.recv().await? {
        println!("Echo: {}", reply.message);
    }
    println!("Echo: end");
    sending
        .await
        .map_err(|error| Error::new(ErrorKind::Application, 0, error.to_string()))?
}

async fn client_streaming(client: &TestServiceClient) -> Result<()> {
    let mut stream = client.echo_client().await?;
    for i in 0..3 {
        stream.send(request(format!("hello, {i}"))).await?;
    }
    let reply = stream.close_and_recv().await?;
    println!("EchoClient: {}", reply.message);
    Ok(())
}

/// Options are set on the call, before it is awaited.
async fn server_streaming(client: &TestServiceClient) -> Result<()> {
    let call = client
        .echo_server(request("hello"))
        .timeout(Duration::from_secs(5));
    let mut stream = call.await?;
    while let Some(reply) = stream.recv().await? {
        println!("EchoServer: {}", reply.message);
    }
    println!("EchoServer: end");
    Ok(())
}

fn request(message: impl Into<streamgen_runtime::FastStr>) -> Request {
    Request {
        message: message.into(),
    }
}
