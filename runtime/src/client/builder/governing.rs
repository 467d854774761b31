//! Which calls are made again, and settings that change while the program runs.

use std::sync::Arc;

use faststr::FastStr;

use super::ClientBuilder;
use crate::config::{ConfigNames, ConfigSource, Watching};
use crate::retry::RetryPolicy;

impl<C> ClientBuilder<C> {
    /// Makes calls of this method again as `policy` says, although a handler may have seen them: the method, by
    /// its IDL name, may run twice. Kitex's `WithRetryMethodPolicies`. Calls without stream only, and not
    /// oneway calls. Default: only calls that reached no handler are made again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::retry::RetryPolicy;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder
    ///     .rpc_timeout(Duration::from_millis(200)) // of each attempt
    ///     .retry("Get", RetryPolicy::failure())
    ///     .retry("List", RetryPolicy::backup(Duration::from_millis(50)))
    /// # }
    /// ```
    pub fn retry(mut self, method: impl Into<FastStr>, policy: RetryPolicy) -> Self {
        self.made.retry();
        self.defaults.retries.set(method.into(), policy);
        self
    }

    /// Makes calls again as `policy` says of all methods that the IDL declares safe to run twice:
    /// `retry = "safe"` in Thrift, `idempotency_level = IDEMPOTENT` or `NO_SIDE_EFFECTS` in Protobuf. A
    /// policy of a [method](Self::retry) is stronger. Default: only calls that reached no handler are made
    /// again.
    ///
    /// ```
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::retry::RetryPolicy;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.retry_safe(RetryPolicy::failure())
    /// # }
    /// ```
    pub fn retry_safe(mut self, policy: RetryPolicy) -> Self {
        self.made.retry_safe();
        self.defaults.retries.set_safe(policy);
        self
    }

    /// Takes timeouts, circuit breakers, retries and degradation from a file or a configuration center, in the
    /// JSON of Kitex's suites, while the program runs: Kitex's `WithSuite` of `config-file` and `config-etcd`.
    /// `client` is what this program is called there; the service is the name that the builder was given.
    /// What the configuration says of a method holds for each call that begins afterwards, instead of what
    /// the builder has set; options of the call itself are stronger. See [`config`](crate::config).
    ///
    /// ```
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::config::ConfigFile;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.config("ClientName", ConfigFile::new("/etc/shop/kitex.json"))
    /// # }
    /// ```
    pub fn config(mut self, client: impl Into<FastStr>, source: impl ConfigSource) -> Self {
        let names = ConfigNames::of_client(client, self.destination.clone());
        self.defaults.config = Some(Arc::new(Watching::new(names, source)));
        self
    }
}
