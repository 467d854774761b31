//! What the services answer: the same for both IDLs.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use crate::SENT;

/// Serves each of the services.
pub(crate) struct Answers;

fn echoed(text: &str) -> String {
    format!("echo:{text}")
}

/// The handlers of one IDL's services, whose messages have the same name and field.
macro_rules! answers {
    ($calls:ident, $streams:ident, $call:ident, $text:ident) => {
        impl $calls for Answers {
            async fn echo(&self, _cx: Context, req: $call) -> Result<$call> {
                let text = echoed(&req.text).into();
                Ok($call { text })
            }
        }

        impl $streams for Answers {
            async fn echo(&self, _cx: Context, req: $text) -> Result<$text> {
                let text = echoed(&req.text).into();
                Ok($text { text })
            }

            async fn client(
                &self,
                _cx: Context,
                mut stream: ClientStreamingServer<$text>,
            ) -> Result<$text> {
                let mut texts = Vec::new();
                while let Some(req) = stream.recv().await? {
                    texts.push(req.text.to_string());
                }
                let text = format!("got:{}", texts.join(",")).into();
                Ok($text { text })
            }

            async fn server(
                &self,
                _cx: Context,
                _req: $text,
                mut stream: ServerStreamingServer<$text>,
            ) -> Result<()> {
                for text in SENT {
                    let text = text.into();
                    stream.send($text { text }).await?;
                }
                Ok(())
            }

            async fn bidi(
                &self,
                _cx: Context,
                mut stream: BidiStreamingServer<$text, $text>,
            ) -> Result<()> {
                while let Some(req) = stream.recv().await? {
                    let text = echoed(&req.text).into();
                    stream.send($text { text }).await?;
                }
                Ok(())
            }
        }
    };
}

mod thrift {
    use super::*;
    use crate::calls_gen::calls::{Text as Call, calls::Calls};
    use crate::streams_gen::streams::{Text, streams::Streams};

    answers!(Calls, Streams, Call, Text);
}

mod protobuf {
    use super::*;
    use crate::calls_pb_gen::callspb::{Text as Call, calls_pb::CallsPb};
    use crate::streams_pb_gen::streamspb::{Text, streams_pb::StreamsPb};

    answers!(CallsPb, StreamsPb, Call, Text);
}
