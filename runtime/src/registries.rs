//! Which registry a URL names: for programs whose environment says where they register.

use std::env::{self, VarError};

use faststr::FastStr;

use crate::error::{Error, Result};
#[cfg(feature = "etcd")]
use crate::etcd::Etcd;
use crate::fleet::{Fleet, Registering, Registry, Resolver};
#[cfg(feature = "nacos")]
use crate::nacos::Nacos;

/// Makes a registry of its URL.
type Open = fn(&str) -> Result<Box<dyn Both>>;

/// A scheme of URLs, which is the name of its feature, too.
struct Scheme {
    name: &'static str,
    /// None if the feature is off.
    open: Option<Open>,
}

const SCHEMES: [Scheme; 2] = [
    Scheme {
        name: "etcd",
        #[cfg(feature = "etcd")]
        open: Some(|url| Ok(Box::new(Etcd::from_url(url)?))),
        #[cfg(not(feature = "etcd"))]
        open: None,
    },
    Scheme {
        name: "nacos",
        #[cfg(feature = "nacos")]
        open: Some(|url| Ok(Box::new(Nacos::from_url(url)?))),
        #[cfg(not(feature = "nacos"))]
        open: None,
    },
];

/// A registry for servers and a resolver for clients.
trait Both {
    fn registering(self: Box<Self>, service: FastStr) -> Registering;
    fn fleet(self: Box<Self>) -> Fleet;
}

impl<R: Registry + Resolver> Both for R {
    fn registering(self: Box<Self>, service: FastStr) -> Registering {
        Registering::new(service, *self)
    }

    fn fleet(self: Box<Self>) -> Fleet {
        Fleet::new(*self)
    }
}

impl Registering {
    /// Registers the server as an instance of `service` in the registry that a URL names: `etcd://…`
    /// (feature `etcd`) or `nacos://…` (feature `nacos`), of the form that `Etcd::from_url` and
    /// `Nacos::from_url` read.
    ///
    /// # Errors
    /// The text is no such URL, or its feature is off. The message does not repeat a password.
    pub fn from_url(service: impl Into<FastStr>, url: &str) -> Result<Self> {
        Ok(open(url)?.registering(service.into()))
    }

    /// The same, with the URL that a variable of the environment has, such as `SERVICE_REGISTRY`. `None` if
    /// the variable is not set, or empty.
    ///
    /// # Errors
    /// As for [`from_url`](Self::from_url). The message names the variable.
    pub(crate) fn from_env(service: impl Into<FastStr>, variable: &str) -> Result<Option<Self>> {
        let wrong = |why: &str| Error::invalid_argument(format!("the variable {variable}: {why}"));
        match env::var(variable) {
            Ok(url) if !url.is_empty() => {
                let registering = Self::from_url(service, &url);
                Ok(Some(registering.map_err(|error| wrong(error.message()))?))
            }
            Ok(_) | Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(wrong("it is no UTF-8")),
        }
    }
}

impl Fleet {
    /// The instances that the registry of a URL knows, in turn by weight: `etcd://…` (feature `etcd`) or
    /// `nacos://…` (feature `nacos`), as for [`Registering::from_url`].
    ///
    /// # Errors
    /// The text is no such URL, or its feature is off. The message does not repeat a password.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(open(url)?.fleet())
    }
}

/// # Errors
/// The text is no URL of a registry, or its feature is off.
fn open(url: &str) -> Result<Box<dyn Both>> {
    let named = url.split_once("://").map(|(name, _)| name);
    let scheme = SCHEMES.iter().find(|scheme| Some(scheme.name) == named);
    let scheme = scheme.ok_or_else(|| {
        // Nothing of the text is repeated: it may hold a password.
        Error::invalid_argument(
            "this is no URL of a registry: write etcd://host:port or nacos://host:port",
        )
    })?;
    scheme.open()?(url)
}

impl Scheme {
    /// # Errors
    /// The feature is off.
    fn open(&self) -> Result<Open> {
        let name = self.name;
        self.open.ok_or_else(|| {
            Error::invalid_argument(format!(
                "`{name}://` needs the feature `{name}` of streamgen-runtime: write \
                 streamgen-runtime = {{ …, features = [\"{name}\"] }} in Cargo.toml"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_whose_feature_is_off_is_refused_with_the_feature() {
        let off = Scheme {
            name: "nacos",
            open: None,
        };
        let error = off.open().unwrap_err();
        assert_eq!(
            error.message(),
            "`nacos://` needs the feature `nacos` of streamgen-runtime: write \
             streamgen-runtime = { …, features = [\"nacos\"] } in Cargo.toml"
        );
    }
}
