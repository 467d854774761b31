//! Clients that are told an address and nothing else.

use streamgen_runtime::Result;

use crate::{SENT, Service};

/// What became of a method: its name, and what it answered, messages joined by commas.
pub type Answer = (&'static str, Result<String>);

/// What each method has to answer.
#[must_use]
pub fn wanted(method: &str) -> &'static str {
    match method {
        "Echo" => "echo:a",
        "Client" => "got:a,b,c",
        "Server" => "a,b,c",
        _ => "echo:a,echo:b,echo:c",
    }
}

/// Calls every method of `service` at `address`.
///
/// # Errors
/// The client cannot be built.
pub async fn call(service: Service, address: String) -> Result<Vec<Answer>> {
    match service {
        Service::Calls => thrift::calls(address).await,
        Service::Streams => thrift::streams(address).await,
        Service::CallsPb => protobuf::calls(address).await,
        Service::StreamsPb => protobuf::streams(address).await,
    }
}

/// The calls of one IDL's services.
macro_rules! calls {
    ($calls:ident, $streams:ident, $call:ident, $text:ident) => {
        pub(super) async fn calls(address: String) -> Result<Vec<Answer>> {
            let client = $calls::builder("calls").address(address).build()?;
            let text = SENT[0].into();
            let echo = client.echo($call { text }).await;
            Ok(vec![("Echo", echo.map(|reply| reply.text.to_string()))])
        }

        pub(super) async fn streams(address: String) -> Result<Vec<Answer>> {
            let client = $streams::builder("streams").address(address).build()?;
            let text = SENT[0].into();
            let echo = client.echo($text { text }).await;
            Ok(vec![
                ("Echo", echo.map(|reply| reply.text.to_string())),
                ("Client", client_stream(&client).await),
                ("Server", server_stream(&client).await),
                ("Bidi", bidi_stream(&client).await),
            ])
        }

        async fn client_stream(client: &$streams) -> Result<String> {
            let mut stream = client.client().await?;
            for text in SENT {
                let text = text.into();
                stream.send($text { text }).await?;
            }
            Ok(stream.close_and_recv().await?.text.to_string())
        }

        async fn server_stream(client: &$streams) -> Result<String> {
            let mut stream = client.server($text::default()).await?;
            let mut texts = Vec::new();
            while let Some(reply) = stream.recv().await? {
                texts.push(reply.text.to_string());
            }
            Ok(texts.join(","))
        }

        async fn bidi_stream(client: &$streams) -> Result<String> {
            let (mut sender, mut receiver) = client.bidi().await?.split();
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
    };
}

mod thrift {
    use super::*;
    use crate::calls_gen::calls::{Text as Call, calls::CallsClient};
    use crate::streams_gen::streams::{Text, streams::StreamsClient};

    calls!(CallsClient, StreamsClient, Call, Text);
}

mod protobuf {
    use super::*;
    use crate::calls_pb_gen::callspb::{Text as Call, calls_pb::CallsPbClient};
    use crate::streams_pb_gen::streamspb::{Text, streams_pb::StreamsPbClient};

    calls!(CallsPbClient, StreamsPbClient, Call, Text);
}
