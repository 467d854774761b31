//! What the server is to the wires below it.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::stream::ServerRaw;
use super::supervisor::{Ended, Supervisor};
use crate::call::{Answer, Cancellation, Incoming};
use crate::codec::{ApplicationException, DecodeError, Encode};
use crate::error::{Error, Result};
use crate::panic;
use crate::service::{MethodInfo, PayloadCodec, ServiceInfo};
use crate::sync::lock;

/// A running handler of a stream; its result becomes the trailer.
pub type StreamHandler = Pin<Box<dyn Future<Output = Result<()>> + Send + 'static>>;

/// What the handler of a call without stream comes to: the Result struct (return value or declared
/// exception), or why there is none.
pub type CallResult = Result<Box<dyn Encode + Send>, PingPongFailure>;

/// A running handler of a call without stream.
pub type PingPongHandler = Pin<Box<dyn Future<Output = CallResult> + Send + 'static>>;

/// Where a handler gathers what goes with its result.
pub type SharedAnswer = Arc<Mutex<Answer>>;

/// What a call without stream leaves for its wire.
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub struct PingPongOutcome {
    /// The Result struct, or why there is none.
    pub result: CallResult,
    /// What goes with it.
    pub answer: Answer,
}

impl PingPongOutcome {
    /// Whether the handler gave up because its call was over.
    pub(super) fn is_canceled(&self) -> bool {
        matches!(&self.result, Err(PingPongFailure::Handler(error)) if error.is_canceled())
    }

    /// What a handler leaves that was dropped for `reason`.
    pub(super) fn of(reason: Error) -> Self {
        Self {
            result: Err(reason.into()),
            answer: Answer::default(),
        }
    }
}

/// Why a ping-pong call has no Result struct.
#[derive(Debug, Clone)]
pub enum PingPongFailure {
    /// The arguments do not decode. Kitex closes the connection behind this answer.
    Arguments(DecodeError),
    /// The handler returned this error.
    Handler(Error),
    /// The handler panicked, or something else says what to answer.
    Exception(ApplicationException),
}

impl From<Error> for PingPongFailure {
    fn from(error: Error) -> Self {
        Self::Handler(error)
    }
}

/// The server above the wires: finds the method that a request means.
///
/// Both methods are called on the connection's task and must not block.
pub trait Dispatch: Send + Sync + 'static {
    /// Watches the handlers of one connection; asked for once by each. By default they are told when
    /// their calls end, and nobody ends them.
    fn supervisor(&self) -> Arc<Supervisor> {
        Arc::default()
    }

    /// Finds the method that a request means; once for each request.
    ///
    /// # Errors
    /// No such service or method. The wire answers with that exception (statement 25: types 1 and
    /// 20), and the connection stays.
    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException>;
}

/// A service with its handlers, as a route leads to it. `method` is an index into the methods of its
/// [`ServiceInfo`], and of the mode that the function is for.
pub trait Target: Send + Sync + 'static {
    /// Begins the handler of a stream. `cancellation` fires when the stream ends before it does.
    fn stream(
        &self,
        method: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler;

    /// Begins the handler of a call without stream; `args` is the Args struct, without envelope. The
    /// second value is where the handler gathers what goes with its result.
    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer);

    /// A request for the method was refused: it has no handler.
    fn refused(&self, _method: usize, _why: &ApplicationException) {}
}

/// The method that a request means. It is found once, and then opened or called.
#[derive(Clone)]
pub struct Route {
    target: Arc<dyn Target>,
    /// The service, as this server serves it.
    pub service: &'static ServiceInfo,
    /// Index of the method.
    pub index: usize,
}

impl Route {
    /// The method number `index` of `service`, whose handlers `target` has.
    #[must_use]
    pub fn new(target: Arc<dyn Target>, service: &'static ServiceInfo, index: usize) -> Self {
        Self {
            target,
            service,
            index,
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'static MethodInfo {
        &self.service.methods[self.index]
    }

    /// A client opened `stream`: begins its handler, which the wire is to run under its supervisor.
    ///
    /// # Errors
    /// What to answer: the method does not stream, takes messages of another codec, or its handler
    /// panicked before it was a future.
    pub(super) fn open(
        &self,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> Result<StreamHandler, ApplicationException> {
        self.check(&incoming, true)?;
        let begin = || {
            self.target
                .stream(self.index, incoming, stream, cancellation)
        };
        panic::catch(begin).map_err(|panic| self.panicked(&panic))
    }

    /// A request without stream arrived: begins its handler, which the wire is to run under its
    /// supervisor, and gives what makes the outcome of its end.
    ///
    /// # Errors
    /// What to answer: the method streams, takes messages of another codec, or its handler panicked
    /// before it was a future.
    pub(super) fn call(
        self,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> Result<(PingPongHandler, Pending), ApplicationException> {
        self.check(&incoming, false)?;
        let begin = || self.target.call(self.index, incoming, args, cancellation);
        let begun = panic::catch(begin).map_err(|panic| self.panicked(&panic));
        begun.map(|(handler, answer)| {
            let route = self;
            (handler, Pending { route, answer })
        })
    }

    /// Whether the method takes such a request.
    fn check(&self, incoming: &Incoming, stream: bool) -> Result<(), ApplicationException> {
        let checked = self.check_payload(incoming.payload);
        let checked = checked.and_then(|()| match (self.method().mode.is_streaming(), stream) {
            (false, true) => Err(self.wrong_mode("does not stream")),
            (true, false) => Err(self.wrong_mode("is a stream")),
            _ => Ok(()),
        });
        checked.inspect_err(|why| self.target.refused(self.index, why))
    }

    /// Bytes of the other codec cannot be arguments of this method. Kitex's codecs find the same out
    /// when they meet the other one's messages, and answer with the same type.
    fn check_payload(&self, found: PayloadCodec) -> Result<(), ApplicationException> {
        let expected = self.service.payload;
        if expected == found {
            return Ok(());
        }
        let text = format!(
            "method {} (service {}) takes {expected:?}, and the request carries {found:?}",
            self.method().name,
            self.service.name
        );
        let id = ApplicationException::INVALID_PROTOCOL;
        Err(ApplicationException::new(id, text))
    }

    /// Kitex panics here and answers with the panic (3.8).
    #[cold]
    fn wrong_mode(&self, what: &str) -> ApplicationException {
        let (service, method) = (self.service.name, self.method().name);
        let text = format!("method {method} (service {service}) {what}");
        ApplicationException::new(ApplicationException::INVALID_MESSAGE_TYPE, text)
    }

    /// What a panic of the handler is to its caller.
    pub(super) fn panicked(&self, panic: &panic::Panic) -> ApplicationException {
        panic.exception(self.service.name, self.method().name)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("service", &self.service.name)
            .field("method", &self.method().name)
            .finish_non_exhaustive()
    }
}

/// A call without stream whose handler runs.
pub(super) struct Pending {
    route: Route,
    answer: SharedAnswer,
}

impl Pending {
    /// What the end of the handler leaves for the wire; `None` if the handler was dropped.
    pub(super) fn outcome(self, ended: Ended<CallResult>) -> Option<PingPongOutcome> {
        let result = match ended {
            Ended::Returned(result) => result,
            Ended::Panicked(panic) => Err(PingPongFailure::Exception(self.route.panicked(&panic))),
            Ended::Dropped => return None,
        };
        let answer = std::mem::take(&mut *lock(&self.answer));
        Some(PingPongOutcome { result, answer })
    }
}
