//! `-default-handlers`: a handler writes the methods that it has, and the trait answers the others.

use option_default_handlers::stream_gen::samples::defaults::Ask;
use option_default_handlers::stream_gen::samples::defaults::desk::{
    AskError, Desk, DeskClient, DeskServer,
};
use streamgen_runtime::{Context, Error, Result, Server, Transport, codes};

struct Echo;

impl Desk for Echo {
    async fn echo(&self, _cx: Context, ask: Ask) -> Result<Ask> {
        Ok(ask)
    }
}

fn assert_is_not_implemented(error: &Error, method: &str, transport: Transport) {
    let text = format!("Desk.{method} is not implemented");
    assert!(error.to_string().contains(&text), "{transport:?}: {error}");
    if transport == Transport::Grpc {
        assert_eq!(error.grpc_code(), Some(codes::UNIMPLEMENTED), "{error}");
    }
}

#[tokio::test]
async fn methods_that_nobody_has_written_answer_so() -> Result<()> {
    let server = Server::builder().add_service(DeskServer::new(Echo));
    let server = server.bind("127.0.0.1:0").await?;
    let address = server.local_addr()?.to_string();
    tokio::spawn(server.serve());
    for transport in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = DeskClient::builder("desk").address(address.clone());
        let client = client.transport(transport).build()?;
        let ask = Ask { text: "?".into() };
        assert_eq!(client.echo(ask.clone()).await?, ask);
        let error = client
            .ask(ask.clone(), 1)
            .await
            .expect_err("nobody wrote it");
        let AskError::Error(error) = error else {
            panic!("{error} is one of the IDL's");
        };
        assert_is_not_implemented(&error, "ask", transport);
        let error = client
            .watch(ask)
            .await?
            .recv()
            .await
            .expect_err("nobody wrote it");
        assert_is_not_implemented(&error, "watch", transport);
        let stream = client.collect().await?;
        let error = stream.close_and_recv().await.expect_err("nobody wrote it");
        assert_is_not_implemented(&error, "collect", transport);
        let (_sender, mut receiver) = client.chat().await?.split();
        let error = receiver.recv().await.expect_err("nobody wrote it");
        assert_is_not_implemented(&error, "chat", transport);
    }
    Ok(())
}
