//! Clients that are told an address, and perhaps a wire.

use streamgen_runtime::Result;

use crate::{SENT, Service, Surface, TENANT, Wire};

/// What became of a method: its name, and what it answered, messages joined by commas.
pub type Answer = (&'static str, Result<String>);

/// What each method has to answer.
#[must_use]
pub fn wanted(method: &str) -> &'static str {
    match method {
        "Echo" | "Unary" => "echo:a",
        "Client" => "got:a,b,c",
        "Server" => "a,b,c",
        _ => "echo:a,echo:b,echo:c",
    }
}

/// Calls every method of `service` at `address`, by clients of one surface.
///
/// # Errors
/// A client cannot be built.
pub async fn call(
    service: Service,
    surface: Surface,
    wire: Wire,
    address: String,
) -> Result<Vec<Answer>> {
    match (service, surface) {
        (Service::Calls, _) => calls::thrift(address, wire).await,
        (Service::CallsPb, _) => calls::protobuf(address, wire).await,
        (Service::Streams, Surface::StreamX) => streamx::thrift(address, wire).await,
        (Service::Streams, Surface::Classic) => classic::thrift(address, wire).await,
        (Service::StreamsPb, Surface::StreamX) => streamx::protobuf(address, wire).await,
        (Service::StreamsPb, Surface::Classic) => classic::protobuf(address, wire).await,
    }
}

/// A call with one request and one response. A macro, as messages of several types have one field.
macro_rules! one {
    ($client:ident.$method:ident($text:ident)) => {{
        let text = SENT[0].into();
        let reply = $client.$method($text { text }).await;
        reply.map(|reply| reply.text.to_string())
    }};
}

/// The three kinds of streams.
macro_rules! streams {
    ($client:ident, $text:ident) => {
        async fn client_stream(client: &$client) -> Result<String> {
            let mut stream = client.client().metainfo(TENANT.0, TENANT.1).await?;
            for text in SENT {
                let text = text.into();
                stream.send($text { text }).await?;
            }
            Ok(stream.close_and_recv().await?.text.to_string())
        }

        async fn server_stream(client: &$client) -> Result<String> {
            let mut stream = client
                .server($text::default())
                .metainfo(TENANT.0, TENANT.1)
                .await?;
            let mut texts = Vec::new();
            while let Some(reply) = stream.recv().await? {
                texts.push(reply.text.to_string());
            }
            Ok(texts.join(","))
        }

        async fn bidi_stream(client: &$client) -> Result<String> {
            let (mut sender, mut receiver) =
                client.bidi().metainfo(TENANT.0, TENANT.1).await?.split();
            for text in SENT {
                let text = text.into();
                sender.send($text { text }).await?;
            }
            sender.close().await?;
            let mut texts = Vec::new();
            while let Some(reply) = receiver.recv().await? {
                texts.push(reply.text.to_string());
            }
            Ok(texts.join(","))
        }

        async fn all_streams(client: &$client) -> Vec<Answer> {
            vec![
                ("Client", client_stream(client).await),
                ("Server", server_stream(client).await),
                ("Bidi", bidi_stream(client).await),
            ]
        }
    };
}

/// Services without streams, which are the same on both surfaces.
mod calls {
    use super::*;
    use crate::calls_gen::calls::{Text, calls::CallsClient};
    use crate::calls_pb_gen::callspb::{Text as PbText, calls_pb::CallsPbClient};

    pub(super) async fn thrift(address: String, wire: Wire) -> Result<Vec<Answer>> {
        let builder = CallsClient::builder("calls").address(address);
        let client = wire.of_calls(builder).build()?;
        Ok(vec![("Echo", one!(client.echo(Text)))])
    }

    pub(super) async fn protobuf(address: String, wire: Wire) -> Result<Vec<Answer>> {
        let builder = CallsPbClient::builder("callspb").address(address);
        let client = wire.of_calls(builder).build()?;
        Ok(vec![("Echo", one!(client.echo(PbText)))])
    }
}

/// One client for all methods.
mod streamx {
    use super::*;

    pub(super) use protobuf::call as protobuf;
    pub(super) use thrift::call as thrift;

    mod thrift {
        use super::*;
        use crate::streams_gen::streams::{Text, streams::StreamsClient};

        streams!(StreamsClient, Text);

        pub(crate) async fn call(address: String, wire: Wire) -> Result<Vec<Answer>> {
            let builder = StreamsClient::builder("streams").address(address);
            let client = wire.of(builder).build()?;
            let mut answers = vec![
                ("Echo", one!(client.echo(Text))),
                ("Unary", one!(client.unary(Text))),
            ];
            answers.extend(all_streams(&client).await);
            Ok(answers)
        }
    }

    mod protobuf {
        use super::*;
        use crate::streams_pb_gen::streamspb::{Text, streams_pb::StreamsPbClient};

        streams!(StreamsPbClient, Text);

        pub(crate) async fn call(address: String, wire: Wire) -> Result<Vec<Answer>> {
            let builder = StreamsPbClient::builder("streamspb").address(address);
            let client = wire.of(builder).build()?;
            let mut answers = vec![("Echo", one!(client.echo(Text)))];
            answers.extend(all_streams(&client).await);
            Ok(answers)
        }
    }
}

/// A client for calls, and another for streams.
mod classic {
    use super::*;

    pub(super) use protobuf::call as protobuf;
    pub(super) use thrift::call as thrift;

    mod thrift {
        use super::*;
        use crate::classic_streams_gen::streams::Text;
        use crate::classic_streams_gen::streams::streams::{StreamsClient, StreamsStreamClient};

        streams!(StreamsStreamClient, Text);

        pub(crate) async fn call(address: String, wire: Wire) -> Result<Vec<Answer>> {
            let calls = StreamsClient::builder("streams").address(address.clone());
            let streams = StreamsStreamClient::builder("streams").address(address);
            let (calls, streams) = (
                wire.of_calls(calls).build()?,
                wire.of_streams(streams).build()?,
            );
            let mut answers = vec![
                ("Echo", one!(calls.echo(Text))),
                ("Unary", one!(streams.unary(Text))),
            ];
            answers.extend(all_streams(&streams).await);
            Ok(answers)
        }
    }

    mod protobuf {
        use super::*;
        use crate::classic_streams_pb_gen::streamspb::Text;
        use crate::classic_streams_pb_gen::streamspb::streams_pb::{
            StreamsPbClient, StreamsPbStreamClient,
        };

        streams!(StreamsPbStreamClient, Text);

        pub(crate) async fn call(address: String, wire: Wire) -> Result<Vec<Answer>> {
            let calls = StreamsPbClient::builder("streamspb").address(address.clone());
            let streams = StreamsPbStreamClient::builder("streamspb").address(address);
            let (calls, streams) = (
                wire.of_calls(calls).build()?,
                wire.of_streams(streams).build()?,
            );
            let mut answers = vec![("Echo", one!(calls.echo(Text)))];
            answers.extend(all_streams(&streams).await);
            Ok(answers)
        }
    }
}
