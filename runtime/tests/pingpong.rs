//! Ping-pong over loopback: our client, our server, and raw bytes in between where they matter.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::codec::{DecodeError, FieldSink, Reader, Struct};
use streamgen_runtime::unstable::Cancellation;
use streamgen_runtime::unstable::client::{Reply, UnaryWire};
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig, serve_connection};
use streamgen_runtime::unstable::{
    CallResult, Deadline, Dispatch, Incoming, Outgoing, PingPongFailure, PingPongHandler, Route,
    ServerRaw, SharedAnswer, StreamHandler, Target,
};
use streamgen_runtime::{
    ApplicationException, BizStatusError, Error, ErrorKind, FastStr, Message, MethodInfo, Mode,
    PayloadCodec, Result, ServiceInfo, Transport,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One string in field 1: arguments and result of every method here.
#[derive(Debug, Clone, Default, PartialEq)]
struct Text(FastStr);

impl Struct for Text {
    const NAME: &'static str = "Text";

    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        sink.field(1, &self.0);
    }

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {
            fields.field(1, &mut self.0)?;
        }
        Ok(())
    }
}

/// A service by the names of its methods.
struct Service;

impl Dispatch for Service {
    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let method = &incoming.method;
        let index = SERVICE.method_index(method).filter(|_| method != "Missing");
        let Some(index) = index else {
            let text = format!("unknown method {method} (service {})", incoming.service);
            return Err(ApplicationException::new(
                ApplicationException::UNKNOWN_METHOD,
                text,
            ));
        };
        let service = match incoming.payload {
            PayloadCodec::Protobuf => &IN_PROTOBUF,
            _ => &SERVICE,
        };
        Ok(Route::new(Arc::new(Service), service, index))
    }
}

impl Target for Service {
    fn stream(
        &self,
        _: usize,
        _: Incoming,
        _: Arc<dyn ServerRaw>,
        _: Cancellation,
    ) -> StreamHandler {
        unreachable!("no method streams")
    }

    fn call(
        &self,
        _: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        let answer = SharedAnswer::default();
        let gathered = Arc::clone(&answer);
        let handler = async move { run(&incoming, args, cancellation, &gathered).await };
        (Box::pin(handler), answer)
    }
}

async fn run(
    incoming: &Incoming,
    args: Bytes,
    cancellation: Cancellation,
    answer: &SharedAnswer,
) -> CallResult {
    let error: Error = match incoming.method.as_str() {
        "Biz" => BizStatusError::new(10_001, "peer biz")
            .extra("k", "v")
            .into(),
        "Fail" => Error::application("peer plain error"),
        "Typed" => Error::new(ErrorKind::Protocol, 1900, "peer trans error"),
        "Hold" => cancellation.cancelled().await,
        "Back" => {
            answer.lock().unwrap().trailer.insert("PEER_BACK", "b1");
            let seen = incoming.metadata.get("RPC_TRANSIT_K").unwrap_or_default();
            return Ok(Box::new(Text(seen.to_owned().into())));
        }
        _ => {
            let text = Text::decode_from(args).map_err(PingPongFailure::Arguments)?;
            return Ok(Box::new(text));
        }
    };
    Err(error.into())
}

async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((io, peer)) = listener.accept().await {
            let serving = serve_connection(
                io,
                BytesMut::new(),
                Some(peer),
                Arc::new(Service),
                Default::default(),
                std::future::pending(),
            );
            tokio::spawn(serving);
        }
    });
    address
}

const ALL: [Framing; 4] = [
    Framing::Buffered,
    Framing::Framed,
    Framing::TtHeader,
    Framing::TtHeaderFramed,
];

const METHODS: &[MethodInfo] = &[
    MethodInfo::new("Echo", Mode::PingPong),
    MethodInfo::new("Biz", Mode::PingPong),
    MethodInfo::new("Fail", Mode::PingPong),
    MethodInfo::new("Typed", Mode::PingPong),
    MethodInfo::new("Hold", Mode::PingPong),
    MethodInfo::new("Back", Mode::PingPong),
    MethodInfo::new("Missing", Mode::PingPong),
    MethodInfo::new("Fire", Mode::OneWay),
];

static SERVICE: ServiceInfo = service(PayloadCodec::Thrift);
static IN_PROTOBUF: ServiceInfo = service(PayloadCodec::Protobuf);

const fn service(payload: PayloadCodec) -> ServiceInfo {
    ServiceInfo {
        name: "Svc",
        package: "svc",
        payload,
        default_transport: Transport::TtHeaderStreaming,
        methods: METHODS,
    }
}

fn request(method: &str) -> Outgoing {
    let index = SERVICE.method_index(method).unwrap();
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[index]);
    call.metainfo.insert("RPC_TRANSIT_K", "v");
    call.caller = FastStr::from_static_str("test");
    call.destination = FastStr::from_static_str("svc");
    call
}

/// A pool for calls in that framing.
fn pool(transport: Framing) -> PingPongPool {
    PingPongPool::new(transport, PoolConfig::default())
}

async fn call(
    pool: &PingPongPool,
    address: SocketAddr,
    request: &Outgoing,
    args: &Text,
) -> Result<Reply> {
    let endpoint = Endpoint::from(address);
    pool.unary((&endpoint).into(), request, args).await
}

#[tokio::test]
async fn a_call_comes_back_over_every_framing() {
    let address = start().await;
    let args = Text("ping".into());
    for transport in ALL {
        let reply = call(&pool(transport), address, &request("Echo"), &args)
            .await
            .unwrap();
        assert_eq!(Text::decode_from(reply.message).unwrap(), args);
    }
}

#[tokio::test]
async fn errors_of_the_handler_read_as_from_kitex() {
    let address = start().await;
    let args = Text::default();
    for transport in ALL {
        let plain = call(&pool(transport), address, &request("Fail"), &args)
            .await
            .unwrap_err();
        assert_eq!(
            (plain.code(), plain.message()),
            (6, "biz error: peer plain error")
        );
        let typed = call(&pool(transport), address, &request("Typed"), &args)
            .await
            .unwrap_err();
        assert_eq!(
            (typed.code(), typed.message()),
            (1900, "peer trans error [biz error]")
        );
        assert_eq!(
            typed.to_string(),
            "remote or network error[remote]: peer trans error [biz error]"
        );
    }
}

#[tokio::test]
async fn a_business_status_travels_in_the_tt_header() {
    let address = start().await;
    let args = Text::default();
    let error = call(
        &pool(Framing::TtHeaderFramed),
        address,
        &request("Biz"),
        &args,
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.biz_status(),
        Some(&BizStatusError::new(10_001, "peer biz").extra("k", "v"))
    );

    // Framed has no place for it: the text arrives as an exception instead of nothing at all.
    let error = call(&pool(Framing::Framed), address, &request("Biz"), &args)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Application);
    assert!(error.message().contains("peer biz"), "{error}");
}

#[tokio::test]
async fn metainfo_travels_forward_and_backward_in_the_tt_header() {
    let address = start().await;
    let args = Text::default();
    let reply = call(
        &pool(Framing::TtHeaderFramed),
        address,
        &request("Back"),
        &args,
    )
    .await
    .unwrap();
    assert_eq!(reply.trailer.get("PEER_BACK"), Some("b1"));
    assert_eq!(Text::decode_from(reply.message).unwrap().0, "v");
}

#[tokio::test]
async fn an_unknown_method_is_answered_and_the_next_call_works() {
    let address = start().await;
    let args = Text::default();
    let pool = pool(Framing::TtHeaderFramed);
    let error = call(&pool, address, &request("Missing"), &args)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (1, "unknown method Missing (service Svc)")
    );
    call(&pool, address, &request("Echo"), &args).await.unwrap();
}

#[tokio::test]
async fn nothing_answers_a_oneway_call_and_its_connection_is_used_again() {
    let address = start().await;
    let args = Text("x".into());
    for transport in ALL {
        let pool = pool(transport);
        let reply = call(&pool, address, &request("Fire"), &args).await.unwrap();
        assert!(reply.message.is_empty());
        call(&pool, address, &request("Echo"), &args).await.unwrap();
    }
}

#[tokio::test]
async fn a_timeout_reaches_the_handler_as_deadline() {
    let address = start().await;
    let args = Text::default();
    let mut hold = request("Hold");
    hold.deadline = Some(Deadline::after(Duration::from_millis(100)));
    // The caller's own clock is the channel's business; here the server's is seen.
    let error = call(&pool(Framing::TtHeaderFramed), address, &hold, &args)
        .await
        .unwrap_err();
    assert!(
        error.is_timeout() || error.message().contains("context deadline exceeded"),
        "{error}"
    );
}

#[tokio::test]
async fn a_reply_in_the_callers_framing_and_sequence() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    // Two framed requests in one write: answered one after the other, in order.
    let one = [
        0, 0, 0, 0x1a, 0x80, 1, 0, 1, 0, 0, 0, 4, b'E', b'c', b'h', b'o', 0, 0, 0, 9, 0x0b, 0, 1,
        0, 0, 0, 2, b'h', b'i', 0,
    ];
    let mut other = one;
    other[19] = 10;
    io.write_all(&[one, other].concat()).await.unwrap();
    let mut replies = vec![0; 2 * one.len()];
    io.read_exact(&mut replies).await.unwrap();
    let mut expected = [one, other].concat();
    expected[7] = 2;
    expected[one.len() + 7] = 2;
    assert_eq!(replies, expected);
}

/// What the server answers to `request`, byte by byte.
async fn answer_to(request: &[u8], answer_len: usize) -> Vec<u8> {
    let mut io = TcpStream::connect(start().await).await.unwrap();
    io.write_all(request).await.unwrap();
    let mut answer = vec![0; answer_len];
    io.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_buffered_request_has_a_buffered_answer() {
    let request = b"\x80\x01\0\x01\0\0\0\x04Echo\0\0\0\x09\x0b\0\x01\0\0\0\x02hi\0";
    let mut expected = *request;
    expected[3] = 2;
    assert_eq!(answer_to(request, request.len()).await, expected);
}

#[tokio::test]
async fn an_exception_for_a_protobuf_request_is_kitexs_protobuf_message() {
    // Length, 9001 and the type, method, sequence id; no byte of a message.
    let request = b"\0\0\0\x10\x90\x01\0\x01\0\0\0\x04Fail\0\0\0\x09";
    // 1: type 6; 2: the text, 27 bytes.
    let error = b"\x08\x06\x12\x1bbiz error: peer plain error";
    let mut expected = request.to_vec();
    expected[3] += error.len() as u8;
    expected[7] = 3;
    expected.extend_from_slice(error);
    assert_eq!(answer_to(request, expected.len()).await, expected);
}

#[tokio::test]
async fn arguments_that_do_not_decode_are_answered_and_end_the_connection() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    let request = [
        0, 0, 0, 0x15, 0x80, 1, 0, 1, 0, 0, 0, 4, b'E', b'c', b'h', b'o', 0, 0, 0, 1, 0x0b, 0, 1,
        0x7f, 0xff,
    ];
    io.write_all(&request).await.unwrap();
    let mut answer = Vec::new();
    io.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer[4..8], [0x80, 1, 0, 3], "an exception");
    assert_eq!(answer[answer.len() - 5..], [0, 0, 0, 7, 0], "of type 7");
}

#[tokio::test]
async fn s90_what_is_no_message_is_not_answered() {
    let address = start().await;
    let mut io = TcpStream::connect(address).await.unwrap();
    io.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = io.read_to_end(&mut answer).await;
    assert!(answer.is_empty());
}

#[tokio::test]
async fn a_failed_dial_fails_that_call_only() {
    let pool = pool(Framing::Framed);
    let args = Text::default();
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = call(&pool, closed, &request("Echo"), &args)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let open = start().await;
    call(&pool, open, &request("Echo"), &args).await.unwrap();
}
