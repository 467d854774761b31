//! Handlers that are given a context. Services without streams have no others.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use super::{Answers, answered, check, collected, echoed, listed};

macro_rules! calls {
    ($calls:ident, $text:ident) => {
        impl $calls for Answers {
            async fn echo(&self, _cx: Context, req: $text) -> Result<$text> {
                Ok(echoed(&req))
            }
        }
    };
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

            async fn client(&self, cx: Context, stream: ClientStreamingServer<$text>) -> Result<$text> {
                check(&cx, "Client")?;
                collected(stream).await
            }

            async fn server(
                &self,
                cx: Context,
                _req: $text,
                stream: ServerStreamingServer<$text>,
            ) -> Result<()> {
                check(&cx, "Server")?;
                listed(stream).await
            }

            async fn bidi(&self, cx: Context, stream: BidiStreamingServer<$text, $text>) -> Result<()> {
                check(&cx, "Bidi")?;
                answered(stream).await
            }
        }
    };
}

mod thrift {
    use super::*;
    use crate::calls_gen::calls::{Text as Call, calls::Calls};
    use crate::streams_gen::streams::{Text, streams::Streams};

    calls!(Calls, Call);
    streams!(Streams, Text, unary);
}

mod protobuf {
    use super::*;
    use crate::calls_pb_gen::callspb::{Text as Call, calls_pb::CallsPb};
    use crate::streams_pb_gen::streamspb::{Text, streams_pb::StreamsPb};

    calls!(CallsPb, Call);
    streams!(StreamsPb, Text);
}
