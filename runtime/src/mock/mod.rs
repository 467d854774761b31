//! Handlers of tests that have no handler yet: what a `Mock…` of generated code is made of.
//!
//! With the tool's `-mock`, a service `Greeter` has a `MockGreeter`. It implements the trait of handlers, so
//! it is served, over any wire, as a handler is. A test tells it which calls to expect and how to answer
//! them. A method without stream is an [`ExpectUnary`]; the streams are [`ExpectClientStreaming`],
//! [`ExpectServerStreaming`] and [`ExpectBidiStreaming`]:
//!
//! ```ignore
//! let mock = MockGreeter::new();
//! mock.expect_hello().when(|name| name == "x").returns("hello, x".into());
//! let lines = mock.expect_chat().times(2..).answers_each(|line| Ok(line));
//!
//! let client = GreeterClient::in_memory(mock.clone());
//! // … the test
//! assert_eq!(lines.requests().len(), 5);
//! mock.verify();
//! ```
//!
//! A call takes the first expectation of its method, in the order in which the test named them, that takes
//! further calls and whose conditions hold. Without [`times`](ExpectUnary::times) that is one call. A call that
//! nobody expects is answered with gRPC's status `UNIMPLEMENTED`, and is noted.
//!
//! What the test holds is shared by all clones of a mock. [`Mock::verify`] panics with a list of what was
//! expected and did not come, and of what came and was not expected. The drop of the value that `new` made
//! does so too, unless the thread is panicking: keep that one, and serve a clone. A mock that is served and
//! not kept verifies where its server drops it, perhaps in a task whose panic nobody sees.
//!
//! The module is behind the feature `testing`.

mod bidi;
mod call;
mod client_streaming;
mod collecting;
mod expected;
mod queue;
mod report;
mod script;
mod server_streaming;
mod terms;
mod times;
mod unary;

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

pub use bidi::ExpectBidiStreaming;
pub use call::{Call, KEPT_CALLS, KEPT_TEXT};
pub use client_streaming::ExpectClientStreaming;
pub use collecting::MAX_MESSAGES;
pub use expected::{Expected, KEPT_REQUESTS, Recorded};
pub use server_streaming::ExpectServerStreaming;
pub use terms::Terms;
pub use times::Times;
pub use unary::ExpectUnary;

use crate::codec::Message;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::reply::Throws;
use crate::service::ServiceInfo;
use crate::streaming::{BidiStreamingServer, ClientStreamingServer, ServerStreamingServer};
use crate::sync::lock;
use queue::Queue;
use script::Script;

/// The expectations of a mock and the calls that came: what generated mocks wrap.
///
/// Clones share both. The drop of the one that [`Mock::new`] made verifies, the drop of a clone does not.
pub struct Mock {
    shared: Arc<Shared>,
    verifies: bool,
}

/// What the clones of a mock share.
struct Shared {
    service: &'static ServiceInfo,
    queue: Mutex<Queue>,
    /// Notified of each call, so that whoever waits for all calls looks again.
    called: Notify,
}

impl Mock {
    /// A mock of a service that expects no call.
    #[must_use]
    pub fn new(service: &'static ServiceInfo) -> Self {
        Self {
            shared: Arc::new(Shared {
                service,
                queue: Mutex::default(),
                called: Notify::new(),
            }),
            verifies: true,
        }
    }

    /// Begins to say what is expected of the method of this number.
    #[track_caller]
    #[must_use]
    pub fn expect<T: From<Terms>>(&self, method: usize) -> T {
        T::from(Terms::new(&self.shared, method, Location::caller()))
    }

    /// The calls that came, in their order, expected or not: the last [`KEPT_CALLS`].
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.queue).calls()
    }

    /// Checks that every expectation has had its calls and that no other call came. A call counts from
    /// when it is made; its answer may be still under way.
    ///
    /// # Panics
    /// If an expectation is not met, with a list of those.
    #[track_caller]
    pub fn verify(&self) {
        if let Some(report) = self.shared.report() {
            // The drop does not say it again.
            lock(&self.shared.queue).reported = true;
            panic!("{report}");
        }
    }

    /// Waits until every expectation has had as many calls as it needs, for `timeout` at most, and then
    /// checks what [`verify`](Self::verify) does. It is for calls whose client does not wait for them, such
    /// as oneway calls.
    ///
    /// Cancel safe: a dropped future has checked nothing.
    ///
    /// # Panics
    /// If an expectation is not met in time, like [`verify`](Self::verify).
    pub async fn verify_within(&self, timeout: Duration) {
        let _ = tokio::time::timeout(timeout, self.shared.satisfied()).await;
        self.verify();
    }

    /// Answers a call without stream.
    ///
    /// # Errors
    /// What the expectation says; nobody expects the call.
    pub async fn unary<Req, Res, E>(
        &self,
        method: usize,
        cx: Context,
        request: Req,
    ) -> Result<Res, E>
    where
        Req: fmt::Debug + Send + 'static,
        Res: 'static,
        E: Throws,
    {
        let script = self.shared.claim(method, Some(&request))?;
        Script::run(&*script, (cx, request)).await
    }

    /// Answers a call that sends many messages.
    ///
    /// # Errors
    /// What the expectation says; nobody expects the call.
    pub async fn client_streaming<Req, Res>(
        &self,
        method: usize,
        stream: ClientStreamingServer<Req>,
    ) -> Result<Res>
    where
        Req: Message,
        Res: Message,
    {
        let script = self.shared.claim(method, None::<&()>)?;
        Script::run(&*script, stream).await
    }

    /// Answers a call that is answered with many messages.
    ///
    /// # Errors
    /// What the expectation says; nobody expects the call.
    pub async fn server_streaming<Req, Res>(
        &self,
        method: usize,
        request: Req,
        stream: ServerStreamingServer<Res>,
    ) -> Result<()>
    where
        Req: Message,
        Res: Message,
    {
        let script = self.shared.claim(method, Some(&request))?;
        Script::run(&*script, (request, stream)).await
    }

    /// Answers a call with many messages both ways.
    ///
    /// # Errors
    /// What the expectation says; nobody expects the call.
    pub async fn bidi_streaming<Req, Res>(
        &self,
        method: usize,
        stream: BidiStreamingServer<Req, Res>,
    ) -> Result<()>
    where
        Req: Message,
        Res: Message,
    {
        let script = self.shared.claim(method, None::<&()>)?;
        Script::run(&*script, stream).await
    }
}

impl Shared {
    /// Finds the expectation that takes the call, and its script.
    fn claim<In: 'static, Out: 'static, R: fmt::Debug + 'static>(
        &self,
        method: usize,
        request: Option<&R>,
    ) -> Result<Arc<Script<In, Out>>> {
        let held = self.holding(method, request);
        let text = request.map(call::text);
        let claimed = lock(&self.queue).claim(self.service, method, &held, text);
        self.called.notify_waiters();
        let script = claimed.map_err(|reason| report::unexpected(self.service, method, reason))?;
        let script = script.downcast::<Script<In, Out>>();
        script.map_err(|_| Error::application("the mock was asked for a call of another kind"))
    }

    /// For each expectation, whether its condition holds. Conditions are code of the test, which may use
    /// the mock: they run without the lock.
    fn holding<R: 'static>(&self, method: usize, request: Option<&R>) -> Vec<bool> {
        let conditions = lock(&self.queue).conditions(method);
        let request = request.map(|request| request as &dyn Any);
        let holds = |condition: queue::Candidate| match (condition, request) {
            (queue::Candidate::OtherMethod, _) => false,
            (queue::Candidate::If(condition), Some(request)) => condition(request),
            (queue::Candidate::If(_), None) | (queue::Candidate::Always, _) => true,
        };
        conditions.into_iter().map(holds).collect()
    }

    /// Waits until every expectation has had its calls.
    async fn satisfied(&self) {
        loop {
            let called = self.called.notified();
            if lock(&self.queue).is_satisfied() {
                return;
            }
            called.await;
        }
    }

    fn report(&self) -> Option<String> {
        report::report(self.service, &lock(&self.queue))
    }
}

impl Clone for Mock {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            verifies: false,
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let is_due = self.verifies && !std::thread::panicking();
        if is_due && !lock(&self.shared.queue).reported {
            self.verify();
        }
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock")
            .field("service", &self.shared.service.name)
            .finish_non_exhaustive()
    }
}
