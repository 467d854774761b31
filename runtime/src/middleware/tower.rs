//! tower's layers as middleware.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, oneshot};
use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;
use tower::{BoxError, Layer, Service};

use super::{CallInfo, Calling, Middleware, Next};
use crate::error::{Error, ErrorKind, Result};
use crate::sync::lock;

/// Makes a [`Middleware`] of a tower layer that looks at calls from outside, such as a limit, a timeout
/// or load shedding.
///
/// ```
/// use std::time::Duration;
///
/// use streamgen_runtime::Server;
/// use streamgen_runtime::middleware::tower_layer;
/// use tower::ServiceBuilder;
/// use tower::limit::ConcurrencyLimitLayer;
/// use tower::timeout::TimeoutLayer;
///
/// // At most a thousand handlers at a time, and none longer than a minute.
/// let layers = ServiceBuilder::new()
///     .layer(ConcurrencyLimitLayer::new(1000))
///     .layer(TimeoutLayer::new(Duration::from_secs(60)));
/// let server = Server::builder().middleware(tower_layer(layers));
/// ```
///
/// The layer is used once, for all calls, so that they share its limits. Its service gets a
/// [`TowerCall`] and returns nothing: a layer cannot change messages. A layer that calls its service
/// again runs [`Next`] again, which a server allows once.
///
/// Of tower's errors, a timeout is of the kind [`Timeout`](ErrorKind::Timeout), and load that is shed
/// of [`ResourceExhausted`](ErrorKind::ResourceExhausted); others are of
/// [`Application`](ErrorKind::Application).
pub fn tower_layer<L: Layer<Forward>>(layer: L) -> TowerMiddleware<L::Service> {
    TowerMiddleware(Mutex::new(layer.layer(Forward(()))))
}

/// The services of a tower layer as a [`Middleware`]; [`tower_layer`] makes it.
pub struct TowerMiddleware<S>(Mutex<S>);

/// A call, as tower's services get it. Clones are the same call.
#[derive(Debug, Clone)]
pub struct TowerCall {
    call: CallInfo,
    turns: mpsc::UnboundedSender<Turn>,
}

impl TowerCall {
    /// The call that the middleware runs for.
    #[must_use]
    pub fn call(&self) -> &CallInfo {
        &self.call
    }
}

/// By this, [`Forward`] asks the middleware to run `next`. The middleware sends back how that ended.
type Turn = oneshot::Sender<Result<()>>;

/// The innermost service of a tower layer. It has the middleware run its `next`.
#[derive(Debug, Clone)]
pub struct Forward(());

impl Service<TowerCall> for Forward {
    type Response = ();
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: TowerCall) -> Self::Future {
        Box::pin(async move {
            let (turn, ended) = oneshot::channel();
            call.turns.send(turn).map_err(|_| over())?;
            ended.await.map_err(|_| over())?
        })
    }
}

#[cold]
fn over() -> Error {
    Error::application("the call is over for which a tower service wants to go on")
}

impl<S> Middleware for TowerMiddleware<S>
where
    S: Service<TowerCall, Response = ()> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError> + Send,
{
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let (turns, mut asked) = mpsc::unbounded_channel();
        let call = TowerCall {
            call: calling.call().clone(),
            turns,
        };
        let mut service = lock(&self.0).clone();
        let layers = async move {
            poll_fn(|cx| service.poll_ready(cx)).await?;
            service.call(call).await
        };
        let mut layers = pin!(layers);
        loop {
            let mut turn = tokio::select! {
                biased;
                result = &mut layers => return result.map_err(error),
                Some(turn) = asked.recv() => turn,
            };
            let result = tokio::select! {
                biased;
                result = &mut layers => return result.map_err(error),
                result = next.run(calling) => result,
                // The layers no longer wait for this turn, but may ask for another.
                () = turn.closed() => continue,
            };
            // Fails only if nobody waits for it any more.
            let _ = turn.send(result);
        }
    }
}

/// The error of the call for an error of tower.
fn error(error: impl Into<BoxError>) -> Error {
    let error = match error.into().downcast::<Error>() {
        Ok(own) => return *own,
        Err(error) => error,
    };
    let kind = if error.is::<Elapsed>() {
        ErrorKind::Timeout
    } else if error.is::<Overloaded>() {
        ErrorKind::ResourceExhausted
    } else {
        ErrorKind::Application
    };
    Error::new(kind, 0, error.to_string())
}

impl<S> fmt::Debug for TowerMiddleware<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerMiddleware").finish_non_exhaustive()
    }
}
