//! A connection with one server of nacos. It is used until it breaks, and never mended: whoever needs one then
//! opens another one.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tracing::Span;

use super::asking::Asking;
use super::layout::Host;
use super::lists::{List, Lists, names};
use super::messages::{FORBIDDEN, Message, UNREGISTERED, code};
use super::stream_gen::Payload;
use super::stream_gen::bi_request_stream::BiRequestStreamClient;
use crate::client::Channel;
use crate::error::{Error, ErrorKind, Result};
use crate::streaming::BidiStreamingClient;
use crate::trace;

/// How long nacos may take until it knows a new client.
const BEGIN: Duration = Duration::from_secs(3);
/// How often a new client asks whether it is known: nacos does not tell, and warns of each question that comes
/// too early. nacos's own clients wait as long.
const KNOWN: Duration = Duration::from_millis(100);
/// How often nacos is asked whether it is there, as by its own clients. Most versions of nacos drop a client of
/// which they have heard nothing for 20 s.
const CHECK: Duration = Duration::from_secs(5);
/// After so many of these questions without an answer the connection counts as broken, as for nacos's own
/// clients.
const UNANSWERED: u32 = 3;

/// What nacos pushes: the list of a service.
const PUSHED: &str = "NotifySubscriberRequest";
/// nacos wants its client elsewhere: it is about to stop, or has too many.
const ELSEWHERE: &str = "ConnectResetRequest";

/// A connection that nacos knows. What was registered and subscribed to on it ends with it. When this is
/// dropped, the connection is closed.
pub(super) struct Session {
    asking: Asking,
    lists: Lists,
    /// Why the connection has broken, once it has.
    ended: watch::Receiver<Option<Error>>,
    task: AbortHandle,
}

impl Session {
    /// Introduces this client to the server that `channel` leads to.
    ///
    /// # Errors
    /// The server is not reached, does not answer, or refuses the client.
    pub(super) async fn begin(channel: &Channel, asking: Asking) -> Result<Self> {
        let streams = BiRequestStreamClient::new(channel.clone());
        let mut stream = streams.request_bi_stream().await?;
        let introduction = asking.introduction().write(&asking.client, None);
        stream.send(introduction).await?;
        let lists = Lists::default();
        let (end, ended) = watch::channel(None);
        let running = run(stream, asking.clone(), lists.clone(), end);
        let session = Self {
            asking,
            lists,
            ended,
            // Belongs to no call.
            task: trace::spawn(&Span::none(), running).abort_handle(),
        };
        tokio::select! {
            known = timeout(BEGIN, session.known()) => known.unwrap_or_else(|_| Err(unknown()))?,
            error = session.ended() => return Err(error),
        }
        Ok(session)
    }

    async fn known(&self) -> Result<()> {
        loop {
            sleep(KNOWN).await;
            match self.asking.check().await {
                Err(error) if code(&error) == Some(UNREGISTERED) => {}
                known => return known,
            }
        }
    }

    /// Waits until the connection has broken, and returns why.
    pub(super) async fn ended(&self) -> Error {
        let mut ended = self.ended.clone();
        let ended = ended.wait_for(Option::is_some).await;
        let error = ended.ok().and_then(|error| error.clone());
        error.unwrap_or_else(|| Error::application("the connection has ended"))
    }

    /// Whether the connection may be of use.
    pub(super) fn lives(&self) -> bool {
        !self.task.is_finished()
    }

    /// Follows the list of a service. It is known then.
    ///
    /// # Errors
    /// The connection has broken, or nacos refuses to tell, or lists more instances than a service may have.
    pub(super) async fn follow(&self, service: &str) -> Result<watch::Receiver<List>> {
        let told = self.lists.follow(service);
        for left in self.lists.forget_left() {
            self.leave(left);
        }
        let asked = told.borrow().clone();
        let info = self.asked(self.asking.subscribe(service)).await?;
        self.lists.answered(service, &asked, &info)?;
        Ok(told)
    }

    /// Has nacos tell no more of a service that nobody follows any more.
    fn leave(&self, service: String) {
        let (asking, lists) = (self.asking.clone(), self.lists.clone());
        let leaving = async move {
            // If this fails, nacos goes on telling, and what it tells is left out.
            let _ = asking.unsubscribe(&service).await;
            // Somebody may have subscribed meanwhile, of which this was the end.
            if lists.is_followed(&service) {
                let _ = asking.subscribe(&service).await;
            }
        };
        // Belongs to no call.
        trace::spawn(&Span::none(), leaving);
    }

    /// Asks for the list of a service that is followed, in case that nacos has not told a change.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn look(&self, service: &str) -> Result<()> {
        let asked = self.lists.follow(service).borrow().clone();
        let info = self.asked(self.asking.list(service)).await;
        match unless_late(info)? {
            Some(info) => self.lists.answered(service, &asked, &info),
            None => Ok(()),
        }
    }

    /// Whether nacos lists an instance of a service at the place of `host`, as far as it answers in time.
    ///
    /// # Errors
    /// The connection has broken, or nacos refuses to tell.
    pub(super) async fn has(&self, service: &str, host: &Host) -> Result<bool> {
        let mut info = self.asked(self.asking.list(service)).await;
        // With a token that nacos takes no longer. The next request has another one.
        if info
            .as_ref()
            .is_err_and(|error| code(error) == Some(FORBIDDEN))
        {
            info = self.asked(self.asking.list(service)).await;
        }
        Ok(unless_late(info)?.is_none_or(|info| names(&info, host)))
    }

    /// Puts an instance on the list for as long as this connection lasts.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn register(&self, service: &str, host: &Host) -> Result<()> {
        self.asked(self.asking.register(service, host)).await
    }

    /// Takes it off.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn deregister(&self, service: &str, host: &Host) -> Result<()> {
        self.asked(self.asking.deregister(service, host)).await
    }

    /// A connection on which nacos does not know its client any more is of no further use. nacos does not know
    /// it, either, if the connection of TCP has broken that has the stream, and requests go over a new one.
    async fn asked<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let answer = answer.await;
        if let Err(error) = &answer
            && code(error) == Some(UNREGISTERED)
        {
            self.task.abort();
        }
        answer
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// None if nacos has not answered in time: whether the connection is of use, [`check`] finds out.
fn unless_late<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Err(error) if error.is_timeout() => Ok(None),
        answer => answer.map(Some),
    }
}

fn unknown() -> Error {
    let text = format!("it has not taken this client within {BEGIN:?}");
    Error::new(ErrorKind::Timeout, 0, text)
}

async fn run(
    stream: BidiStreamingClient<Payload, Payload>,
    asking: Asking,
    lists: Lists,
    end: watch::Sender<Option<Error>>,
) {
    let error = tokio::select! {
        error = serve(stream, &asking, &lists) => error,
        error = check(&asking) => error,
    };
    end.send_replace(Some(error));
}

/// Answers what nacos asks, until the connection breaks.
async fn serve(
    mut stream: BidiStreamingClient<Payload, Payload>,
    asking: &Asking,
    lists: &Lists,
) -> Error {
    loop {
        let asked = match stream.recv().await {
            Ok(Some(payload)) => Message::read(payload),
            Ok(None) => Err(Error::application("nacos has closed the connection")),
            Err(error) => Err(error),
        };
        let asked = match asked {
            Ok(asked) => asked,
            Err(error) => return error,
        };
        if asked.class == PUSHED {
            lists.pushed(&asked.fields["serviceInfo"]);
        }
        if let Some(answer) = asked.answer()
            && let Err(error) = stream.send(answer.write(&asking.client, None)).await
        {
            return error;
        }
        if asked.class == ELSEWHERE {
            return Error::application("nacos wants its clients to connect again");
        }
    }
}

/// Asks nacos whether it is there, until it is not.
async fn check(asking: &Asking) -> Error {
    let mut unanswered = 0;
    loop {
        if unanswered == 0 {
            sleep(CHECK).await;
        }
        match asking.check().await {
            Ok(()) => unanswered = 0,
            Err(error) => {
                unanswered += 1;
                if unanswered == UNANSWERED || code(&error).is_some() {
                    return error;
                }
            }
        }
    }
}
