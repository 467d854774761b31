//! Handlers whose streams give them their context.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use super::{Answers, answered, check, collected, echoed, listed};

macro_rules! streams {
    ($streams:ident, $text:ident $(, $unary:ident)?) => {
        impl $streams for Answers {
            async fn echo(&self, _cx: Context, req: $text) -> Result<$text> {
                Ok(echoed(&req))
            }

            $(async fn $unary(&self, _cx: Context, req: $text) -> Result<$text> {
                Ok(echoed(&req))
            })?

            async fn client(&self, stream: ClientStreamingServer<$text>) -> Result<$text> {
                check(stream.context(), "Client")?;
                collected(stream).await
            }

            async fn server(&self, _req: $text, stream: ServerStreamingServer<$text>) -> Result<()> {
                check(stream.context(), "Server")?;
                listed(stream).await
            }

            async fn bidi(&self, stream: BidiStreamingServer<$text, $text>) -> Result<()> {
                check(stream.context(), "Bidi")?;
                answered(stream).await
            }
        }
    };
}

mod thrift {
    use super::*;
    use crate::classic_streams_gen::streams::{Text, streams::Streams};

    streams!(Streams, Text, unary);
}

mod protobuf {
    use super::*;
    use crate::classic_streams_pb_gen::streamspb::{Text, streams_pb::StreamsPb};

    streams!(StreamsPb, Text);
}
