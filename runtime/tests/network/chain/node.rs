//! What B and C do: B passes everything on to C, and back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::{
    BidiStreamingClient, BidiStreamingServer, ClientStreamingServer, Context, Error, FastStr,
    Result, ServerStreamingServer,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::rpc_support::stream_gen::rpc::peer::{EchoError, NothingError, Peer};
use crate::rpc_support::{Msg, PeerClient};

/// What B does wrong, if a test plants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Passes on the later one of two messages first, if both have arrived.
    Swaps,
    /// Leaves the call to C to a task, and without the context.
    DropsCancel,
    /// Forgets the stream to C, which no context ends, when its own caller is gone.
    Leaks,
}

/// What the handlers of B and C note.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    running: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

impl Watch {
    /// Handlers that have not ended.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// The violations that handlers have noted.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.wrong.lock().unwrap().clone()
    }

    fn handler(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(self))
    }

    fn in_order(&self, message: &Msg, expected: &mut i64) {
        if message.seq != *expected {
            let text = format!("message {} came where {expected} was due", message.seq);
            self.wrong.lock().unwrap().push(text);
        }
        *expected += 1;
    }
}

/// A handler that runs, until it is dropped.
struct Running(Arc<Watch>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

/// B, which has a next service, or C, which has none.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) next: Option<PeerClient>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) bug: Option<Bug>,
}

impl Node {
    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Passes on requests and answers, in both directions at once.
    async fn pass(
        &self,
        onward: BidiStreamingClient<Msg, Msg>,
        stream: BidiStreamingServer<Msg, Msg>,
    ) -> Result<()> {
        let (mut to_next, mut from_next) = onward.split();
        let (mut to_caller, mut from_caller) = stream.split();
        let up = async {
            while let Some(message) = from_caller.recv().await? {
                if self.has(Bug::Swaps)
                    && let Ok(later) = timeout(Duration::ZERO, from_caller.recv()).await
                    && let Some(later) = later?
                {
                    to_next.send(later).await?;
                }
                to_next.send(message).await?;
            }
            to_next.close().await
        };
        let down = async {
            while let Some(message) = from_next.recv().await? {
                to_caller.send(message).await?;
            }
            Ok(())
        };
        tokio::try_join!(up, down).map(|_| ())
    }

    /// As `pass`, but by a task that nobody ends.
    async fn pass_by_task(
        next: PeerClient,
        mut stream: BidiStreamingServer<Msg, Msg>,
    ) -> Result<()> {
        let (requests, mut to_send) = mpsc::channel::<Msg>(16);
        let (answers, mut answered) = mpsc::channel(16);
        tokio::spawn(async move {
            let mut onward = next.bidi().await?;
            while let Some(message) = to_send.recv().await {
                onward.send(message).await?;
                let answer = onward.recv().await?;
                let _ = answers.send(answer).await;
            }
            // It does not know whether the caller has ended or is gone.
            onward.recv().await
        });
        while let Some(message) = stream.recv().await? {
            let gone = || Error::application("the task is gone");
            requests.send(message).await.map_err(|_| gone())?;
            let answer = answered.recv().await.ok_or_else(gone)?;
            stream.send(answer.ok_or_else(gone)?).await?;
        }
        Ok(())
    }
}

impl Peer for Node {
    async fn hello(&self, cx: Context, name: FastStr) -> Result<FastStr> {
        let _running = self.watch.handler();
        match &self.next {
            Some(next) => next.hello(name).context(&cx).await,
            None => Ok(name),
        }
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        let _running = self.watch.handler();
        match &self.next {
            Some(next) if self.has(Bug::DropsCancel) => {
                Self::pass_by_task(next.clone(), stream).await
            }
            Some(next) => self.pass(next.bidi().context(&cx).await?, stream).await,
            None => {
                let mut expected = 0;
                while let Some(message) = stream.recv().await? {
                    self.watch.in_order(&message, &mut expected);
                    stream.send(message).await?;
                }
                Ok(())
            }
        }
    }

    async fn collect(&self, cx: Context, mut stream: ClientStreamingServer<Msg>) -> Result<Msg> {
        let _running = self.watch.handler();
        match &self.next {
            Some(next) => {
                let call = match self.has(Bug::Leaks) {
                    true => next.collect(),
                    false => next.collect().context(&cx),
                };
                let mut onward = call.await?;
                loop {
                    match stream.recv().await {
                        Ok(Some(message)) => onward.send(message).await?,
                        Ok(None) => return onward.close_and_recv().await,
                        Err(error) => {
                            if self.has(Bug::Leaks) {
                                std::mem::forget(onward);
                            }
                            return Err(error);
                        }
                    }
                }
            }
            None => {
                let mut expected = 0;
                while let Some(message) = stream.recv().await? {
                    self.watch.in_order(&message, &mut expected);
                }
                Ok(Msg {
                    seq: expected,
                    ..Msg::default()
                })
            }
        }
    }

    async fn count(
        &self,
        cx: Context,
        req: Msg,
        mut stream: ServerStreamingServer<Msg>,
    ) -> Result<()> {
        let _running = self.watch.handler();
        let Some(next) = &self.next else {
            for seq in 0..req.seq {
                let text = req.text.clone();
                stream.send(Msg { text, seq }).await?;
            }
            return Ok(());
        };
        let mut onward = next.count(req).context(&cx).await?;
        while let Some(message) = onward.recv().await? {
            stream.send(message).await?;
        }
        Ok(())
    }

    async fn echo(&self, _: Context, _: Msg) -> Result<Msg, EchoError> {
        Err(unused().into())
    }

    async fn sum(&self, _: Context, _: i64, _: Vec<i32>) -> Result<i64> {
        Err(unused())
    }

    async fn nothing(&self, _: Context, _: FastStr) -> Result<(), NothingError> {
        Err(unused().into())
    }

    async fn fire(&self, _: Context, _: Msg) -> Result<()> {
        Err(unused())
    }
}

fn unused() -> Error {
    Error::application("the chain does not call this")
}
