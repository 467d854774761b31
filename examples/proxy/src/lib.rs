//! A proxy of bytes: it stands between typed clients and a server, knows no IDL, and passes calls of any
//! kind on over the wire on which they came. Metainfo, headers, trailers, business errors, deadlines and
//! cancels go through it. So do streams, message by message.

use streamgen_runtime::client::{BinaryClient, Channel};
use streamgen_runtime::server::BinaryHandler;
use streamgen_runtime::{
    BidiReceiver, BidiServerSender, BidiStreamingServer, Context, FastStr, Metadata, Mode,
    RawMessage, Result, Transport, UnaryTransport,
};

/// The name of the proxy in the path of a cancel, which tells the server who cancelled and through whom.
const NAME: &str = "proxy";

/// The wires by the names that a [`Context`] calls them, and how a call goes on over the same one.
const WIRES: [(&str, Transport, UnaryTransport); 6] = {
    use Transport::{Grpc, TtHeaderStreaming};
    use UnaryTransport::{Buffered, Framed, TtHeader, TtHeaderFramed};
    [
        ("TTHeaderStreaming", TtHeaderStreaming, TtHeaderFramed),
        ("GRPC", Grpc, UnaryTransport::Grpc),
        ("TTHeader|Framed", TtHeaderStreaming, TtHeaderFramed),
        ("TTHeader", TtHeaderStreaming, TtHeader),
        ("Framed", TtHeaderStreaming, Framed),
        ("PurePayload", TtHeaderStreaming, Buffered),
    ]
};

/// Passes calls on to one server.
#[derive(Debug)]
pub struct Proxy {
    /// For each of [`WIRES`], the connections to the server.
    channels: Vec<Channel>,
}

impl Proxy {
    /// A proxy for the server at this address.
    ///
    /// # Errors
    /// The address cannot be understood.
    pub fn new(upstream: &str) -> Result<Self> {
        let channel = |(_, stream, unary)| {
            let builder = Channel::builder(NAME).address(upstream.to_owned());
            let builder = builder.transport(stream).unary_transport(unary);
            builder.caller(NAME).build()
        };
        let channels = WIRES.into_iter().map(channel);
        Ok(Self {
            channels: channels.collect::<Result<_>>()?,
        })
    }

    /// What makes the same call at the server.
    fn client(&self, cx: &Context) -> BinaryClient {
        let wire = WIRES.iter().position(|(name, ..)| *name == cx.protocol());
        let channel = self.channels[wire.unwrap_or_default()].clone();
        let service = FastStr::new(cx.service());
        BinaryClient::of_payload(cx.payload(), service, channel).package(FastStr::new(cx.package()))
    }
}

/// Gives a call what the client sent besides messages. Its deadline and the metainfo for every service
/// come with the context, which also ends the call when the client ends its own.
macro_rules! passed_on {
    ($call:expr, $cx:expr) => {{
        let call = $call.context($cx).header(header($cx));
        let metainfo = $cx.all_metainfo().iter();
        metainfo.fold(call, |call, (key, value)| {
            call.metainfo(FastStr::new(key), value.clone())
        })
    }};
}

impl BinaryHandler for Proxy {
    async fn call(&self, cx: Context, request: RawMessage) -> Result<RawMessage> {
        let (client, method) = (self.client(&cx), FastStr::new(cx.method()));
        if cx.mode() == Mode::OneWay {
            passed_on!(client.one_way(method, request), &cx).await?;
            return Ok(RawMessage::default());
        }
        let reply = passed_on!(client.call(method, request), &cx).with_metadata();
        let reply = reply.await?;
        for (key, value) in reply.trailer.iter() {
            cx.send_backward(FastStr::new(key), value.clone());
        }
        Ok(reply.message)
    }

    async fn stream(
        &self,
        cx: Context,
        stream: BidiStreamingServer<RawMessage, RawMessage>,
    ) -> Result<()> {
        let (client, method) = (self.client(&cx), FastStr::new(cx.method()));
        let upstream = passed_on!(client.bidi_streaming(method), &cx).await?;
        let (mut to_client, mut from_client) = stream.split();
        let (mut to_server, mut from_server) = upstream.split();
        let requests = async {
            while let Some(message) = from_client.recv().await? {
                to_server.send(message).await?;
            }
            Ok::<_, streamgen_runtime::Error>(())
        };
        let responses = async {
            let ended = respond(&mut from_server, &mut to_client).await;
            if let Ok(trailer) = from_server.trailer().await {
                let own = |key: &str| !key.starts_with("biz-"); // business errors are in `ended`
                to_client.set_trailer(only(&trailer, own))?;
            }
            ended
        };
        let mut responses = std::pin::pin!(responses);
        // The server says how the call ends, also when it takes no more requests.
        tokio::select! {
            biased;
            ended = &mut responses => ended,
            sent = requests => {
                match sent {
                    Ok(()) => to_server.close().await?,
                    // The server must not take what it has for all requests. A caller's cancel reaches it without
                    // the proxy, with the path of the cancel.
                    Err(_) if cx.cancel_reason().is_none() => to_server.cancel(),
                    Err(_) => {}
                }
                responses.await
            }
        }
    }
}

/// What the client sent in the header of the call, but for metainfo.
fn header(cx: &Context) -> Metadata {
    only(cx.header(), |key| {
        !key.starts_with("rpc-") && !key.starts_with("RPC_")
    })
}

fn only(pairs: &Metadata, wanted: impl Fn(&str) -> bool) -> Metadata {
    let pairs = pairs.iter().filter(|(key, _)| wanted(key));
    let pairs = pairs.map(|(key, value)| (FastStr::new(key), value.clone()));
    pairs.collect()
}

/// Passes the header and the messages of the server on.
async fn respond(
    from: &mut BidiReceiver<RawMessage>,
    to: &mut BidiServerSender<RawMessage>,
) -> Result<()> {
    if let Ok(header) = from.header().await {
        to.send_header(header)?;
    }
    while let Some(message) = from.recv().await? {
        to.send(message).await?;
    }
    Ok(())
}
