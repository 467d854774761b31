use std::pin::pin;
use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Code, Context, Error, ErrorKind,
    FastStr, Result, ServerStreamingServer,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::Msg;
use super::stream_gen::rpc::Refused;
use super::stream_gen::rpc::other::Other;
use super::stream_gen::rpc::peer::{self, EchoError, NothingError, PeerClient};
use super::{forward, timed};

/// What the call asks for. gRPC knows metainfo keys in upper case only.
fn wish(cx: &Context) -> Option<&str> {
    cx.metainfo("do").or(cx.metainfo("DO"))
}

/// What a test puts into the context of a call.
#[derive(Debug, Clone)]
pub struct Mark(pub u32);

/// Answers messages with its prefix in front, unless the metainfo `do` wants something else.
#[derive(Clone, Default)]
pub struct Peer {
    pub prefix: &'static str,
    /// What calls want that say nothing of it, as those over Framed.
    pub always: &'static str,
    /// Where `forward`, `detach` and `pass` go.
    pub downstream: Option<PeerClient>,
    /// Told why held handlers ended, and which oneway messages came.
    pub ended: Option<mpsc::UnboundedSender<Error>>,
    /// Told when a handler begins to do what it was asked for.
    pub begun: Option<mpsc::UnboundedSender<()>>,
}

impl Peer {
    /// One whose handlers always do what calls can ask for by this word, and a receiver of what they
    /// report.
    pub fn reporting(always: &'static str) -> (Self, mpsc::UnboundedReceiver<Error>) {
        let (ended, reports) = mpsc::unbounded_channel();
        let peer = Self {
            always,
            ended: Some(ended),
            ..Self::default()
        };
        (peer, reports)
    }

    /// The same peer, and a receiver that is told of each handler that begins to do what it was asked for.
    pub fn watched(mut self) -> (Self, mpsc::UnboundedReceiver<()>) {
        let (begun, watch) = mpsc::unbounded_channel();
        self.begun = Some(begun);
        (self, watch)
    }

    pub fn report(&self, reason: &Error) {
        if let Some(ended) = &self.ended {
            let _ = ended.send(reason.clone());
        }
    }

    fn answer(&self, msg: Msg) -> Msg {
        Msg {
            text: format!("{}{}", self.prefix, msg.text).into(),
            seq: msg.seq,
        }
    }

    /// Whether it answers with what it knows of the call.
    fn tells(&self) -> bool {
        matches!(self.always, "peer" | "mark" | "certificates")
    }

    fn told(&self, cx: &Context) -> FastStr {
        match self.always {
            "peer" => format!("{:?}", cx.peer()).into(),
            "certificates" => {
                let shown = cx.peer_certificates().iter();
                let shown: Vec<_> = shown.map(|der| format!("{der:x}")).collect();
                shown.join(",").into()
            }
            _ => format!("{:?}", cx.extensions().get::<Mark>()).into(),
        }
    }

    /// Starts a task that waits for a message and reports how that ends. Returns as soon as the task waits.
    async fn leave(&self, stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let (_sender, mut receiver) = stream.split();
        let (peer, (waits, waiting)) = (self.clone(), oneshot::channel());
        tokio::spawn(async move {
            let mut message = pin!(receiver.recv());
            assert!(timeout(Duration::ZERO, &mut message).await.is_err());
            let _ = waits.send(());
            peer.report(&message.await.expect_err("nothing comes"));
        });
        waiting.await.map_err(|_| Error::application("a message"))
    }

    /// What every mode can be told to do before it does its work.
    async fn obey(&self, cx: &Context) -> Result<()> {
        if let Some(begun) = &self.begun {
            let _ = begun.send(());
        }
        match wish(cx).unwrap_or(self.always) {
            "biz" => Err(BizStatusError::new(10_001, "peer biz")
                .extra("k", "v")
                .into()),
            "err" => Err(Error::application("peer plain error")),
            "exception" => Err(Error::new(ErrorKind::Protocol, 1900, "peer exception")),
            "status" => Err(Error::grpc_status(Code::NOT_FOUND, "no such peer")),
            "down" => Err(forward::refused_below().await),
            "panic" => panic!("peer panic"),
            "hold" => {
                let reason = cx.cancelled().await;
                self.report(&reason);
                Err(reason)
            }
            "stubborn" => {
                let _dropped = TellDropped(self);
                self.report(&Error::application("started"));
                self.report(&cx.cancelled().await);
                std::future::pending().await
            }
            wish if wish.starts_with("relay") => {
                let error = forward::relay(self, cx, wish).await;
                self.report(&error);
                Err(error)
            }
            "drain" => {
                self.report(&Error::application("started"));
                assert!(!cx.is_draining());
                cx.draining().await;
                assert!(cx.is_draining());
                Ok(())
            }
            "slow" => {
                tokio::time::sleep(Duration::from_millis(400)).await;
                Ok(())
            }
            "back" => {
                cx.send_backward("back", "b1");
                Ok(())
            }
            "uncompressed" => {
                cx.set_message_compression(false);
                Ok(())
            }
            "answer" => {
                cx.set_header(cx.header().clone())?;
                cx.set_trailer([("trailer", "t1")])?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// Reports that the handler that holds it was dropped.
struct TellDropped<'a>(&'a Peer);

impl Drop for TellDropped<'_> {
    fn drop(&mut self) {
        self.0.report(&Error::application("dropped"));
    }
}

impl peer::Peer for Peer {
    async fn hello(&self, cx: Context, name: FastStr) -> Result<FastStr> {
        self.obey(&cx).await?;
        match wish(&cx) {
            Some("about") => Ok(forward::about(&cx).into()),
            _ if self.tells() => Ok(self.told(&cx)),
            Some("forward") => {
                let downstream = forward::downstream(self);
                downstream
                    .hello(name)
                    .context(&cx)
                    .metainfo("do", "about")
                    .await
            }
            Some("forward to bidi") => forward::ask_bidi(self, &cx).await,
            Some("pass") => forward::hold_downstream(self, &cx).await.map(|()| name),
            _ => Ok(format!("hello, {name}").into()),
        }
    }

    async fn echo(&self, cx: Context, req: Msg) -> Result<Msg, EchoError> {
        self.obey(&cx).await?;
        if req.text == "refuse" {
            return Err(Refused {
                code: 77,
                why: "refused".into(),
            }
            .into());
        }
        Ok(self.answer(req))
    }

    async fn sum(&self, _: Context, first: i64, rest: Vec<i32>) -> Result<i64> {
        Ok(first + rest.into_iter().map(i64::from).sum::<i64>())
    }

    async fn nothing(&self, _: Context, note: FastStr) -> Result<(), NothingError> {
        if note == "refuse" {
            return Err(Refused { code: 7, why: note }.into());
        }
        Ok(())
    }

    async fn fire(&self, cx: Context, req: Msg) -> Result<()> {
        self.obey(&cx).await?;
        self.report(&Error::application(req.text));
        Ok(())
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let timed = wish(&cx).or(Some(self.always));
        if let Some(done) = timed::obey(self, timed, &mut stream).await {
            return done;
        }
        match wish(&cx) {
            Some("leave") => return self.leave(stream).await,
            Some("answer") => stream.set_header(cx.header().clone())?,
            Some("uncompressed") => stream.set_message_compression(false),
            Some("header") => {
                stream.set_header([("set", "h1")])?;
                stream.set_trailer([("trailer", "t1")])?;
                stream.send_header([("sent", "h2")])?;
            }
            Some("forward") => return forward::hold_downstream(self, &cx).await,
            Some("detach") => {
                forward::detach_downstream(self, &cx).await?;
                stream.recv().await?;
                return Ok(());
            }
            Some("late biz") => {
                while let Some(msg) = stream.recv().await? {
                    stream.send(self.answer(msg)).await?;
                }
                stream.set_trailer([("trailer", "t1")])?;
                return Err(BizStatusError::new(10_002, "late").into());
            }
            Some("about") => {
                let about = Msg {
                    text: forward::about(&cx).into(),
                    seq: 0,
                };
                stream.send(about).await?;
            }
            _ if self.tells() => {
                let text = self.told(&cx);
                stream.send(Msg { text, seq: 0 }).await?;
            }
            _ => self.obey(&cx).await?,
        }
        while let Some(msg) = stream.recv().await? {
            stream.send(self.answer(msg)).await?;
        }
        Ok(())
    }

    async fn collect(&self, cx: Context, mut stream: ClientStreamingServer<Msg>) -> Result<Msg> {
        self.obey(&cx).await?;
        stream.set_header([("mode", "client")])?;
        let (mut last, mut count) = (Msg::default(), 0);
        while let Some(msg) = stream.recv().await? {
            (last, count) = (msg, count + 1);
        }
        Ok(Msg {
            seq: count,
            ..self.answer(last)
        })
    }

    async fn count(
        &self,
        cx: Context,
        req: Msg,
        mut stream: ServerStreamingServer<Msg>,
    ) -> Result<()> {
        for seq in 0..req.seq {
            stream
                .send(Msg {
                    seq,
                    ..self.answer(req.clone())
                })
                .await?;
        }
        self.obey(&cx).await
    }
}

/// The second service of a server.
pub struct Second;

impl Other for Second {
    async fn bidi(&self, _: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        while let Some(msg) = stream.recv().await? {
            let text = format!("other:{}", msg.text).into();
            stream.send(Msg { text, ..msg }).await?;
        }
        Ok(())
    }

    async fn only_other(&self, _: Context, name: FastStr) -> Result<FastStr> {
        Ok(format!("only:{name}").into())
    }
}
