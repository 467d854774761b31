//! Handlers that are given a context. Services without streams have no others.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use super::{Answers, answered, collected, echoed, listed};

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

            async fn client(&self, _cx: Context, stream: ClientStreamingServer<$text>) -> Result<$text> {
                collected(stream).await
            }

            async fn server(
                &self,
                _cx: Context,
                _req: $text,
                stream: ServerStreamingServer<$text>,
            ) -> Result<()> {
                listed(stream).await
            }

            async fn bidi(&self, _cx: Context, stream: BidiStreamingServer<$text, $text>) -> Result<()> {
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
