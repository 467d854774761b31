//! The connections with nacos that clones of [`Nacos`](super::Nacos) share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use tokio::time::timeout;
use tracing::Span;

use super::asking::Asking;
use super::layout::Host;
use super::location::{Location, User, from_any, rpc_address};
use super::login::Http;
use super::session::Session;
use super::stream_gen::request::RequestClient;
use super::tokens::Tokens;
use crate::client::{Channel, ClientBuilder};
use crate::error::{Error, Result};
use crate::fleet::{OwnAddress, Registration};
use crate::service::{Transport, UnaryTransport};
use crate::sync::lock;
use crate::trace;
use crate::wire::GrpcLimits;

/// How long nacos may take to answer a request, as for its own clients.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a server may take to be reached. Then another one is tried.
const DIAL: Duration = Duration::from_secs(1);
/// The longest message of nacos, in bytes: 800 for each of [`MAX_INSTANCES`](super::lists::MAX_INSTANCES),
/// which have about 500 and their tags.
const MAX_MESSAGE: usize = 8 << 20;

/// The way to a server of nacos.
type Way = dyn Fn(&str) -> Result<Channel> + Send + Sync;
/// A connection on which clients follow lists. It lives as long as one of them does.
type Following = AsyncMutex<Weak<Session>>;
/// How a removal has ended.
type Removed = oneshot::Receiver<Result<()>>;

/// One connection for all that clients of a runtime want to know, and one for each registration: of a service, nacos
/// takes one instance from each connection.
pub(super) struct Connections {
    location: Arc<Location>,
    tokens: Option<Arc<Tokens>>,
    way: Box<Way>,
    /// Those for clients, by the runtimes that drive them: clients of one runtime wait for no other one.
    following: Mutex<HashMap<Id, Arc<Following>>>,
    /// The registrations that are being taken off the list, by their names.
    removals: Mutex<HashMap<String, Removed>>,
}

impl Connections {
    pub(super) fn new(location: Arc<Location>) -> Self {
        Self::over(location, Box::new(way))
    }

    pub(super) fn over(location: Arc<Location>, way: Box<Way>) -> Self {
        let tokens = |user: &User| {
            let issuer = Box::new(Http::new(user.clone()));
            Tokens::new(user.name.clone(), issuer)
        };
        Self {
            tokens: location.user.as_ref().map(tokens).map(Arc::new),
            location,
            way,
            following: Mutex::default(),
            removals: Mutex::default(),
        }
    }

    /// The connection on which clients of this runtime follow lists.
    ///
    /// # Errors
    /// No server is reached, or it refuses the client.
    pub(super) async fn following(&self) -> Result<Arc<Session>> {
        let following = self.following_here();
        let mut following = following.lock().await;
        if let Some(session) = following.upgrade()
            && session.lives()
        {
            return Ok(session);
        }
        let session = Arc::new(self.open().await?);
        *following = Arc::downgrade(&session);
        Ok(session)
    }

    fn following_here(&self) -> Arc<Following> {
        let mut all = lock(&self.following);
        // Connections that are gone, of runtimes that may be gone.
        all.retain(|_, one| {
            let is_used =
                |one: &Following| one.try_lock().map_or(true, |one| one.strong_count() > 0);
            Arc::strong_count(one) > 1 || is_used(one)
        });
        Arc::clone(all.entry(Handle::current().id()).or_default())
    }

    /// A connection of its own, with the first server that can be reached. They are tried in turn, from any of
    /// them on.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn open(&self) -> Result<Session> {
        let mut failed = Error::invalid_argument("nacos needs an address");
        for server in from_any(&self.location.servers) {
            match self.open_at(server).await {
                Ok(session) => return Ok(session),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    async fn open_at(&self, server: &str) -> Result<Session> {
        let channel = (self.way)(server)?;
        let client = OwnAddress::of_machine().map(|ip| ip.to_string());
        let asking = Asking {
            requests: RequestClient::new(channel.clone()),
            location: Arc::clone(&self.location),
            tokens: self.tokens.clone(),
            client: client.unwrap_or_default().into(),
        };
        Session::begin(&channel, asking).await
    }

    /// Begins to take an instance off the list. nacos is told, so that it does not wait for the end of the
    /// connection, which is closed in any case: the entry goes with it.
    pub(super) fn remove(&self, registration: &Registration, host: Host, session: Arc<Session>) {
        // Without a runtime the process is about to end, and its connections with it.
        if Handle::try_current().is_err() {
            return;
        }
        let service = registration.service().to_owned();
        let (done, removed) = oneshot::channel();
        let removing = async move {
            // A user's login may come before it.
            let ended = timeout(ANSWER, session.deregister(&service, &host)).await;
            drop(session);
            let late = || Error::application("nacos was not told in time");
            let ended = ended.unwrap_or_else(|_| Err(late()));
            let _ = done.send(ended);
        };
        // Belongs to no call.
        trace::spawn(&Span::none(), removing);
        lock(&self.removals).insert(registration.to_string(), removed);
    }

    /// Waits until the registration is off the list, if it was there.
    ///
    /// # Errors
    /// nacos is not reached, or refuses it.
    pub(super) async fn removed(&self, registration: &Registration) -> Result<()> {
        let removed = lock(&self.removals).remove(&registration.to_string());
        let Some(removed) = removed else {
            return Ok(());
        };
        let ended = || Error::application("the runtime ended before nacos was told");
        removed.await.unwrap_or_else(|_| Err(ended()))
    }
}

/// The way over TCP.
///
/// # Errors
/// The server has no usable address.
fn way(server: &str) -> Result<Channel> {
    settings().address(rpc_address(server)).build()
}

/// What holds on every way.
pub(super) fn settings() -> ClientBuilder<Channel> {
    let limits = GrpcLimits {
        max_message: MAX_MESSAGE,
        // The session asks by itself. While a ping waits for its answer, requests would go over another
        // connection of TCP, on which nacos does not know the client.
        keepalive: Some(Duration::MAX),
        ..GrpcLimits::default()
    };
    Channel::builder("nacos")
        .transport(Transport::Grpc)
        .unary_transport(UnaryTransport::Grpc)
        .connect_timeout(DIAL)
        .rpc_timeout(ANSWER)
        .grpc_limits(limits)
}
