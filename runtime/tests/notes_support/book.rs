//! The handler, and a served one with a client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, GrpcLimits, Result,
    Server, ServerBuilder, ServerStreamingServer, Transport,
};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use super::{Note, Notes, NotesClient, NotesServer};

/// Answers every note with itself, and does what the words of the metainfo `DO` say.
pub struct Book {
    /// What handlers wait for that shall wait.
    go: Arc<Notify>,
    /// How many notes were sent by floods.
    flooded: Arc<AtomicUsize>,
    /// What handlers have to tell.
    told: mpsc::UnboundedSender<Result<&'static str>>,
}

/// Bytes of a note that is to fill something.
pub const PAGE: usize = 16 * 1024;

/// The words of a call.
fn wishes(cx: &Context, word: &str) -> bool {
    let words = cx.metainfo("DO").unwrap_or_default();
    words.split(' ').any(|each| each == word)
}

#[allow(
    clippy::useless_conversion,
    reason = "Protobuf's text is a String, Thrift's is not"
)]
pub fn note(message: &str) -> Note {
    Note {
        message: message.to_owned().into(),
    }
}

/// How a handler ends.
fn end(cx: &Context) -> Result<()> {
    if wishes(cx, "fail") {
        return Err(Error::application("it failed"));
    }
    if wishes(cx, "biz") {
        let error = BizStatusError::new(10_001, "余额不足 100%");
        return Err(error.extra("k", "v\"é").into());
    }
    Ok(())
}

/// What the call brought with it, under names that change on the way.
fn metainfo(cx: &Context) -> Note {
    let of = |value: Option<&str>| value.unwrap_or("-").to_owned();
    let transient = ["TRANS_KEY", "LOWER_KEY"].map(|key| of(cx.metainfo(key)));
    let persistent = of(cx.persistent_metainfo("PERSIST_KEY"));
    note(&format!("{} {persistent}", transient.join(" ")))
}

impl Book {
    /// One to which nobody listens.
    pub fn unheard() -> Self {
        let (told, _) = mpsc::unbounded_channel();
        Self {
            go: Arc::default(),
            flooded: Arc::default(),
            told,
        }
    }

    fn tell(&self, what: Result<&'static str>) {
        // Nobody listens in tests that do not ask.
        let _ = self.told.send(what);
    }

    /// Sends a thousand notes in one task, and receives to the end in another.
    async fn in_two_tasks(&self, stream: BidiStreamingServer<Note, Note>) -> Result<()> {
        let (mut sender, mut receiver) = stream.split();
        let sending = tokio::spawn(async move {
            for number in 0..1000 {
                sender.send(note(&number.to_string())).await?;
            }
            Ok::<_, Error>(())
        });
        let mut received = 0;
        while receiver.recv().await?.is_some() {
            received += 1;
        }
        assert_eq!(received, 1000);
        sending.await.unwrap()
    }

    async fn echo(&self, stream: &mut BidiStreamingServer<Note, Note>) -> Result<()> {
        while let Some(note) = stream.recv().await? {
            stream.send(note).await?;
        }
        Ok(())
    }
}

impl Notes for Book {
    async fn unary(&self, cx: Context, req: Note) -> Result<Note> {
        if wishes(&cx, "header") {
            cx.set_header([("a", "1")])?;
        }
        end(&cx).map(|()| req)
    }

    async fn bidi(&self, cx: Context, mut stream: BidiStreamingServer<Note, Note>) -> Result<()> {
        if wishes(&cx, "split") {
            return self.in_two_tasks(stream).await;
        }
        if wishes(&cx, "header") {
            stream.set_header([("a", "1"), ("b", "1")])?;
            stream.set_header([("b", "2"), ("c", "2")])?;
        }
        if wishes(&cx, "trailer") {
            stream.set_trailer([("t", "1"), ("u", "1")])?;
            stream.set_trailer([("u", "2"), ("v", "2")])?;
        }
        if wishes(&cx, "send-header") {
            stream.recv().await?;
            stream.send_header([("d", "3")])?;
            for error in [stream.send_header([("e", "4")]), stream.set_header([("e", "4")])] {
                stream.send(note(error.unwrap_err().message())).await?;
            }
        }
        if wishes(&cx, "metainfo") {
            stream.send(metainfo(&cx)).await?;
        }
        if wishes(&cx, "push") {
            for text in ["1", "2", "3"] {
                stream.send(note(text)).await?;
            }
            self.tell(Ok("pushed"));
        }
        if wishes(&cx, "wait") {
            self.go.notified().await;
        }
        let mut ended = match wishes(&cx, "leave") {
            true => Ok(()),
            false => self.echo(&mut stream).await,
        };
        if wishes(&cx, "flood") {
            let page = "x".repeat(PAGE);
            while ended.is_ok() {
                ended = stream.send(note(&page)).await;
                self.flooded.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.tell(ended.clone().map(|()| "eof"));
        ended?;
        end(&cx)
    }

    fn collect(
        &self,
        cx: Context,
        mut stream: ClientStreamingServer<Note>,
    ) -> impl Future<Output = Result<Note>> + Send {
        assert!(!wishes(&cx, "panic"), "not a future yet");
        async move {
            stream.set_header([("a", "1")])?;
            stream.set_trailer([("t", "1")])?;
            let mut all = String::new();
            while let Some(note) = stream.recv().await? {
                all.push_str(&note.message);
            }
            Ok(note(&all))
        }
    }

    async fn count(
        &self,
        _: Context,
        req: Note,
        mut stream: ServerStreamingServer<Note>,
    ) -> Result<()> {
        let end: usize = req.message.parse().unwrap_or_default();
        for number in 0..end {
            stream.send(note(&number.to_string())).await?;
        }
        Ok(())
    }
}

/// A served book and a client of it.
pub struct Served {
    pub client: NotesClient,
    pub go: Arc<Notify>,
    pub flooded: Arc<AtomicUsize>,
    pub told: mpsc::UnboundedReceiver<Result<&'static str>>,
    pub address: SocketAddr,
    pub transport: Transport,
    pub serving: JoinHandle<Result<()>>,
}

impl Served {
    pub async fn over(transport: Transport) -> Self {
        Self::on(Server::builder(), transport).await
    }

    /// Over gRPC, with these bounds.
    pub async fn with_limits(limits: GrpcLimits) -> Self {
        Self::on(Server::builder().grpc_limits(limits), Transport::Grpc).await
    }

    async fn on(server: ServerBuilder, transport: Transport) -> Self {
        let go = Arc::<Notify>::default();
        let (tell, told) = mpsc::unbounded_channel();
        let flooded = Arc::<AtomicUsize>::default();
        let book = Book {
            go: Arc::clone(&go),
            flooded: Arc::clone(&flooded),
            told: tell,
        };
        let server = server.add_service(NotesServer::new(book));
        let bound = server.bind("127.0.0.1:0").await.unwrap();
        let address = bound.local_addr().unwrap();
        let client = NotesClient::builder("notes").address(address.to_string());
        Self {
            client: client.transport(transport).build().unwrap(),
            go,
            flooded,
            told,
            address,
            transport,
            serving: tokio::spawn(bound.serve()),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
