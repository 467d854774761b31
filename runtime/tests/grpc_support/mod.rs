//! A peer that speaks HTTP/2 as a test tells it to, for either side.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod wire;

use std::future::poll_fn;
use std::net::SocketAddr;

use bytes::{BufMut, Bytes, BytesMut};
use h2::client::{ResponseFuture, SendRequest};
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{HeaderMap, Request, Response};
use streamgen_runtime::Error;
use streamgen_runtime::codec::Encode;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What most services of these tests are sent as.
pub const THRIFT: &str = "application/grpc+thrift";
pub const PROTOBUF: &str = "application/grpc";

/// Messages as they go over the wire, back to back.
pub fn framed(messages: &[&dyn Encode]) -> Bytes {
    let mut out = BytesMut::new();
    for message in messages {
        out.put_u8(0);
        out.put_u32(u32::try_from(message.encoded_len()).unwrap());
        message.encode_to(&mut out);
    }
    out.freeze()
}

/// A client of the server under test.
pub struct RawClient {
    pub sender: SendRequest<Bytes>,
    pub connection: JoinHandle<Result<(), h2::Error>>,
}

impl RawClient {
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, &h2::client::Builder::new()).await
    }

    pub async fn connect_with(address: SocketAddr, builder: &h2::client::Builder) -> Self {
        let socket = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = builder.handshake(socket).await.unwrap();
        let connection = tokio::spawn(connection);
        Self { sender, connection }
    }

    /// Sends the headers of a call of that path.
    pub async fn call(&self, path: &str) -> (ResponseFuture, SendStream<Bytes>) {
        self.call_with(path, &[("content-type", THRIFT), ("te", "trailers")])
            .await
    }

    pub async fn call_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (ResponseFuture, SendStream<Bytes>) {
        let mut request = Request::post(format!("http://peer{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut sender = self.sender.clone().ready().await.unwrap();
        sender
            .send_request(request.body(()).unwrap(), false)
            .unwrap()
    }
}

/// A server for the client under test: one connection, whose streams the test answers.
pub struct RawServer {
    pub connection: Connection<TcpStream, Bytes>,
}

impl RawServer {
    pub async fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    pub async fn accept(listener: &TcpListener) -> Self {
        Self::accept_with(listener, &h2::server::Builder::new()).await
    }

    pub async fn accept_with(listener: &TcpListener, builder: &h2::server::Builder) -> Self {
        let (socket, _) = listener.accept().await.unwrap();
        let connection = builder.handshake(socket).await.unwrap();
        Self { connection }
    }

    /// The server and its client's first call, which is made when the server has shown its SETTINGS.
    pub async fn meet<T: std::fmt::Debug>(
        listener: &TcpListener,
        call: impl IntoFuture<Output = Result<T, Error>>,
    ) -> (Self, T) {
        let (server, made) = tokio::join!(Self::accept(listener), call.into_future());
        (server, made.unwrap())
    }

    /// Accepts in the background, and hands over the streams; answers are written meanwhile.
    pub fn accept_later(listener: TcpListener) -> Accepting {
        let (streams, accepted) = mpsc::unbounded_channel();
        let serving = tokio::spawn(async move {
            let mut server = Self::accept(&listener).await;
            while let Some(Ok(stream)) = server.connection.accept().await {
                let _ = streams.send(stream);
            }
        });
        Accepting { accepted, serving }
    }

    pub async fn next(&mut self) -> (Request<RecvStream>, SendResponse<Bytes>) {
        self.connection.accept().await.unwrap().unwrap()
    }

    /// Goes on reading and writing in the background, and leaves further streams without an answer.
    pub fn hold(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut streams = Vec::new();
            while let Some(Ok(stream)) = self.connection.accept().await {
                streams.push(stream);
            }
        })
    }

    /// Goes on reading and writing in the background, and refuses further streams.
    pub fn run(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            while let Some(Ok((_, mut respond))) = self.connection.accept().await {
                respond.send_reset(Reason::REFUSED_STREAM);
            }
        })
    }
}

/// A server whose connection runs by itself.
pub struct Accepting {
    accepted: mpsc::UnboundedReceiver<(Request<RecvStream>, SendResponse<Bytes>)>,
    serving: JoinHandle<()>,
}

impl Accepting {
    pub async fn next(&mut self) -> (Request<RecvStream>, SendResponse<Bytes>) {
        self.accepted.recv().await.unwrap()
    }
}

impl Drop for Accepting {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Response headers as of a gRPC server.
pub fn headers() -> Response<()> {
    Response::builder()
        .header("content-type", THRIFT)
        .body(())
        .unwrap()
}

pub fn trailers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| {
            let value = http::HeaderValue::from_static(value);
            (http::HeaderName::from_static(name), value)
        })
        .collect()
}

/// The same, of bytes of any kind.
pub fn raw_trailers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| {
            let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (http::HeaderName::from_static(name), value)
        })
        .collect()
}

/// All that is left of a body, and its trailers.
pub async fn read_all(mut body: RecvStream) -> Result<(Bytes, Option<HeaderMap>), h2::Error> {
    let mut data = BytesMut::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        data.extend_from_slice(&chunk);
    }
    Ok((data.freeze(), body.trailers().await?))
}

/// The next DATA frame.
pub async fn read_data(body: &mut RecvStream) -> Bytes {
    let chunk = body.data().await.unwrap().unwrap();
    body.flow_control().release_capacity(chunk.len()).unwrap();
    chunk
}

/// Why the peer reset a stream.
pub async fn reset_of(send: &mut SendStream<Bytes>) -> Reason {
    poll_fn(|cx| send.poll_reset(cx)).await.unwrap()
}

pub fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8(value.as_bytes().to_vec()).unwrap())
}
