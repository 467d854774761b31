//! A server of the echo example's service, for sessions of `streamgen call`.

use std::future;
use std::sync::Arc;

use echo_example::stream_gen::echo::test_service::{TestService, TestServiceServer};
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, Metadata, Result,
    Server, ServerStreamingServer, ServerTls,
};
use tokio::sync::Notify;

/// Says back what it is told, or fails as it is told.
#[derive(Default)]
pub(crate) struct Handlers {
    /// Told when a bidirectional stream has been cancelled.
    pub(crate) cancelled: Arc<Notify>,
}

fn pair(value: &'static str) -> Metadata {
    Metadata::from_iter([("x-cluster", value)])
}

/// What the text asks for.
async fn obey(cx: &Context, text: &str) -> Result<Response> {
    let answer = |message: &str| Response {
        message: message.to_owned().into(),
    };
    match text {
        "business" => {
            let error = BizStatusError::new(10001, "insufficient balance").extra("need", "5");
            Err(error.into())
        }
        "fail" => Err(Error::application("no luck")),
        "hang" => future::pending().await,
        "who" => Ok(answer(cx.metainfo("TENANT").unwrap_or_default())),
        "who behind" => Ok(answer(cx.persistent_metainfo("TENANT").unwrap_or_default())),
        "header" => Ok(answer(cx.header().get("x-user").unwrap_or_default())),
        "metadata" => {
            // Calls over TTHeader have backward metainfo instead.
            if !cx.set_trailer(pair("tail"))? {
                cx.send_backward("x-cluster", "back");
            }
            cx.set_header(pair("head"))?;
            Ok(answer(text))
        }
        text => Ok(answer(text)),
    }
}

impl TestService for Handlers {
    async fn ping_pong(&self, cx: Context, req: Request) -> Result<Response> {
        obey(&cx, &req.message).await
    }

    async fn echo(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        loop {
            let received = stream.recv().await;
            if received.as_ref().is_err_and(Error::is_canceled) {
                self.cancelled.notify_one();
            }
            let Some(req) = received? else {
                return Ok(());
            };
            if req.message == "metadata" {
                stream.set_header(pair("head"))?;
                stream.set_trailer(pair("tail"))?;
            }
            stream.send(obey(&cx, &req.message).await?).await?;
        }
    }

    async fn echo_client(
        &self,
        cx: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut all = Vec::new();
        while let Some(req) = stream.recv().await? {
            all.push(req.message.to_string());
        }
        obey(&cx, &all.join("+")).await
    }

    async fn echo_server(
        &self,
        cx: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        for count in 1..=3 {
            let message = format!("{} {count}", req.message).into();
            stream.send(Response { message }).await?;
        }
        obey(&cx, &req.message).await.map(drop)
    }
}

/// A server, which ends with the test.
pub(crate) async fn serve(handlers: Handlers) -> String {
    start(Server::builder().add_service(TestServiceServer::new(handlers))).await
}

/// The same behind TLS, for clients of this authority if one is given.
pub(crate) async fn serve_secured(chain: &str, key: &str, clients: Option<&str>) -> String {
    let (chain, key) = (chain.as_bytes(), key.as_bytes());
    let tls = match clients {
        None => ServerTls::new(chain, key),
        Some(authority) => ServerTls::with_client_ca(chain, key, authority.as_bytes()),
    };
    let tls = tls.expect("they were made for this");
    let service = TestServiceServer::new(Handlers::default());
    start(Server::builder().add_service(service).tls(tls)).await
}

/// A service of Protobuf, which tells what it is.
pub(crate) async fn serve_protobuf() -> String {
    start(pow_example::server().expect("its descriptors are right")).await
}

/// The same behind TLS.
pub(crate) async fn serve_protobuf_secured(chain: &str, key: &str) -> String {
    let tls = ServerTls::new(chain.as_bytes(), key.as_bytes());
    let server = pow_example::server().expect("its descriptors are right");
    start(server.tls(tls.expect("they were made for this"))).await
}

async fn start(server: streamgen_runtime::ServerBuilder) -> String {
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address.to_string()
}
