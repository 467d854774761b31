//! The two services: each method in one line.

use std::collections::HashMap;
use std::sync::Arc;

use streamgen_runtime::{
    BidiStreamingServer, Bytes, ClientStreamingServer, Context, FastStr, Result,
    ServerStreamingServer,
};

use crate::call::{Attrs, Call};
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
    fn begin(&self, cx: &Context, method: &'static str, attrs: Option<&Attrs>) -> Call {
        Call::begin(&self.0, cx, ("Peer", method), attrs)
    }
}

impl OtherHandler {
    fn begin(&self, cx: &Context, method: &'static str, attrs: Option<&Attrs>) -> Call {
        Call::begin(&self.0, cx, ("Other", method), attrs)
    }
}

impl Peer for PeerHandler {
    async fn hello(&self, cx: Context, name: FastStr) -> Result<FastStr> {
        once::value(
            self.begin(&cx, "Hello", None),
            format!("hello, {name}").into(),
        )
        .await
    }

    async fn bidi(&self, cx: Context, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let call = self.begin(&cx, "Bidi", None);
        streams::bidi(call, stream, |call, message| call.answer("echo:", message)).await
    }

    async fn client_stream(&self, cx: Context, stream: ClientStreamingServer<Msg>) -> Result<Msg> {
        streams::client_stream(self.begin(&cx, "ClientStream", None), stream).await
    }

    async fn server_stream(
        &self,
        cx: Context,
        req: Msg,
        stream: ServerStreamingServer<Msg>,
    ) -> Result<()> {
        let call = self.begin(&cx, "ServerStream", Some(&req.attrs));
        streams::server_stream(call, req, stream).await
    }

    async fn unary_stream(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(
            self.begin(&cx, "UnaryStream", Some(&req.attrs)),
            "unary:",
            req,
        )
        .await
    }

    async fn bidi_everything(
        &self,
        cx: Context,
        stream: BidiStreamingServer<Everything, Everything>,
    ) -> Result<()> {
        streams::bidi(
            self.begin(&cx, "BidiEverything", None),
            stream,
            |_, value| value,
        )
        .await
    }

    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg, EchoError> {
        once::echo(self.begin(&cx, "Echo", Some(&req.attrs)), req).await
    }

    async fn echo_everything(&self, cx: Context, req: Everything) -> Result<Everything> {
        once::value(self.begin(&cx, "EchoEverything", None), req).await
    }

    async fn swap_keyed(&self, cx: Context, req: Keyed) -> Result<Keyed> {
        once::value(self.begin(&cx, "SwapKeyed", None), once::swap_keyed(req)).await
    }

    async fn sum(&self, cx: Context, a: i64, b: i32, rest: Vec<i16>) -> Result<i64> {
        once::value(self.begin(&cx, "Sum", None), once::sum(a, b, &rest)).await
    }

    async fn group(&self, cx: Context, values: Vec<i64>) -> Result<HashMap<FastStr, Vec<i64>>> {
        once::value(self.begin(&cx, "Group", None), once::group(values)).await
    }

    async fn blob(&self, cx: Context, size: i32) -> Result<Bytes> {
        once::value(self.begin(&cx, "Blob", None), once::blob(size)).await
    }

    async fn flip(&self, cx: Context, value: bool) -> Result<bool> {
        once::value(self.begin(&cx, "Flip", None), !value).await
    }

    async fn next(&self, cx: Context, color: Color) -> Result<Color> {
        once::value(self.begin(&cx, "Next", None), once::next(color)).await
    }

    async fn nothing(&self, cx: Context, note: FastStr) -> Result<(), NothingError> {
        once::nothing(self.begin(&cx, "Nothing", None), note).await
    }

    async fn fire(&self, cx: Context, req: Msg) -> Result<()> {
        once::value(self.begin(&cx, "Fire", Some(&req.attrs)), ()).await
    }
}

impl Other for OtherHandler {
    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.begin(&cx, "Echo", Some(&req.attrs)), "other:", req).await
    }

    async fn bidi(&self, cx: Context, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let call = self.begin(&cx, "Bidi", None);
        streams::bidi(call, stream, |call, message| call.answer("other:", message)).await
    }

    async fn only_other(&self, cx: Context, req: Msg) -> Result<Msg> {
        once::reply(self.begin(&cx, "OnlyOther", Some(&req.attrs)), "only:", req).await
    }

    async fn no_args(&self, cx: Context) -> Result<()> {
        once::value(self.begin(&cx, "NoArgs", None), ()).await
    }
}
