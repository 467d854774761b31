//! A client of generated code against a handler of bytes.

use streamgen_runtime::server::BinaryHandler;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, Context, Error, Mode, RawMessage, Result, Server,
    Transport, UnaryTransport,
};
use tokio::sync::mpsc;

use super::rpc_support::{PeerClient, Running, msg, start};
use super::{CALLS, STREAMS, result};

/// Tells what it knows of its calls. Obeys the metainfo `DO`.
#[derive(Clone)]
struct Teller(mpsc::UnboundedSender<String>);

impl Teller {
    fn note(&self, what: impl Into<String>) {
        let _ = self.0.send(what.into());
    }
}

fn about(cx: &Context) -> String {
    let (package, service, method) = (cx.package(), cx.service(), cx.method());
    let (payload, mode) = (cx.payload(), cx.mode());
    format!(
        "{package}/{service}/{method} {payload:?} {mode:?} {}",
        cx.protocol()
    )
}

impl BinaryHandler for Teller {
    async fn call(&self, cx: Context, request: RawMessage) -> Result<RawMessage> {
        if cx.mode() == Mode::OneWay {
            self.note(format!("{} {}", about(&cx), request.len()));
            return Ok(RawMessage::default());
        }
        match cx.metainfo("DO") {
            Some("biz") => Err(BizStatusError::new(7, "no").into()),
            Some("panic") => panic!("teller"),
            Some("back") => {
                cx.send_backward("back", "b1");
                Ok(result("back"))
            }
            _ => Ok(result(&about(&cx))),
        }
    }

    async fn stream(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<RawMessage, RawMessage>,
    ) -> Result<()> {
        match cx.metainfo("DO") {
            Some("biz") => return Err(BizStatusError::new(7, "no").into()),
            Some("hold") => {
                stream.send_header([("set", "h1")])?;
                let reason = cx.cancelled().await;
                self.note(format!("{:?}", reason.kind()));
                return Err(reason);
            }
            Some("header") => {
                stream.set_header([("set", "h1")])?;
                stream.set_trailer([("trailer", "t1")])?;
            }
            _ => {}
        }
        // The arguments of a call that is a stream on its wire, or a message.
        while let Some(message) = stream.recv().await? {
            match cx.method() {
                "Hello" => stream.send(result(&about(&cx))).await?,
                _ => stream.send(message).await?,
            }
        }
        Ok(())
    }
}

async fn server() -> (Running, mpsc::UnboundedReceiver<String>) {
    let (notes, noted) = mpsc::unbounded_channel();
    let server = Server::builder().add_unknown_handler(Teller(notes));
    (start(server).await, noted)
}

fn client(server: &Running, stream: Transport, unary: UnaryTransport) -> PeerClient {
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    let builder = builder.transport(stream).unary_transport(unary);
    builder.build().expect("it has an address")
}

fn calling(server: &Running, unary: UnaryTransport) -> PeerClient {
    client(server, Transport::TtHeaderStreaming, unary)
}

fn streaming(server: &Running, stream: Transport) -> PeerClient {
    client(server, stream, UnaryTransport::TtHeaderFramed)
}

#[tokio::test]
async fn the_context_tells_what_a_call_is() {
    let (server, _) = server().await;
    let mut answers = Vec::new();
    for wire in CALLS {
        let answer = calling(&server, wire).hello("you".into()).await.unwrap();
        answers.push(answer.to_string());
    }
    assert_eq!(
        answers,
        [
            "//Hello Thrift PingPong PurePayload",
            "//Hello Thrift PingPong Framed",
            "/Peer/Hello Thrift PingPong TTHeader",
            "/Peer/Hello Thrift PingPong TTHeader|Framed",
            "rpc/Peer/Hello Thrift BidiStreaming GRPC",
        ]
    );
}

#[tokio::test]
async fn a_oneway_call_is_not_answered() {
    let (server, mut noted) = server().await;
    for wire in [UnaryTransport::Framed, UnaryTransport::TtHeaderFramed] {
        let client = calling(&server, wire);
        client.fire(msg("a")).await.unwrap();
        let note = noted.recv().await.unwrap();
        assert!(note.contains("Fire Thrift OneWay"), "{note}");
        // An answer to the call before would be taken for that of this one.
        let answer = client.hello("you".into()).await.unwrap();
        assert!(answer.contains("Hello"), "{answer}");
    }
}

#[tokio::test]
async fn every_shape_of_stream_is_served() {
    let (server, _) = server().await;
    for wire in STREAMS {
        let client = streaming(&server, wire);
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("a")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), Some(msg("a")));
        stream.close_send().await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), None);

        let mut stream = client.collect().await.unwrap();
        stream.send(msg("b")).await.unwrap();
        assert_eq!(stream.close_and_recv().await.unwrap(), msg("b"));

        let mut stream = client.count(msg("c")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), Some(msg("c")));
        assert_eq!(stream.recv().await.unwrap(), None);
    }
}

fn is_biz(error: &Error) -> bool {
    let biz = error.biz_status().map(|biz| (biz.code(), biz.message()));
    biz == Some((7, "no"))
}

#[tokio::test]
async fn what_a_handler_sends_besides_messages_arrives() {
    let (server, _) = server().await;
    let client = calling(&server, UnaryTransport::TtHeaderFramed);
    let call = client.hello("you".into()).metainfo("DO", "back");
    let (_, backward) = call.with_backward().await.unwrap();
    assert_eq!(backward.get("back"), Some("b1"));
    let call = client.hello("you".into()).metainfo("DO", "biz");
    assert!(is_biz(&call.await.unwrap_err()));

    for wire in STREAMS {
        let client = streaming(&server, wire);
        let mut stream = client.bidi().metainfo("DO", "header").await.unwrap();
        stream.send(msg("a")).await.unwrap();
        stream.close_send().await.unwrap();
        assert_eq!(stream.header().await.unwrap().get("set"), Some("h1"));
        assert_eq!(stream.trailer().await.unwrap().get("trailer"), Some("t1"));

        let mut stream = client.bidi().metainfo("DO", "biz").await.unwrap();
        assert!(is_biz(&stream.recv().await.unwrap_err()), "{wire:?}");
    }
}

#[tokio::test]
async fn a_handler_learns_of_a_cancel() {
    let (server, mut noted) = server().await;
    for wire in STREAMS {
        let client = streaming(&server, wire);
        let mut stream = client.bidi().metainfo("DO", "hold").await.unwrap();
        // The handler runs.
        stream.header().await.unwrap();
        stream.cancel();
        assert_eq!(noted.recv().await.as_deref(), Some("Canceled"), "{wire:?}");
    }
}

#[tokio::test]
async fn a_panic_is_told_by_the_names_of_the_call() {
    let (server, _) = server().await;
    let client = calling(&server, UnaryTransport::TtHeader);
    let call = client.hello("you".into()).metainfo("DO", "panic");
    let error = call.await.unwrap_err();
    let text = "method=Peer.Hello, please check the panic at the server side] teller";
    assert!(error.message().contains(text), "{error}");
}

/// Handles nothing.
struct Nobody;

impl BinaryHandler for Nobody {}

#[tokio::test]
async fn what_a_handler_leaves_out_is_an_error_of_the_caller() {
    let server = start(Server::builder().add_unknown_handler(Nobody)).await;
    let called = calling(&server, UnaryTransport::Framed).hello("you".into());
    let error = called.await.unwrap_err();
    let expected = "nobody handles calls over Framed here";
    assert!(error.message().contains(expected), "{error}");
    let client = streaming(&server, Transport::Grpc);
    let mut stream = client.bidi().await.unwrap();
    let error = stream.recv().await.unwrap_err();
    let expected = "nobody handles calls over GRPC here";
    assert!(error.message().contains(expected), "{error}");
}
