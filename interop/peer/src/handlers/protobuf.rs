//! The two services of `peer.proto`: each method in one line.

use std::sync::Arc;

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use crate::call::Call;
use crate::outcome::Outcomes;
use crate::pingpong_handlers as once;
use crate::protobuf_gen::peerpb::other_pb::OtherPb;
use crate::protobuf_gen::peerpb::peer_pb::PeerPb;
use crate::protobuf_gen::peerpb::{Everything, Msg};
use crate::stream_handlers as streams;

/// Service `PeerPb`.
pub struct PeerPbHandler(pub Arc<Outcomes>);

/// Service `OtherPb`.
pub struct OtherPbHandler(pub Arc<Outcomes>);

impl PeerPbHandler {
    fn begin(&self, cx: &Context, method: &'static str) -> Call {
        Call::begin(&self.0, cx, ("PeerPb", method))
    }

    fn asked(&self, cx: &Context, method: &'static str, req: &Msg) -> Call {
        Call::of_request(&self.0, cx, ("PeerPb", method), req)
    }
}

impl PeerPb for PeerPbHandler {
    async fn bidi(&self, cx: Context, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let call = self.begin(&cx, "Bidi");
        streams::bidi(call, stream, |call, message| call.answer("echo:", message)).await
    }

    async fn client_stream(&self, cx: Context, stream: ClientStreamingServer<Msg>) -> Result<Msg> {
        streams::client_stream(self.begin(&cx, "ClientStream"), stream).await
    }

    async fn server_stream(
        &self,
        cx: Context,
        req: Msg,
        stream: ServerStreamingServer<Msg>,
    ) -> Result<()> {
        let call = self.asked(&cx, "ServerStream", &req);
        streams::server_stream(call, req, stream).await
    }

    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.asked(&cx, "Echo", &req), "pong:", req).await
    }

    async fn bidi_everything(
        &self,
        cx: Context,
        stream: BidiStreamingServer<Everything, Everything>,
    ) -> Result<()> {
        let call = self.begin(&cx, "BidiEverything");
        streams::bidi(call, stream, |_, value| value).await
    }

    async fn echo_everything(&self, cx: Context, req: Everything) -> Result<Everything> {
        once::value(self.begin(&cx, "EchoEverything"), req).await
    }
}

impl OtherPb for OtherPbHandler {
    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg> {
        let call = Call::of_request(&self.0, &cx, ("OtherPb", "Echo"), &req);
        once::reply(call, "other:", req).await
    }

    async fn bidi(&self, cx: Context, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let call = Call::begin(&self.0, &cx, ("OtherPb", "Bidi"));
        streams::bidi(call, stream, |call, message| call.answer("other:", message)).await
    }
}
