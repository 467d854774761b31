//! How connections are made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::io::{Attempts, CONNECT_TIMEOUT, Dial, Direct};
#[cfg(feature = "tls")]
use crate::wire::tls::ClientTls;

/// How connections are made.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) limits: GrpcLimits,
    pub(crate) dial: Arc<dyn Dial>,
    pub(crate) dial_timeout: Duration,
    /// Told of every attempt to connect.
    pub(crate) attempts: Attempts,
    /// Connections to an address, which all calls share.
    pub(crate) slots: usize,
    /// Every call has a connection of its own.
    pub(crate) short: bool,
    /// Speaks TLS, if set.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<ClientTls>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: GrpcLimits::default(),
            dial: Arc::new(Direct),
            dial_timeout: CONNECT_TIMEOUT,
            attempts: Attempts::default(),
            slots: 1,
            short: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl Config {
    pub(crate) fn is_secured(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some();
        #[cfg(not(feature = "tls"))]
        false
    }

    /// The scheme of calls to `destination`, and the configuration with its name as that of the server.
    ///
    /// # Errors
    /// Over TLS, a destination that is no name of a server.
    pub(super) fn to(self, destination: &str) -> Result<(&'static str, Self)> {
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls.clone() {
            let tls = Some(tls.named(destination)?);
            return Ok(("https", Self { tls, ..self }));
        }
        let _ = destination;
        Ok(("http", self))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("limits", &self.limits)
            .field("dial_timeout", &self.dial_timeout)
            .field("short", &self.short)
            .finish_non_exhaustive()
    }
}
