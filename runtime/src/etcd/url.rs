//! The URL of a store.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::{Etcd, PORT};
use crate::error::{Error, Result};
use crate::wire::io::{Endpoint, without_password};

const FORM: &str = "etcd://[user:password@]host[:port][,host[:port]…][/prefix][?lease=seconds]";

/// # Errors
/// What is wrong with it. The message does not have the URL, because that may hold a password.
pub(super) fn read(url: &str) -> Result<Etcd> {
    let rest = url.strip_prefix("etcd://");
    let rest = rest.ok_or_else(|| wrong("it does not begin with etcd://"))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    // Otherwise a password that ends early would be taken for a host, and messages repeat hosts.
    if prefix.contains('@') || query.contains('@') {
        return Err(wrong(
            "of a user, a password and a prefix, `/`, `?` and `@` are written as %2F, %3F and %40",
        ));
    }
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (Some(user), hosts),
        None => (None, authority),
    };
    if hosts.is_empty() {
        return Err(wrong("it names no host"));
    }
    let addresses = hosts.split(',').map(address).collect::<Result<Vec<_>>>()?;
    let mut etcd = Etcd::new(addresses)?;
    if let Some(user) = user {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        etcd = etcd.user(decoded(name)?, decoded(password)?);
    }
    let prefix = prefix.trim_end_matches('/');
    if !prefix.is_empty() {
        etcd = etcd.prefix(decoded(prefix)?);
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        etcd = match pair.split_once('=') {
            Some(("lease", seconds)) => match seconds.parse() {
                Ok(seconds) if seconds > 0 => etcd.lease(Duration::from_secs(seconds)),
                _ => return Err(wrong("`lease` is no number of seconds from 1 on")),
            },
            _ => return Err(wrong("behind `?` there is only `lease`")),
        };
    }
    Ok(etcd)
}

/// # Errors
/// The host has no address. The message does not repeat what may be a password.
fn address(host: &str) -> Result<String> {
    let address = with_port(host);
    let unusable = |_| {
        wrong(&format!(
            "`{}` is no usable address",
            without_password(host)
        ))
    };
    Endpoint::parse(&address).map_err(unusable)?;
    Ok(address)
}

fn with_port(host: &str) -> String {
    // The colons of an IPv6 address are within brackets.
    let names_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    match names_port {
        true => host.to_owned(),
        false => format!("{host}:{PORT}"),
    }
}

fn decoded(text: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| wrong("what is behind a percent sign is no UTF-8"))?;
    Ok(decoded.into_owned())
}

fn wrong(why: &str) -> Error {
    Error::invalid_argument(format!(
        "the URL of etcd cannot be used: {why}; write {FORM}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_addresses_a_user_a_prefix_and_a_lease() {
        let etcd = read("etcd://u%40x:p%2Fw@a,b:1,[::1],[::2]:3/my/%70refix/?lease=5").unwrap();
        let settings = &etcd.settings;
        assert_eq!(
            settings.addresses,
            ["a:2379", "b:1", "[::1]:2379", "[::2]:3"]
        );
        assert_eq!(settings.user, Some(("u@x".into(), "p/w".into())));
        assert_eq!(settings.prefix, "my/prefix");
        assert_eq!(etcd.lease_seconds(), 5);
        let plain = read("etcd://localhost").unwrap().settings;
        assert_eq!(plain.prefix, "kitex/registry-etcd");
        assert_eq!((plain.user, plain.lease), (None, None));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (url, why) in [
            ("http://u:secret@a", "does not begin with etcd://"),
            ("etcd://u:secret@", "names no host"),
            ("etcd://", "names no host"),
            ("etcd://u:secret@a:x", "`a:…` is no usable address"),
            ("etcd://u:secret", "`u:…` is no usable address"),
            ("etcd://a,u:secret]/prefix", "`u:…` is no usable address"),
            ("etcd://a,", "is no usable address"),
            ("etcd://u:secret%ff@a", "no UTF-8"),
            ("etcd://root:secret/w@h", "written as %2F, %3F and %40"),
            ("etcd://root:secret?w@h", "written as %2F, %3F and %40"),
            ("etcd://root:12secret/w@h", "written as %2F, %3F and %40"),
            ("etcd://root:12/secret@h", "written as %2F, %3F and %40"),
            ("etcd://a?lease=secret@h", "written as %2F, %3F and %40"),
            ("etcd://a?lease=0", "`lease` is no number"),
            ("etcd://a?lease=x", "`lease` is no number"),
            ("etcd://a?leese=1", "there is only `lease`"),
        ] {
            let said = read(url).unwrap_err().to_string();
            assert!(said.contains(why), "{url}: {said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
