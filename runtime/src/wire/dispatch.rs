//! The interface by which the wires call the server above them.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::stream::ServerRaw;
use super::supervisor::{Ended, Supervisor};
use crate::call::{Answer, CancelPolicy, Cancellation, Incoming, Names};
use crate::codec::{ApplicationException, DecodeError, Encode};
use crate::error::{Error, Result};
use crate::panic;
use crate::service::{MethodInfo, PayloadCodec, ServiceInfo};
use crate::sync::lock;

/// A running handler of a stream. The wire puts its result into the trailer.
pub type StreamHandler = Pin<Box<dyn Future<Output = Result<()>> + Send + 'static>>;

/// The result of a handler of a call without stream: the Result struct (return value or declared
/// exception), or the reason why there is none.
pub type CallResult = Result<Box<dyn Encode + Send>, PingPongFailure>;

/// A running handler of a call without stream.
pub type PingPongHandler = Pin<Box<dyn Future<Output = CallResult> + Send + 'static>>;

/// Where a handler collects what the server sends together with its result.
pub type SharedAnswer = Arc<Mutex<Answer>>;

/// What the wire has to answer for a call without stream.
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub struct PingPongOutcome {
    /// The Result struct, or the reason why there is none.
    pub result: CallResult,
    /// What the server sends together with the result.
    pub answer: Answer,
}

impl PingPongOutcome {
    /// Whether the handler gave up because its call was over.
    pub(super) fn is_canceled(&self) -> bool {
        matches!(&self.result, Err(PingPongFailure::Handler(error)) if error.is_canceled())
    }

    /// The outcome of a handler that was dropped for `reason`.
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
    /// The arguments do not decode. Kitex closes the connection after this answer.
    Arguments(DecodeError),
    /// The handler returned this error.
    Handler(Error),
    /// The handler panicked, or another part of the server chose this exception as the answer.
    Exception(ApplicationException),
}

impl From<Error> for PingPongFailure {
    fn from(error: Error) -> Self {
        Self::Handler(error)
    }
}

/// The server above the wires: finds the method for a request.
///
/// The wire calls both methods on the connection's task, so they must not block.
pub trait Dispatch: Send + Sync + 'static {
    /// Returns the supervisor of the handlers of one connection of that wire. Each connection calls this
    /// once. By default, handlers learn when their calls end, and nothing drops them.
    fn supervisor(&self, wire: &'static str) -> Arc<Supervisor> {
        Supervisor::new(CancelPolicy::default(), wire)
    }

    /// Finds the method for a request. The wire calls this once for each request.
    ///
    /// # Errors
    /// The server has no such service or method. The wire answers with that exception
    /// (statement 25: types 1 and 20), and the connection stays open.
    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException>;
}

/// A service with its handlers; a route leads to it. `method` is an index into the methods of its
/// [`ServiceInfo`], and that method has the mode that the function is for.
pub trait Target: Send + Sync + 'static {
    /// Begins the handler of a stream. `cancellation` fires if the stream ends before the handler.
    fn stream(
        &self,
        method: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler;

    /// Begins the handler of a call without stream. `args` is the Args struct without the envelope.
    /// In the second value of the result, the handler collects what the server sends together with
    /// its result.
    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer);

    /// Tells the service that a request for the method was refused and no handler runs.
    fn refused(&self, _method: usize, _why: &ApplicationException) {}
}

/// The method for a request. The server finds it once; the wire then opens or calls it.
#[derive(Clone)]
pub struct Route {
    target: Arc<dyn Target>,
    /// The service, as this server serves it.
    pub service: &'static ServiceInfo,
    /// Index of the method.
    pub index: usize,
    /// What the call is named, where the server has no table of its service.
    names: Option<Arc<Names>>,
}

impl Route {
    /// The method with index `index` of `service`; `target` has its handlers.
    #[must_use]
    pub fn new(target: Arc<dyn Target>, service: &'static ServiceInfo, index: usize) -> Self {
        Self {
            target,
            service,
            index,
            names: None,
        }
    }

    /// The same for a call of these names, where the method says only how it talks.
    #[must_use]
    pub fn named(self, names: Arc<Names>) -> Self {
        let names = Some(names);
        Self { names, ..self }
    }

    /// The same route with another target, which passes the calls on to the one that it had.
    #[must_use]
    pub fn wrap(self, wrap: impl FnOnce(Arc<dyn Target>) -> Arc<dyn Target>) -> Self {
        Self {
            target: wrap(self.target),
            ..self
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &'static MethodInfo {
        &self.service.methods[self.index]
    }

    /// Begins the handler of `stream`, which a client has opened. The wire must run the handler
    /// under its supervisor.
    ///
    /// # Errors
    /// The exception to answer: the method does not stream, takes messages of another codec, or its
    /// handler panicked before it returned its future.
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

    /// Begins the handler of a request without stream. The wire must run the handler under its
    /// supervisor; the second value makes the outcome from the handler's end.
    ///
    /// # Errors
    /// The exception to answer: the method streams, takes messages of another codec, or its handler
    /// panicked before it returned its future.
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

    /// Refuses a request that the method does not take.
    fn check(&self, incoming: &Incoming, stream: bool) -> Result<(), ApplicationException> {
        let checked = self.check_payload(incoming.payload);
        let checked = checked.and_then(|()| match (self.method().mode.is_streaming(), stream) {
            (false, true) => Err(self.wrong_mode("does not stream")),
            (true, false) => Err(self.wrong_mode("is a stream")),
            _ => Ok(()),
        });
        checked.inspect_err(|why| self.target.refused(self.index, why))
    }

    /// Refuses arguments of another codec. Kitex's codecs notice the mismatch while they decode,
    /// and answer with the same exception type.
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

    /// Kitex panics in this case and answers with the panic (3.8).
    #[cold]
    fn wrong_mode(&self, what: &str) -> ApplicationException {
        let (service, method) = (self.service.name, self.method().name);
        let text = format!("method {method} (service {service}) {what}");
        ApplicationException::new(ApplicationException::INVALID_MESSAGE_TYPE, text)
    }

    /// The answer to the caller of a handler that panicked.
    pub(super) fn panicked(&self, panic: &panic::Panic) -> ApplicationException {
        match &self.names {
            Some(names) => panic.exception(&names.service, &names.method),
            None => panic.exception(self.service.name, self.method().name),
        }
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

/// A call without stream whose handler is running.
pub(super) struct Pending {
    route: Route,
    answer: SharedAnswer,
}

impl Pending {
    /// The outcome that the wire has to answer; `None` if the handler was dropped.
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
