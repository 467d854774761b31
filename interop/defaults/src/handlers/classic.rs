//! Handlers whose streams give them their context.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, ServerStreamingServer,
};

use super::{Answers, answered, collected, echoed, listed};

/// Fails unless the context is that of a call of `method`.
fn check(cx: &Context, method: &str) -> Result<()> {
    match cx.method() == method {
        true => Ok(()),
        false => Err(Error::application(format!("a context of {}", cx.method()))),
    }
}

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
