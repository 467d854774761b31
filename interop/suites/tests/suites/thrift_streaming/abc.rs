//! `TestABCService` of `thrift_test.go`: messages of an included file whose name has dots.

use interop_suites::suite_gen::a::b::c::{Request, Response};
use interop_suites::suite_gen::suites::abc::{Abc, AbcClient, AbcServer};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, Server,
    ServerStreamingServer,
};

use crate::ways::each_way_of;
use crate::wire::{GRPC, THRIFT, TTHEADER, Wire};

struct Echoes;

fn response(message: impl Into<streamgen_runtime::FastStr>) -> Response {
    Response {
        message: message.into(),
    }
}

fn hello() -> Request {
    Request {
        message: "hello".into(),
    }
}

fn first(request: Option<Request>) -> Result<Response> {
    let request = request.ok_or_else(|| Error::application("no request"))?;
    Ok(response(request.message))
}

impl Abc for Echoes {
    async fn echo(&self, _: Context, req1: Request, req2: Request) -> Result<Response> {
        Ok(response(format!("{}{}", req1.message, req2.message)))
    }

    async fn bidi(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        let response = first(stream.recv().await?)?;
        stream.send(response).await
    }

    async fn client(
        &self,
        _: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        first(stream.recv().await?)
    }

    async fn server(
        &self,
        _: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        stream.send(response(req.message)).await
    }

    async fn unary(&self, _: Context, req: Request) -> Result<Response> {
        Ok(response(req.message))
    }
}

fn server() -> ServerBuilder {
    Server::builder().add_service(AbcServer::new(Echoes))
}

fn client(address: String, wire: Wire) -> AbcClient {
    let builder = wire.of(AbcClient::builder("abc").address(address));
    builder.build().unwrap()
}

#[tokio::test]
async fn abc_echo() {
    each_way_of("abc_echo", THRIFT, server, |address, wire| {
        Box::pin(async move {
            let [hel, lo] = ["hel", "lo"].map(|part| Request {
                message: part.into(),
            });
            let response = client(address, wire).echo(hel, lo).await.unwrap();
            assert_eq!(response.message, "hello");
        })
    })
    .await;
}

#[tokio::test]
async fn abc_unary() {
    each_way_of("abc_unary", &[GRPC], server, |address, wire| {
        Box::pin(async move {
            let response = client(address, wire).unary(hello()).await.unwrap();
            assert_eq!(response.message, "hello");
        })
    })
    .await;
}

#[tokio::test]
async fn abc_bidi() {
    each_way_of("abc_bidi", &[TTHEADER, GRPC], server, |address, wire| {
        Box::pin(async move {
            let mut stream = client(address, wire).bidi().await.unwrap();
            stream.send(hello()).await.unwrap();
            let response = stream.recv().await.unwrap().unwrap();
            assert_eq!(response.message, "hello");
        })
    })
    .await;
}

#[tokio::test]
async fn abc_server() {
    each_way_of("abc_server", &[TTHEADER, GRPC], server, |address, wire| {
        Box::pin(async move {
            let mut stream = client(address, wire).server(hello()).await.unwrap();
            let response = stream.recv().await.unwrap().unwrap();
            assert_eq!(response.message, "hello");
        })
    })
    .await;
}

#[tokio::test]
async fn abc_client() {
    each_way_of("abc_client", &[TTHEADER, GRPC], server, |address, wire| {
        Box::pin(async move {
            let mut stream = client(address, wire).client().await.unwrap();
            stream.send(hello()).await.unwrap();
            let response = stream.close_and_recv().await.unwrap();
            assert_eq!(response.message, "hello");
        })
    })
    .await;
}
