//! A configuration in a file.

use std::path::PathBuf;
use std::time::Duration;

use super::names::ConfigNames;
use super::source::{ConfigSource, ConfigUpdates};
use crate::error::Result;
use crate::watched_file::{Content, Looks, WatchedFile};

/// The configuration in a JSON file, as Kitex's `config-file` has it. One file may be for many clients and
/// servers:
///
/// ```json
/// {
///   "ClientName/ServiceName": {
///     "timeout": { "*": { "rpc_timeout_ms": 2000, "conn_timeout_ms": 100 } },
///     "circuitbreaker": { "Echo": { "enable": true, "err_rate": 0.3, "min_sample": 100 } }
///   },
///   "ServiceName": { "limit": { "connection_limit": 300, "qps_limit": 200 } }
/// }
/// ```
///
/// The categories may also have their names of `config-etcd`, `rpc_timeout` and `circuit_break`. The guide,
/// with all fields, is `docs/config.md` in the repository.
///
/// The file is read again and again, and a change takes effect with the next call. A file that is wrong is
/// refused as a whole, and an event says what is wrong. A file that is written in place may be read half-way;
/// it is wrong then, and right a moment later. Without a file, the settings of the program hold.
#[derive(Debug, Clone)]
pub struct ConfigFile(WatchedFile);

impl ConfigFile {
    /// The file at `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(WatchedFile::new(path.into()))
    }

    /// Sets the time between two looks at the file. Default 1 s, at least 10 ms.
    #[must_use]
    pub fn refresh(mut self, time: Duration) -> Self {
        self.0.set_refresh(time);
        self
    }
}

impl ConfigSource for ConfigFile {
    async fn watch(&self, _: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        let (mut looks, path) = (Looks::default(), self.0.path.display());
        loop {
            match self.0.changed(&mut looks).await {
                Content::Bytes(bytes) => updates.set_file(&path, Some(bytes)),
                Content::Missing => updates.set_file(&path, None),
                Content::Unreadable(why) => updates.failed(&path, why),
            }
        }
    }
}
