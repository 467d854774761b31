//! A relay that knows the IDL: it reads each message into JSON, and writes it anew from that.

use std::path::Path;

use streamgen_dynamic::Provider;
use streamgen_dynamic::client::{CallError, JsonClient, JsonReceiver};
use streamgen_dynamic::server::{
    JsonBidiStreamingServer, JsonClientStreamingServer, JsonHandler, JsonServerSender,
    JsonServerStreamingServer, JsonService,
};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Context, FastStr, Metadata, Mode, Server as Middle, ServerBuilder};
use streamgen_runtime::{Transport, UnaryTransport};

use crate::support::{CONNECTED, Server};

/// Makes the calls that it gets.
struct Relay(JsonClient);

/// Gives a call what the client sent besides messages.
macro_rules! on_behalf {
    ($cx:expr) => {
        |call| {
            let call = call.context($cx);
            let metainfo = $cx.all_metainfo().iter();
            metainfo.fold(call, |call, (key, value)| {
                call.metainfo(FastStr::new(key), value.clone())
            })
        }
    };
}

impl JsonHandler for Relay {
    async fn call(&self, cx: Context, request: String) -> Result<String, CallError> {
        if cx.mode() == Mode::OneWay {
            let call = self.0.one_way(cx.method(), &request);
            call.with(on_behalf!(&cx)).await?;
            return Ok(String::new());
        }
        let call = self.0.call(cx.method(), &request).with(on_behalf!(&cx));
        let reply = call.with_metadata().await?;
        for (key, value) in reply.trailer.iter() {
            cx.send_backward(FastStr::new(key), value.clone());
        }
        Ok(reply.json)
    }

    async fn client_streaming(
        &self,
        cx: Context,
        mut stream: JsonClientStreamingServer,
    ) -> Result<String, CallError> {
        let call = self.0.client_streaming(cx.method());
        let mut onward = call.with(on_behalf!(&cx)).await?;
        while let Some(request) = stream.recv().await? {
            // The server says why it takes no more.
            if onward.send(&request).await.is_err() {
                break;
            }
        }
        onward.close_and_recv().await
    }

    async fn server_streaming(
        &self,
        cx: Context,
        request: String,
        mut stream: JsonServerStreamingServer,
    ) -> Result<(), CallError> {
        let call = self.0.server_streaming(cx.method(), &request);
        let mut onward = call.with(on_behalf!(&cx)).await?;
        while let Some(response) = onward.recv().await? {
            stream.send(&response).await?;
        }
        Ok(())
    }

    async fn bidi_streaming(
        &self,
        cx: Context,
        stream: JsonBidiStreamingServer,
    ) -> Result<(), CallError> {
        let call = self.0.bidi_streaming(cx.method());
        let (mut to_server, mut from_server) = call.with(on_behalf!(&cx)).await?.split();
        let (mut to_client, mut from_client) = stream.split();
        let requests = async {
            while let Some(request) = from_client.recv().await? {
                to_server.send(&request).await?;
            }
            Ok::<_, CallError>(())
        };
        let responses = async {
            let ended = respond(&mut from_server, &mut to_client).await;
            if let Ok(trailer) = from_server.stream().trailer().await {
                let own = trailer.iter().filter(|(key, _)| !key.starts_with("biz-"));
                let own = own.map(|(key, value)| (FastStr::new(key), value.clone()));
                to_client.stream().set_trailer(own.collect::<Metadata>())?;
            }
            ended
        };
        let mut responses = std::pin::pin!(responses);
        tokio::select! {
            biased;
            ended = &mut responses => ended,
            sent = requests => {
                match sent {
                    Ok(()) => to_server.close().await?,
                    // The server must not take what it has for all requests. A caller's cancel reaches it without
                    // the relay, with the path of the cancel.
                    Err(_) if cx.cancel_reason().is_none() => to_server.stream().cancel(),
                    Err(_) => {}
                }
                responses.await
            }
        }
    }
}

/// Passes the header and the messages of the server on.
async fn respond(from: &mut JsonReceiver, to: &mut JsonServerSender) -> Result<(), CallError> {
    if let Ok(header) = from.stream().header().await {
        to.stream().send_header(header)?;
    }
    while let Some(response) = from.recv().await? {
        to.send(&response).await?;
    }
    Ok(())
}

/// What relays both services of an IDL.
pub(super) fn relay(
    server: &Server,
    idl: &str,
    names: [&str; 2],
    (stream, unary): (Transport, UnaryTransport),
) -> ServerBuilder {
    let idl = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../idl")
        .join(idl);
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let service = |name: &str| {
        let channel = Channel::builder("peer").address(server.address.clone());
        let channel = channel.transport(stream).unary_transport(unary);
        let channel = channel.connect_timeout(CONNECTED);
        let channel = channel.caller("relay").build().expect("it has an address");
        let service = schema.service(name).expect("it is there");
        let client = JsonClient::new(&service, channel).expect("there are few services");
        JsonService::new(&service, Relay(client)).expect("there are few services")
    };
    let [first, second] = names.map(service);
    Middle::builder()
        .add_fallback_service(first)
        .add_service(second)
}
