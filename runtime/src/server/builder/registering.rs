//! Where a server says that it is there.

use super::ServerBuilder;
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
}
