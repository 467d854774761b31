//! Whose configuration it is.

use faststr::FastStr;

use super::category::Category;
use crate::error::Side;

/// Whose configuration a source is asked for: that of a client of a service, or that of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigNames {
    client: Option<FastStr>,
    service: FastStr,
}

impl ConfigNames {
    /// Names a client and the service that it calls.
    #[must_use]
    pub fn of_client(client: impl Into<FastStr>, service: impl Into<FastStr>) -> Self {
        Self {
            client: Some(client.into()),
            service: service.into(),
        }
    }

    /// Names the service of a server.
    #[must_use]
    pub fn of_server(service: impl Into<FastStr>) -> Self {
        Self {
            client: None,
            service: service.into(),
        }
    }

    /// The name of the client; `None` for a server.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// The service that the client calls, or that the server serves.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The categories that it may have.
    #[must_use]
    pub fn categories(&self) -> &'static [Category] {
        match self.side() {
            Side::Client => Category::OF_CLIENTS,
            Side::Server => Category::OF_SERVERS,
        }
    }

    /// Its key in a file of Kitex's `config-file`: `ClientName/ServiceName`, or `ServiceName`.
    #[must_use]
    pub fn file_key(&self) -> String {
        match &self.client {
            Some(client) => format!("{client}/{}", self.service),
            None => self.service.to_string(),
        }
    }

    /// The key of a category behind the prefix of Kitex's `config-etcd`:
    /// `ClientName/ServiceName/retry`, or `ServiceName/limit`.
    #[must_use]
    pub fn path(&self, category: Category) -> String {
        format!("{}/{}", self.file_key(), category.name())
    }

    pub(super) fn side(&self) -> Side {
        match self.client {
            Some(_) => Side::Client,
            None => Side::Server,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of the README of `kitex-contrib/config-etcd`, behind `/KitexConfig/`.
    #[test]
    fn keys_are_those_of_config_etcd() {
        let client = ConfigNames::of_client("ClientName", "ServiceName");
        let paths: Vec<_> = client
            .categories()
            .iter()
            .map(|it| client.path(*it))
            .collect();
        assert_eq!(
            paths,
            [
                "ClientName/ServiceName/rpc_timeout",
                "ClientName/ServiceName/circuit_break",
                "ClientName/ServiceName/retry",
                "ClientName/ServiceName/degradation",
            ]
        );
        let server = ConfigNames::of_server("ServiceName");
        assert_eq!(server.path(Category::Limit), "ServiceName/limit");
        assert_eq!(server.categories(), [Category::Limit]);
    }
}
