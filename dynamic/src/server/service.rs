//! A service of a schema, as a server serves it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use streamgen_runtime::server::{
    Arguments, PingPongFuture, ServerStream, Service as Served, StreamFuture,
};
use streamgen_runtime::{Context, Error, ServiceInfo};

use super::handler::JsonHandler;
use super::version::Version;
use crate::client::CallError;
use crate::options::JsonOptions;
use crate::schema::Schema;
use crate::service::Service;

/// A service with a handler of JSON: what `add_service` of a server takes. Cloning is cheap.
///
/// When the IDL has changed, [`reload`](Self::reload) of a clone gives the server the new one while calls run.
pub struct JsonService<H> {
    /// What the server has been given.
    first: Arc<Version<H>>,
    options: JsonOptions,
    /// What serves the calls from now on.
    current: Arc<RwLock<Arc<Version<H>>>>,
}

impl<H: JsonHandler> JsonService<H> {
    /// Makes a service of the server of it.
    ///
    /// # Errors
    /// [`MAX_SERVICES`](crate::client::MAX_SERVICES) different services have been called or served by this
    /// process, or their tables take [`MAX_SERVICES_BYTES`](crate::client::MAX_SERVICES_BYTES).
    pub fn new(service: &Service, handler: H) -> Result<Self, CallError> {
        let options = JsonOptions::new();
        let first = Version::new(service, &options, Arc::new(handler))?;
        Ok(Self::of(first, options))
    }

    fn of(first: Version<H>, options: JsonOptions) -> Self {
        let first = Arc::new(first);
        Self {
            current: Arc::new(RwLock::new(Arc::clone(&first))),
            first,
            options,
        }
    }

    /// How values look in JSON. The default is that of the IDL's language. Clones from before keep theirs, and are
    /// no longer reloaded with this one.
    #[must_use]
    pub fn with_json_options(self, options: JsonOptions) -> Self {
        let Version { service, info, .. } = &*self.first;
        let handler = Arc::clone(&self.first.handler);
        Self::of(Version::of(service, info, &options, handler), options)
    }

    /// Replaces the schema after the IDL has changed. Clones share it: call this on a clone of the service that the
    /// server was given. [`Provider::load`](crate::Provider::load) reads the IDL again and gives the new schema. The service of
    /// the same name serves the calls from now on, with methods that are new, and without those that are gone. Calls
    /// and streams that run keep the schema with which they began.
    ///
    /// What the server checked at its start is not checked again: of methods that several services have, calls
    /// that name no service go to the first one.
    ///
    /// ```no_run
    /// # use streamgen_dynamic::{Provider, server::{JsonHandler, JsonService}};
    /// # use streamgen_runtime::Server;
    /// # async fn run(handler: impl JsonHandler) -> Result<(), Box<dyn std::error::Error>> {
    /// let provider = Provider::file("idl/echo.thrift");
    /// let service = JsonService::new(&provider.load()?.service("TestService")?, handler)?;
    /// let server = Server::builder().add_service(service.clone()).bind("127.0.0.1:8888").await?;
    /// tokio::spawn(server.serve());
    ///
    /// // An IDL with an error ends here, and the server goes on with the one that it has.
    /// service.reload(&provider.load()?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The schema has no service of the name, or it is one too many, as for [`new`](Self::new); it is of another
    /// language. Then the service stays as it is.
    pub fn reload(&self, schema: &Schema) -> Result<(), CallError> {
        let first = &self.first;
        let service = schema.service(&first.service.full_name());
        let service = service.map_err(CallError::NotFound)?;
        let handler = Arc::clone(&first.handler);
        let next = Version::new(&service, &self.options, handler)?;
        if next.info.payload != first.info.payload {
            let text =
                "the service is of another language, and its callers have been told this one";
            return Err(CallError::Call(Error::invalid_argument(text)));
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(())
    }

    /// The service, as it is now.
    #[must_use]
    pub fn service(&self) -> Service {
        self.version().service.clone()
    }

    fn version(&self) -> Arc<Version<H>> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }
}

impl<H> Clone for JsonService<H> {
    fn clone(&self) -> Self {
        Self {
            first: Arc::clone(&self.first),
            options: self.options.clone(),
            current: Arc::clone(&self.current),
        }
    }
}

impl<H> fmt::Debug for JsonService<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonService")
            .field("service", &self.first.info.name)
            .finish_non_exhaustive()
    }
}

/// The first version serves until there is another one.
impl<H: JsonHandler> Served for JsonService<H> {
    fn info(&self) -> &'static ServiceInfo {
        self.first.info
    }

    fn ping_pong(&self, method: usize, cx: Context, args: Arguments) -> PingPongFuture {
        self.first.ping_pong(method, cx, args)
    }

    fn stream(&self, method: usize, cx: Context, stream: ServerStream) -> StreamFuture {
        self.first.stream(method, cx, stream)
    }

    fn successor(&self) -> Option<Arc<dyn Served>> {
        let current = self.version();
        match Arc::ptr_eq(&current, &self.first) {
            true => None,
            false => Some(current),
        }
    }
}
