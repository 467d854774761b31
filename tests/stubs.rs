//! A project as generated, before anybody has written a handler: it serves, and each method answers
//! with an error that names it.

use streamgen_runtime::{Error, ErrorKind, Result, Server};

#[allow(
    unreachable_pub,
    reason = "the scaffold of a program, which does not ask for that lint"
)]
#[path = "../snapshots/echo/src/handler.rs"]
mod handler;
#[path = "../snapshots/echo/src/stream_gen/mod.rs"]
mod stream_gen;

use handler::TestServiceImpl;
use stream_gen::echo::Request;
use stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};

async fn client() -> Result<TestServiceClient> {
    let service = TestServiceServer::new(TestServiceImpl);
    let server = Server::builder()
        .add_service(service)
        .bind("127.0.0.1:0")
        .await?;
    let address = server.local_addr()?;
    tokio::spawn(server.serve());
    TestServiceClient::builder("snapshot-echo")
        .address(address.to_string())
        .build()
}

fn assert_names(error: Error, method: &str) {
    assert_eq!(error.kind(), ErrorKind::Application, "{error}");
    let text = format!("TestService.{method} is not implemented");
    assert!(error.to_string().contains(&text), "{error}");
}

#[tokio::test]
async fn every_method_answers() -> Result<()> {
    let client = client().await?;

    let error = client
        .ping_pong(Request::default())
        .await
        .expect_err("it is a stub");
    assert_names(error, "PingPong");

    let (_sender, mut receiver) = client.echo().await?.split();
    assert_names(receiver.recv().await.expect_err("it is a stub"), "Echo");

    let stream = client.echo_client().await?;
    assert_names(
        stream.close_and_recv().await.expect_err("it is a stub"),
        "EchoClient",
    );

    let mut stream = client.echo_server(Request::default()).await?;
    assert_names(stream.recv().await.expect_err("it is a stub"), "EchoServer");
    Ok(())
}
