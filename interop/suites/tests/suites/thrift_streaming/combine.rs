//! `TestCombineService` of `thrift_test.go`: a call and a stream of the one service that `-combine-service` makes of two.

use interop_suites::combine_gen::combine::Msg;
use interop_suites::combine_gen::combine::combine_service::{
    CombineService, CombineServiceClient, CombineServiceServer,
};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{BidiStreamingServer, Context, Result, Server};

use crate::ways::each_way_of;
use crate::wire::{COMBINE, COMBINE_GRPC, Wire};

struct Echoes;

impl CombineService for Echoes {
    async fn foo(&self, _: Context, req: Msg) -> Result<Msg> {
        Ok(req)
    }

    async fn bar(&self, _: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        while let Some(request) = stream.recv().await? {
            stream.send(request).await?;
        }
        Ok(())
    }
}

fn server() -> ServerBuilder {
    Server::builder().add_service(CombineServiceServer::new(Echoes))
}

fn client(address: String, wire: Wire) -> CombineServiceClient {
    let builder = wire.of(CombineServiceClient::builder("combine").address(address));
    builder.build().unwrap()
}

fn hello() -> Msg {
    Msg {
        message: "hello".into(),
    }
}

#[tokio::test]
async fn combine_foo() {
    each_way_of("combine_foo", &[COMBINE], server, |address, wire| {
        Box::pin(async move {
            let response = client(address, wire).foo(hello()).await.unwrap();
            assert_eq!(response, hello());
        })
    })
    .await;
}

#[tokio::test]
async fn combine_bar() {
    each_way_of(
        "combine_bar",
        &[COMBINE, COMBINE_GRPC],
        server,
        |address, wire| {
            Box::pin(async move {
                let mut stream = client(address, wire).bar().await.unwrap();
                stream.send(hello()).await.unwrap();
                assert_eq!(stream.recv().await.unwrap(), Some(hello()));
                stream.close_send().await.unwrap();
            })
        },
    )
    .await;
}
