//! Typed client → proxy → typed server, over every wire. `interop/peer` runs its whole contract, with
//! Kitex at both ends, through the same proxy.

use std::net::SocketAddr;

use echo_example::stream_gen::echo::test_service::{
    TestService, TestServiceClient, TestServiceServer,
};
use echo_example::stream_gen::echo::{Request, Response};
use proxy_example::Proxy;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, Result, Server,
    ServerBuilder, ServerStreamingServer, Transport, UnaryTransport,
};
use tokio::sync::mpsc;

/// The server behind the proxy. It tells why its streams were cancelled.
struct Behind(mpsc::UnboundedSender<Error>);

fn response(text: impl Into<String>) -> Response {
    Response {
        message: text.into().into(),
    }
}

fn request(text: &'static str) -> Request {
    Request {
        message: text.into(),
    }
}

impl TestService for Behind {
    async fn ping_pong(&self, cx: Context, req: Request) -> Result<Response> {
        if req.message == "biz" {
            return Err(BizStatusError::new(7, "no").extra("k", "v").into());
        }
        let value = cx.metainfo("KEY").unwrap_or_default().to_owned();
        cx.send_backward("back", "b1");
        Ok(response(format!("{} {value}", req.message)))
    }

    async fn echo(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        stream.set_header([("set", "h1")])?;
        stream.set_trailer([("trailer", "t1")])?;
        while let Some(req) = stream.recv().await? {
            match &*req.message {
                "biz" => return Err(BizStatusError::new(7, "no").into()),
                "hold" => {
                    stream.send(response("held")).await?;
                    let reason = cx.cancelled().await;
                    let _ = self.0.send(reason.clone());
                    return Err(reason);
                }
                text => stream.send(response(text)).await?,
            }
        }
        Ok(())
    }

    async fn echo_client(
        &self,
        _: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut all = String::new();
        while let Some(req) = stream.recv().await? {
            all.push_str(&req.message);
        }
        Ok(response(all))
    }

    async fn echo_server(
        &self,
        _: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        for _ in 0..3 {
            stream.send(response(&*req.message)).await?;
        }
        Ok(())
    }
}

async fn serve(builder: ServerBuilder) -> SocketAddr {
    let server = builder.bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address
}

/// A server, and a proxy in front of it, whose address this is.
async fn proxied() -> (SocketAddr, mpsc::UnboundedReceiver<Error>) {
    let (tell, told) = mpsc::unbounded_channel();
    let service = TestServiceServer::new(Behind(tell));
    let behind = serve(Server::builder().add_service(service)).await;
    let proxy = Proxy::new(&behind.to_string()).expect("an address");
    (
        serve(Server::builder().add_unknown_handler(proxy)).await,
        told,
    )
}

fn client(proxy: SocketAddr, stream: Transport, unary: UnaryTransport) -> TestServiceClient {
    let builder = TestServiceClient::builder("echo-server").address(proxy.to_string());
    let builder = builder.transport(stream).unary_transport(unary);
    builder.caller("client").build().expect("it has an address")
}

#[tokio::test]
async fn calls_go_through_over_every_wire() -> Result<()> {
    let (proxy, _) = proxied().await;
    for wire in [UnaryTransport::Buffered, UnaryTransport::Framed] {
        let client = client(proxy, Transport::TtHeaderStreaming, wire);
        assert_eq!(client.ping_pong(request("a")).await?.message, "a ");
    }
    for wire in [
        UnaryTransport::TtHeader,
        UnaryTransport::TtHeaderFramed,
        UnaryTransport::Grpc,
    ] {
        let client = client(proxy, Transport::TtHeaderStreaming, wire);
        let call = client.ping_pong(request("a")).metainfo("KEY", "v1");
        let (reply, backward) = call.with_backward().await?;
        assert_eq!(reply.message, "a v1");
        assert_eq!(backward.get("back"), Some("b1"), "{wire:?}");
        let error = client.ping_pong(request("biz")).await.unwrap_err();
        let biz = error.biz_status().expect("a business error");
        assert_eq!((biz.code(), biz.message()), (7, "no"));
        assert_eq!(
            biz.extras().and_then(|extras| extras.get("k").cloned()),
            Some("v".into())
        );
    }
    Ok(())
}

#[tokio::test]
async fn streams_of_every_shape_go_through() -> Result<()> {
    let (proxy, _) = proxied().await;
    for wire in [Transport::TtHeaderStreaming, Transport::Grpc] {
        let client = client(proxy, wire, UnaryTransport::Framed);
        let mut stream = client.echo().await?;
        for text in ["a", "b"] {
            stream.send(request(text)).await?;
            let reply = stream.recv().await?.expect("an answer to each");
            assert_eq!(reply.message, text);
        }
        stream.close_send().await?;
        assert!(stream.recv().await?.is_none());
        assert_eq!(stream.header().await?.get("set"), Some("h1"));
        assert_eq!(stream.trailer().await?.get("trailer"), Some("t1"));

        let mut stream = client.echo_client().await?;
        stream.send(request("a")).await?;
        stream.send(request("b")).await?;
        assert_eq!(stream.close_and_recv().await?.message, "ab");

        let mut stream = client.echo_server(request("c")).await?;
        let mut count = 0;
        while stream.recv().await?.is_some() {
            count += 1;
        }
        assert_eq!(count, 3);

        let mut stream = client.echo().await?;
        stream.send(request("biz")).await?;
        let error = stream.recv().await.unwrap_err();
        assert_eq!(error.biz_status().map(BizStatusError::code), Some(7));
        assert_eq!(
            stream.trailer().await?.get("trailer"),
            Some("t1"),
            "{wire:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_cancel_goes_through_and_tells_its_path() -> Result<()> {
    let (proxy, mut told) = proxied().await;
    for (wire, path) in [
        (Transport::TtHeaderStreaming, "client,proxy"),
        (Transport::Grpc, ""),
    ] {
        let client = client(proxy, wire, UnaryTransport::Framed);
        let mut stream = client.echo().await?;
        stream.send(request("hold")).await?;
        // The handler runs.
        assert!(stream.recv().await?.is_some());
        stream.cancel();
        let reason = told.recv().await.expect("the server learns of it");
        assert!(reason.is_canceled(), "{wire:?}: {reason}");
        assert_eq!(reason.cancel_path(), path, "{wire:?}");
    }
    Ok(())
}
