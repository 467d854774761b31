//! Where nacos is, and which part of it is meant.

use std::fmt;

use http::uri::Authority;
use percent_encoding::percent_decode_str;

use super::layout::{DEFAULT_CLUSTER, DEFAULT_GROUP};
use crate::error::{Error, Result};
use crate::wire::io::without_password;

/// The port of nacos where none is named.
const PORT: u16 = 8848;
/// nacos listens for its clients at its port and a thousand: it offers no way to ask for another one.
const RPC_PORT: u16 = 1000;

/// The servers of nacos, and what of it is read and written.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Location {
    /// `host:port`, at least one.
    pub(super) servers: Vec<String>,
    /// By its ID. Empty: the one that nacos calls `public`.
    pub(super) namespace: String,
    pub(super) group: String,
    pub(super) cluster: String,
    pub(super) user: Option<User>,
}

/// Who logs in.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) password: String,
}

impl Location {
    /// # Errors
    /// The text is no list of servers.
    pub(super) fn of_servers(servers: &str) -> Result<Self> {
        let named = servers.split(',').map(str::trim);
        let named = named.map(|one| server(one).ok_or_else(|| unusable(one)));
        Ok(Self {
            servers: named.collect::<Result<_>>()?,
            namespace: String::new(),
            group: DEFAULT_GROUP.to_owned(),
            cluster: DEFAULT_CLUSTER.to_owned(),
            user: None,
        })
    }

    /// Reads `nacos://user:password@host:port,host:port?namespace=…&group=…&cluster=…`. All but one host
    /// may be left out.
    ///
    /// # Errors
    /// The text is no such URL. The message does not repeat a password.
    pub(super) fn of_url(url: &str) -> Result<Self> {
        let rest = url
            .strip_prefix("nacos://")
            .ok_or_else(|| wrong("it begins with no `nacos://`"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Otherwise a password that ends early would be taken for a server, and messages repeat servers.
        if query.contains('@') {
            return Err(wrong(
                "of a user, a password and what is behind `?`, `?` and `@` are written as %3F and %40",
            ));
        }
        let (user, servers) = match rest.rsplit_once('@') {
            Some((user, servers)) => (Some(user), servers),
            None => (None, rest),
        };
        let servers = servers.strip_suffix('/').unwrap_or(servers);
        let mut location = Self::of_servers(servers)?;
        location.user = user.map(User::parse).transpose()?;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            location.set(pair)?;
        }
        Ok(location)
    }

    fn set(&mut self, pair: &str) -> Result<()> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = match name {
            "namespace" => &mut self.namespace,
            "group" => &mut self.group,
            "cluster" => &mut self.cluster,
            _ => {
                return Err(wrong(&format!(
                    "`{name}` is unknown: there are namespace, group and cluster"
                )));
            }
        };
        *place = decoded(value)?;
        match name != "namespace" && place.is_empty() {
            true => Err(wrong(&format!("`{name}` is empty"))),
            false => Ok(()),
        }
    }
}

impl User {
    fn parse(text: &str) -> Result<Self> {
        let (name, password) = text
            .split_once(':')
            .ok_or_else(|| wrong("the user has no password"))?;
        Ok(Self {
            name: decoded(name)?,
            password: decoded(password)?,
        })
    }
}

/// The server that a text names, with its port.
fn server(text: &str) -> Option<String> {
    let authority: Authority = text.parse().ok()?;
    if authority.host().is_empty() || text.contains('@') {
        return None;
    }
    let port = match text.strip_prefix(authority.host())? {
        "" => PORT,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let usable = (1..=u16::MAX - RPC_PORT).contains(&port);
    usable.then(|| format!("{}:{port}", authority.host()))
}

/// All of them in turn, from any of them on: so one that is down is not always the first that is tried.
pub(super) fn from_any(servers: &[String]) -> impl Iterator<Item = &String> {
    let first = fastrand::usize(..servers.len().max(1));
    servers.iter().cycle().skip(first).take(servers.len())
}

/// Where the server whose address is `host:port` takes calls.
pub(super) fn rpc_address(server: &str) -> String {
    let (host, port) = server.rsplit_once(':').unwrap_or((server, ""));
    // All ports leave room above them.
    let port = port.parse().unwrap_or(PORT).saturating_add(RPC_PORT);
    format!("{host}:{port}")
}

fn decoded(text: &str) -> Result<String> {
    let text = percent_decode_str(text).decode_utf8();
    Ok(text
        .map_err(|_| wrong("what is behind a `%` is no UTF-8"))?
        .into_owned())
}

fn unusable(server: &str) -> Error {
    Error::invalid_argument(format!(
        "`{}` is no usable address of nacos: write host:port, with a port from 1 to {}, \
         because nacos takes calls at the port {RPC_PORT} above it",
        without_password(server),
        u16::MAX - RPC_PORT
    ))
}

fn wrong(why: &str) -> Error {
    Error::invalid_argument(format!(
        "the URL of nacos: {why}: write nacos://host:port, or \
         nacos://user:password@host:port?namespace=…&group=…&cluster=…"
    ))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nacos at {}", self.servers.join(","))
    }
}

/// Without the password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Location")
            .field("servers", &self.servers)
            .field("namespace", &self.namespace)
            .field("group", &self.group)
            .field("cluster", &self.cluster)
            .field("user", &self.user.as_ref().map(|user| &user.name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_servers_user_and_place() {
        let url = "nacos://me:p%40ss:w@10.0.0.1,[::1]:9000/?namespace=dev&group=G&cluster=c%20d";
        let location = Location::of_url(url).unwrap();
        assert_eq!(location.servers, ["10.0.0.1:8848", "[::1]:9000"]);
        let user = location.user.as_ref().unwrap();
        assert_eq!((&*user.name, &*user.password), ("me", "p@ss:w"));
        let Location {
            namespace,
            group,
            cluster,
            ..
        } = &location;
        assert_eq!((&**namespace, &**group, &**cluster), ("dev", "G", "c d"));
        assert!(!format!("{location:?}").contains("p@ss"));
    }

    /// A user whose host is forgotten looks the same.
    #[test]
    fn without_an_at_a_url_has_servers_alone() {
        let location = Location::of_url("nacos://me:1234").unwrap();
        assert_eq!(location.servers, ["me:1234"]);
        assert!(location.user.is_none());
    }

    #[test]
    fn servers_are_tried_in_turn_from_any_of_them_on() {
        fastrand::seed(1);
        let location = Location::of_servers("a,b,c").unwrap();
        let orders = || from_any(&location.servers).cloned().collect::<String>();
        let seen: std::collections::BTreeSet<_> = (0..50).map(|_| orders()).collect();
        let turned = [
            "a:8848b:8848c:8848",
            "b:8848c:8848a:8848",
            "c:8848a:8848b:8848",
        ];
        assert_eq!(seen, turned.map(str::to_owned).into());
        assert_eq!(from_any(&[]).count(), 0);
    }

    #[test]
    fn calls_go_to_the_port_a_thousand_above() {
        for (server, expected) in [
            ("10.0.0.1:8848", "10.0.0.1:9848"),
            ("[::1]:64535", "[::1]:65535"),
        ] {
            assert_eq!(rpc_address(server), expected);
        }
    }

    #[test]
    fn what_a_url_leaves_out_is_as_in_registry_nacos() {
        let location = Location::of_url("nacos://nacos.internal").unwrap();
        let expected = Location {
            servers: vec!["nacos.internal:8848".into()],
            namespace: String::new(),
            group: "DEFAULT_GROUP".into(),
            cluster: "DEFAULT".into(),
            user: None,
        };
        assert_eq!(location, expected);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (url, why) in [
            ("etcd://a:1", "no `nacos://`"),
            ("nacos://", "`` is no usable address"),
            ("nacos://a:1,", "`` is no usable address"),
            ("nacos://a:x", "`a:…` is no usable address"),
            ("nacos://a:0", "`a:0` is no usable address"),
            ("nacos://a:64536", "a port from 1 to 64535"),
            ("nacos://a b", "`a b` is no usable address"),
            ("nacos://a/b", "`a/b` is no usable address"),
            ("nacos://me@a", "the user has no password"),
            ("nacos://me:secret@a:x", "`a:…` is no usable address"),
            ("nacos://me:secret", "`me:…` is no usable address"),
            (
                "nacos://b,me:secret/?group=G",
                "`me:…` is no usable address",
            ),
            ("nacos://u:secret?w@h", "written as %3F and %40"),
            ("nacos://u:secret?s=x@h", "written as %3F and %40"),
            ("nacos://u:p?secret@h", "written as %3F and %40"),
            ("nacos://u:p?group=secret@h", "written as %3F and %40"),
            ("nacos://u:secret/w@h/x", "`h/x` is no usable address"),
            ("nacos://a?zone=b", "`zone` is unknown"),
            ("nacos://a?group=", "`group` is empty"),
            ("nacos://a?group=%ff", "no UTF-8"),
        ] {
            let error = Location::of_url(url).unwrap_err();
            assert!(error.message().contains(why), "{url}: {error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_url_that_is_taken_for_a_server_is_refused_without_its_password() {
        for text in ["nacos://me:secret@h", "me:secret@h", "a,me:secret@h:1"] {
            let error = Location::of_servers(text).unwrap_err();
            assert!(error.message().starts_with("`…@h"), "{text}: {error}");
            assert!(!error.message().contains("secret"), "{text}: {error}");
        }
    }
}
