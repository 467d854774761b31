//! How many calls and streams a server takes.

use std::sync::Arc;

use faststr::FastStr;

use super::ServerBuilder;
use crate::config::{ConfigNames, ConfigSource, Watching};
use crate::server::limiter::CallLimit;

impl ServerBuilder {
    /// How many calls and streams the server takes, all services together. Default: any number. Of a call
    /// that is one too many nothing is decoded, no middleware and no handler runs, and its caller sees
    /// [`ResourceExhausted`](crate::ErrorKind::ResourceExhausted) on every wire; see `docs/limits.md`.
    ///
    /// ```
    /// use streamgen_runtime::Server;
    /// use streamgen_runtime::server::CallLimit;
    ///
    /// let builder = Server::builder().call_limit(CallLimit::new().per_second(10_000).running(1_000));
    /// ```
    pub fn call_limit(mut self, limit: CallLimit) -> Self {
        self.call_limits.set_server(limit);
        self
    }

    /// The same for the calls of one service, beside [`call_limit`](Self::call_limit). `service` is its name
    /// in the IDL; a server without that service is not built.
    pub fn service_call_limit(mut self, service: impl Into<String>, limit: CallLimit) -> Self {
        self.call_limits.set_service(service.into(), limit);
        self
    }

    /// The same for the calls of one method, beside those of its service and of the server.
    pub fn method_call_limit(
        mut self,
        service: impl Into<String>,
        method: impl Into<String>,
        limit: CallLimit,
    ) -> Self {
        let (service, method) = (service.into(), method.into());
        self.call_limits.set_method(service, method, limit);
        self
    }

    /// Takes how many connections and calls the server takes from a file or a configuration center, in the
    /// JSON of Kitex's suites, while the program runs: Kitex's `WithSuite` of `config-file` and
    /// `config-etcd`. `service` is what this server is called there. What the configuration says holds
    /// instead of [`max_connections`](Self::max_connections) and of the `per_second` of
    /// [`call_limit`](Self::call_limit); see [`config`](crate::config).
    ///
    /// ```
    /// use streamgen_runtime::Server;
    /// use streamgen_runtime::config::ConfigFile;
    ///
    /// let builder = Server::builder().config("ServiceName", ConfigFile::new("/etc/shop/kitex.json"));
    /// ```
    pub fn config(mut self, service: impl Into<FastStr>, source: impl ConfigSource) -> Self {
        let names = ConfigNames::of_server(service);
        self.call_limits
            .set_config(Arc::new(Watching::new(names, source)));
        self
    }
}
