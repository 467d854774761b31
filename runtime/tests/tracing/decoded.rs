//! Messages that would take too much memory once they are decoded: their calls end, and no other.

use streamgen_runtime::client::{ClientBuilder, ServiceClient};
use streamgen_runtime::codec::{DecodeError, Encode, FieldSink, Reader, Struct, Writer, wire_type};
use streamgen_runtime::server::{
    self, Arguments, PingPongFuture, ServerStream, Service, StreamFuture,
};
use streamgen_runtime::{
    BidiStreamingServer, Code, Context, Error, ErrorKind, FastStr, Message, MethodInfo, Mode,
    PayloadCodec, Result, Server, ServiceInfo, Transport,
};

use crate::capture::Capture;
use crate::errors_support::{WIRES, Wire};
use crate::rpc_support::{Running, start};

/// Field 1 is a list of so many empty structs. On the wire, each is a byte.
#[derive(Debug)]
struct Empties(usize);

const MANY: usize = 1024 * 1024;

impl Encode for Empties {
    fn encoded_len(&self) -> usize {
        3 + 5 + self.0 + 1
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.head(wire_type::LIST, 1);
        w.put(&[wire_type::STRUCT]);
        w.put(&(self.0 as u32).to_be_bytes());
        w.put(&vec![0; self.0 + 1]);
    }
}

impl Message for Empties {
    fn decode(_: &mut Reader<'_>) -> Result<Self, DecodeError> {
        unreachable!("it is sent only")
    }
}

/// What reads them: a struct of 256 bytes each.
#[derive(Debug, Default)]
struct List(Vec<Wide>);

#[derive(Debug, Default)]
struct Wide([Option<FastStr>; 8]);

impl Struct for Wide {
    const NAME: &'static str = "Wide";

    fn encode_fields<S: FieldSink>(&self, _: &mut S) {}

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {}
        Ok(())
    }
}

impl Struct for List {
    const NAME: &'static str = "List";

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

static INFO: ServiceInfo = ServiceInfo::new(
    "Lists",
    "lists",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[
        MethodInfo::new("Bidi", Mode::BidiStreaming),
        MethodInfo::new("Count", Mode::PingPong),
        MethodInfo::new("Send", Mode::BidiStreaming),
    ],
);

struct Lists;

impl Service for Lists {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    fn ping_pong(&self, _: usize, cx: Context, args: Arguments) -> PingPongFuture {
        server::ping_pong(cx, args, |_, list: List| async move {
            assert!(list.0.iter().all(|wide| wide.0[0].is_none()));
            Ok::<_, Error>(list.0.len() as i64)
        })
    }

    fn stream(&self, method: usize, _: Context, stream: ServerStream) -> StreamFuture {
        if method == 2 {
            return server::bidi_streaming(
                stream,
                |mut stream: BidiStreamingServer<List, Empties>| async move {
                    stream.send(Empties(MANY)).await
                },
            );
        }
        server::bidi_streaming(
            stream,
            |mut stream: BidiStreamingServer<List, List>| async move {
                while let Some(list) = stream.recv().await? {
                    stream.send(list).await?;
                }
                Ok(())
            },
        )
    }
}

/// A server, and a client with one connection.
async fn connected(wire: Wire) -> (Running, ServiceClient) {
    let server = start(Server::builder().add_service(Lists)).await;
    let builder = ClientBuilder::<ServiceClient>::new(&INFO, "lists".into());
    let client = wire.builder(builder, server.address).build().unwrap();
    (server, client)
}

async fn ask(wire: Wire, client: &ServiceClient, count: usize) -> Result<()> {
    if !wire.is_stream() {
        let call = client.ping_pong::<Empties, i64, Error>(1, Empties(count));
        return call.await.map(|counted| assert_eq!(counted, count as i64));
    }
    let mut stream = client.bidi_streaming::<Empties, List>(0).await?;
    stream.send(Empties(count)).await?;
    let list = stream.recv().await?;
    assert_eq!(list.unwrap().0.len(), count);
    Ok(())
}

const TEXT: &str = "message refused: decoding it takes too much memory";

#[tokio::test]
async fn a_message_that_swells_ends_its_call_alone_and_is_told_once_aloud() {
    let seen = Capture::start();
    for wire in WIRES {
        let (_server, client) = connected(wire).await;
        let mut held = client.bidi_streaming::<Empties, List>(0).await;
        let error = ask(wire, &client, MANY).await.unwrap_err();
        let text = "once decoded, exceeds the maximum of";
        assert!(error.message().contains(text), "{wire:?}: {error}");
        let kind = match wire {
            // What the handler returned.
            Wire::Streaming => ErrorKind::Application,
            _ => ErrorKind::ResourceExhausted,
        };
        assert_eq!(error.kind(), kind, "{wire:?}: {error}");
        if wire.is_grpc() {
            assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
        } else {
            let type_id = if wire.is_stream() { 12_001 } else { 7 };
            assert_eq!(error.kitex_code(), Some(type_id), "{wire:?}: {error}");
        }
        assert!(held.is_ok() || !wire.is_stream(), "{wire:?}");
        if let Ok(held) = &mut held {
            held.send(Empties(2)).await.unwrap();
            assert_eq!(held.recv().await.unwrap().unwrap().0.len(), 2, "{wire:?}");
        }
        ask(wire, &client, 10).await.unwrap();
    }
    let told = |level| seen.events(&format!("{level} streamgen::server: {TEXT}"));
    assert_eq!(told("INFO").len(), 1);
    assert_eq!(told("DEBUG").len(), WIRES.len() - 1);
    let fields = &told("INFO")[0].fields;
    assert_eq!(fields.get("len").unwrap(), "1048585");
    assert_eq!(
        fields.get("max").unwrap(),
        &(32 * MANY + 8 * 1_048_585).to_string()
    );
}

#[tokio::test]
async fn an_answer_that_swells_is_told_at_the_client() {
    let seen = Capture::start();
    for wire in WIRES.into_iter().filter(|wire| wire.is_stream()) {
        let (_server, client) = connected(wire).await;
        let mut stream = client.bidi_streaming::<Empties, List>(2).await.unwrap();
        let error = stream.recv().await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ResourceExhausted,
            "{wire:?}: {error}"
        );
    }
    let told = seen.events(&format!("INFO streamgen::client: {TEXT}"));
    assert_eq!(told.len(), 1);
}
