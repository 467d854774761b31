//! The two services of `peer.thrift`: each method in one line.

use std::collections::HashMap;
use std::sync::Arc;

use streamgen_runtime::{
    BidiStreamingServer, Bytes, ClientStreamingServer, Context, FastStr, Result,
    ServerStreamingServer,
};

use crate::call::Call;
use crate::outcome::Outcomes;
use crate::pingpong_handlers as once;
use crate::stream_gen::peerthrift::other::Other;
use crate::stream_gen::peerthrift::peer::{EchoError, NothingError, Peer};
use crate::stream_gen::peerthrift::{Color, Everything, Keyed, Msg};
use crate::stream_handlers as streams;

/// Service `Peer`, the fallback service.
pub struct PeerHandler(pub Arc<Outcomes>);

/// Service `Other`.
pub struct OtherHandler(pub Arc<Outcomes>);

impl PeerHandler {
    fn begin(&self, cx: &Context, method: &'static str) -> Call {
        Call::begin(&self.0, cx, ("Peer", method))
    }

    fn asked(&self, cx: &Context, method: &'static str, req: &Msg) -> Call {
        Call::of_request(&self.0, cx, ("Peer", method), req)
    }
}

impl OtherHandler {
    fn begin(&self, cx: &Context, method: &'static str) -> Call {
        Call::begin(&self.0, cx, ("Other", method))
    }

    fn asked(&self, cx: &Context, method: &'static str, req: &Msg) -> Call {
        Call::of_request(&self.0, cx, ("Other", method), req)
    }
}

impl Peer for PeerHandler {
    async fn hello(&self, cx: Context, name: FastStr) -> Result<FastStr> {
        once::value(self.begin(&cx, "Hello"), format!("hello, {name}").into()).await
    }

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

    async fn unary_stream(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.asked(&cx, "UnaryStream", &req), "unary:", req).await
    }

    async fn bidi_everything(
        &self,
        cx: Context,
        stream: BidiStreamingServer<Everything, Everything>,
    ) -> Result<()> {
        streams::bidi(self.begin(&cx, "BidiEverything"), stream, |_, value| value).await
    }

    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg, EchoError> {
        once::echo(self.asked(&cx, "Echo", &req), req).await
    }

    async fn echo_everything(&self, cx: Context, req: Everything) -> Result<Everything> {
        once::value(self.begin(&cx, "EchoEverything"), req).await
    }

    async fn swap_keyed(&self, cx: Context, req: Keyed) -> Result<Keyed> {
        once::value(self.begin(&cx, "SwapKeyed"), once::swap_keyed(req)).await
    }

    async fn sum(&self, cx: Context, a: i64, b: i32, rest: Vec<i16>) -> Result<i64> {
        once::value(self.begin(&cx, "Sum"), once::sum(a, b, &rest)).await
    }

    async fn group(&self, cx: Context, values: Vec<i64>) -> Result<HashMap<FastStr, Vec<i64>>> {
        once::value(self.begin(&cx, "Group"), once::group(values)).await
    }

    async fn blob(&self, cx: Context, size: i32) -> Result<Bytes> {
        once::value(self.begin(&cx, "Blob"), once::blob(size)).await
    }

    async fn flip(&self, cx: Context, value: bool) -> Result<bool> {
        once::value(self.begin(&cx, "Flip"), !value).await
    }

    async fn next(&self, cx: Context, color: Color) -> Result<Color> {
        once::value(self.begin(&cx, "Next"), once::next(color)).await
    }

    async fn nothing(&self, cx: Context, note: FastStr) -> Result<(), NothingError> {
        once::nothing(self.begin(&cx, "Nothing"), note).await
    }

    async fn fire(&self, cx: Context, req: Msg) -> Result<()> {
        once::value(self.asked(&cx, "Fire", &req), ()).await
    }
}

impl Other for OtherHandler {
    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.asked(&cx, "Echo", &req), "other:", req).await
    }

    async fn bidi(&self, cx: Context, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let call = self.begin(&cx, "Bidi");
        streams::bidi(call, stream, |call, message| call.answer("other:", message)).await
    }

    async fn only_other(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.asked(&cx, "OnlyOther", &req), "only:", req).await
    }

    async fn no_args(&self, cx: Context) -> Result<()> {
        once::value(self.begin(&cx, "NoArgs"), ()).await
    }
}
