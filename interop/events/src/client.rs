//! The client of a conversation.

use std::future::IntoFuture;
use std::time::Duration;

use streamgen_runtime::{ClientBuilder, Error, Result, Transport, UnaryTransport};

use crate::recorder::{Log, Recorder};
use crate::stream_gen::events::events::EventsClient;
use crate::talk::{Ending, PATIENCE, Shape, TEXTS, Talk, Wire};

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
const CONNECTED: Duration = Duration::from_secs(20);

/// Holds the conversation with the server at `address`, and returns what the tracer was told.
///
/// # Errors
/// The conversation has another course, or does not end as it should.
pub async fn converse(address: &str, talk: Talk) -> Result<Vec<String>> {
    let log = Log::of(&talk.to_string());
    let traced = builder(address, talk.wire).tracer(Recorder::client(log.clone()));
    let caller = Caller {
        talk,
        traced: traced.build()?,
        gates: builder(address, talk.wire).build()?,
        log: log.clone(),
    };
    let ended = match talk.shape {
        Shape::Unary => caller.unary().await,
        Shape::Client => caller.client().await,
        Shape::Server => caller.server().await,
        Shape::Bidi => caller.bidi().await,
    }?;
    if ended.is_ok() != (talk.ending == Ending::Normal) {
        return Err(Error::application(format!("{talk} ended with {ended:?}")));
    }
    Ok(log.take().1)
}

fn builder(address: &str, wire: Wire) -> ClientBuilder<EventsClient> {
    let builder = EventsClient::builder("events").address(address.to_owned());
    let builder = builder.connect_timeout(CONNECTED);
    match wire {
        Wire::TtHeader => builder
            .transport(Transport::TtHeaderStreaming)
            .unary_transport(UnaryTransport::TtHeaderFramed),
        Wire::Grpc => builder
            .transport(Transport::Grpc)
            .unary_transport(UnaryTransport::Grpc),
    }
}

struct Caller {
    talk: Talk,
    traced: EventsClient,
    /// Has no tracer.
    gates: EventsClient,
    log: Log,
}

/// What the call ended with; the outer error is that of the conversation.
type Ended = Result<Result<()>>;

/// The time limit of the call, if it ends by it.
macro_rules! limited {
    ($caller:ident, $call:expr) => {{
        let call = $call;
        match $caller.talk.ending {
            Ending::Deadline => call.timeout(PATIENCE),
            _ => call,
        }
    }};
}

impl Caller {
    async fn open(&self, gate: &str) -> Result<()> {
        self.gates.open(self.talk.note(gate)).await
    }

    async fn wait(&self, gate: &str) -> Result<()> {
        self.gates.wait(self.talk.note(gate)).await
    }

    async fn unary(&self) -> Ended {
        let note = self.talk.note("hello");
        let call = limited!(self, self.traced.unary(note)).into_future();
        let running = tokio::spawn(call);
        self.wait("begun").await?;
        self.open("answer").await?;
        match self.talk.ending {
            Ending::Cancel => running.abort(),
            Ending::Deadline => {}
            _ => self.open("end").await?,
        }
        let ended = match running.await {
            Ok(ended) => ended.map(drop),
            Err(_) => Err(Error::application("dropped")),
        };
        if self.talk.ending.is_given_up() {
            self.open("end").await?;
        }
        Ok(ended)
    }

    async fn client(&self) -> Ended {
        let mut stream = limited!(self, self.traced.client()).await?;
        for text in TEXTS {
            stream.send(self.talk.note(text)).await?;
        }
        self.open("answer").await?;
        self.wait("heard").await?;
        self.leave(|| stream.cancel()).await?;
        if self.talk.ending != Ending::Normal {
            self.settled().await;
            return Ok(stream.close_and_recv().await.map(drop));
        }
        let mut rest = stream.close_send().await?;
        self.settled().await;
        Ok(rest.recv().await.map(drop))
    }

    async fn server(&self) -> Ended {
        let call = self.traced.server(self.talk.note("hello"));
        let mut stream = limited!(self, call).await?;
        self.open("answer").await?;
        for _ in TEXTS {
            stream.recv().await?;
        }
        self.leave(|| stream.cancel()).await?;
        self.settled().await;
        let ended = stream.recv().await.map(drop);
        if self.talk.ending.is_given_up() {
            self.open("end").await?;
        }
        Ok(ended)
    }

    async fn bidi(&self) -> Ended {
        let mut stream = limited!(self, self.traced.bidi()).await?;
        for (n, text) in TEXTS.into_iter().enumerate() {
            stream.send(self.talk.note(text)).await?;
            if n == 0 {
                self.open("answer").await?;
            }
            stream.recv().await?;
        }
        self.leave(|| stream.cancel()).await?;
        if self.talk.ending == Ending::Normal {
            stream.close_send().await?;
        }
        self.settled().await;
        Ok(stream.recv().await.map(drop))
    }

    /// Brings the end about.
    async fn leave(&self, cancel: impl FnOnce()) -> Result<()> {
        match self.talk.ending {
            Ending::Cancel => cancel(),
            Ending::Deadline => {}
            _ => self.open("end").await?,
        }
        Ok(())
    }

    /// Returns when all has been told that is told when the stream ends. Over gRPC the server's end is
    /// told when the client looks for it.
    async fn settled(&self) {
        let wire = self.talk.wire;
        if wire == Wire::TtHeader || self.talk.ending.is_given_up() {
            self.log.wait("StreamFinish").await;
        }
        if wire == Wire::TtHeader {
            self.log.wait("RPCFinish").await;
        }
    }
}
