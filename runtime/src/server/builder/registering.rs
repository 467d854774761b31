//! Where a server says that it is there.

use faststr::FastStr;

use super::ServerBuilder;
use crate::error::Result;
use crate::fleet::Registering;

impl ServerBuilder {
    /// Registers the server as an instance of a service, as Kitex's `server.WithRegistry` does: once it
    /// serves, on a task of its own that tries again while the registry cannot be reached. When the server
    /// begins to stop, it removes its entry first, which takes 3 s at most, and takes calls meanwhile.
    /// A server whose future is dropped leaves its entry to the registry.
    ///
    /// May be called several times: for several services, or several registries.
    pub fn registry(mut self, registering: Registering) -> Self {
        self.registering.push(registering);
        self
    }

    /// Registers the server as an instance of `service` in the registry whose URL a variable of the
    /// environment has: `etcd://…` or `nacos://…`, as [`Registering::from_url`] reads it. Where the variable
    /// is not set, or empty, the server registers nowhere. A generated `main.rs` has this, with the variable
    /// `SERVICE_REGISTRY`.
    ///
    /// ```
    /// # use streamgen_runtime::{Result, Server, ServerBuilder, server::Service};
    /// # fn run(users: impl Service) -> Result<ServerBuilder> {
    /// let server = Server::builder().add_service(users);
    /// let server = server.registry_from_env("users", "SERVICE_REGISTRY")?;
    /// # Ok(server)
    /// # }
    /// ```
    ///
    /// # Errors
    /// The variable has no such URL, or one whose feature of this crate is off.
    pub fn registry_from_env(self, service: impl Into<FastStr>, variable: &str) -> Result<Self> {
        Ok(match Registering::from_env(service, variable)? {
            Some(registering) => self.registry(registering),
            None => self,
        })
    }
}
