//! `-invoker`: what a test of a handler looks like, without a port and without a running server.

use option_invoker::stream_gen::samples::greeter::Line;
use option_invoker::stream_gen::samples::greeter::greeter::{
    Greeter, GreeterClient, GreeterServer,
};
use streamgen_runtime::{BidiStreamingServer, Context, FastStr, Result, Transport, UnaryTransport};

struct Polite;

impl Greeter for Polite {
    async fn hello(&self, _cx: Context, name: FastStr) -> Result<FastStr> {
        Ok(format!("hello, {name}").into())
    }

    async fn bye(&self, _cx: Context, _name: FastStr) -> Result<()> {
        Ok(())
    }

    async fn chat(&self, _cx: Context, mut stream: BidiStreamingServer<Line, Line>) -> Result<()> {
        while let Some(line) = stream.recv().await? {
            stream.send(line).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_client_talks_to_the_handler() -> Result<()> {
    let invoker = GreeterServer::new(Polite).into_invoker();
    let client = GreeterClient::builder("greeter").dial(invoker).build()?;
    assert_eq!(client.hello("x".into()).await?, "hello, x");
    client.bye("x".into()).await?;
    let (mut tx, mut rx) = client.chat().await?.split();
    tx.send(Line { text: "1".into() }).await?;
    assert_eq!(rx.recv().await?.map(|line| line.text), Some("1".into()));
    tx.close().await?;
    assert_eq!(rx.recv().await?, None);
    Ok(())
}

#[tokio::test]
async fn the_wire_is_the_clients_choice() -> Result<()> {
    let invoker = GreeterServer::new(Polite).into_invoker();
    let builder = || GreeterClient::builder("greeter").dial(invoker.clone());
    for client in [
        builder().transport(Transport::Grpc).build()?,
        builder()
            .unary_transport(UnaryTransport::TtHeaderFramed)
            .build()?,
        builder()
            .unary_transport(UnaryTransport::Buffered)
            .build()?,
    ] {
        assert_eq!(client.hello("y".into()).await?, "hello, y");
    }
    Ok(())
}

/// The bytes of a call over Framed: length, version and kind, method, number of the call, arguments.
const HELLO: &[u8] = b"\0\0\0\x1b\x80\x01\0\x01\0\0\0\x05Hello\0\0\0\x01\x0b\0\x01\0\0\0\x02hi\0";

#[tokio::test]
async fn a_message_is_answered_with_a_message() -> Result<()> {
    let invoker = GreeterServer::new(Polite).into_invoker();
    let answer = invoker.call(HELLO).await?;
    let expected =
        b"\0\0\0\x22\x80\x01\0\x02\0\0\0\x05Hello\0\0\0\x01\x0b\0\0\0\0\0\x09hello, hi\0";
    assert_eq!(answer, &expected[..]);
    Ok(())
}
