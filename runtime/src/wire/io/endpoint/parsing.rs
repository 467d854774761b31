//! From the text of an address to an endpoint.

use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;

use faststr::FastStr;

use super::{Endpoint, Place, Scheme};
use crate::error::{Error, Result};
use crate::wire::io::resolve::Name;
use crate::wire::io::shown::without_user;

/// The port that an `http://` URL means when it names none.
const HTTP_PORT: u16 = 80;
/// The same for `https://`.
const HTTPS_PORT: u16 = 443;

/// What [`Endpoint::parse`] promises.
pub(super) fn parse(text: &str) -> Result<Endpoint> {
    let Some((scheme, rest)) = split_scheme(text) else {
        return host_and_port(text, text, Scheme::Any);
    };
    match scheme {
        "http" => url(text, rest, Scheme::Http, HTTP_PORT),
        "https" => url(text, rest, Scheme::Https, HTTPS_PORT),
        "dns" => match rest.strip_prefix("//") {
            None => host_and_port(text, rest, Scheme::Any),
            Some(rest) => match rest.strip_prefix('/') {
                Some(name) => host_and_port(text, name, Scheme::Any),
                None => Err(unusable(
                    text,
                    "a DNS server cannot be chosen: write dns:///host:port",
                )),
            },
        },
        "unix" => unix(text, rest),
        _ => Err(unusable(
            text,
            "the scheme is unknown: write host:port, dns:///host:port, unix:path, \
             or for gRPC http://host:port",
        )),
    }
}

/// The scheme and what follows its colon. `dns:53` is a host and a port, as `localhost:53` is.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let opaque = matches!(scheme, "dns" | "unix") && rest.parse::<u16>().is_err();
    (opaque || rest.starts_with("//")).then_some((scheme, rest))
}

fn url(text: &str, rest: &str, scheme: Scheme, port: u16) -> Result<Endpoint> {
    let rest = rest
        .strip_prefix("//")
        .ok_or_else(|| unusable(text, "`//` is missing behind the scheme"))?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#']) {
        let why = "a server has no path: the methods of a service are its paths";
        return Err(unusable(text, why));
    }
    if authority.contains('@') {
        return Err(unusable(text, "user names and passwords are not sent"));
    }
    let names_port = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    match names_port {
        true => host_and_port(text, authority, scheme),
        false => host_and_port(text, &format!("{authority}:{port}"), scheme),
    }
}

/// `text` is what the user wrote, `address` the part of it with host and port.
fn host_and_port(text: &str, address: &str, scheme: Scheme) -> Result<Endpoint> {
    if let Ok(address) = address.parse::<SocketAddr>() {
        let place = Place::Tcp(address);
        return Ok(Endpoint::new(address.to_string(), scheme, place));
    }
    let malformed = || unusable(text, "it is not of the form host:port");
    let (host, port) = address.rsplit_once(':').ok_or_else(malformed)?;
    let foreign = |c: char| c.is_whitespace() || c.is_control() || "/\\:@[]?#%".contains(c);
    if host.is_empty() || host.contains(foreign) || port.parse::<u16>().is_err() {
        return Err(malformed());
    }
    let name = FastStr::new(address);
    Ok(Endpoint::new(
        name.clone(),
        scheme,
        Place::Name(Name::new(name)),
    ))
}

/// gRPC's two forms: `unix:path`, relative or absolute, and `unix:///path`.
#[cfg(unix)]
fn unix(text: &str, rest: &str) -> Result<Endpoint> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(unusable(text, "the path of the socket is missing"));
    }
    if path.len() < rest.len() && !path.starts_with('/') {
        let why = "the path behind unix:// begins with a slash; unix:path may be relative";
        return Err(unusable(text, why));
    }
    let place = Place::Unix(PathBuf::from(path));
    Ok(Endpoint::new(format!("unix:{path}"), Scheme::Any, place))
}

#[cfg(not(unix))]
fn unix(text: &str, _: &str) -> Result<Endpoint> {
    Err(unusable(text, "this system has no Unix sockets"))
}

fn unusable(text: &str, why: &str) -> Error {
    let text = without_user(text);
    Error::invalid_argument(format!("`{text}` is no usable address: {why}"))
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::path::Path;

    use super::*;

    #[test]
    fn every_form_has_a_normal_form() {
        for (text, normal, scheme) in [
            ("127.0.0.1:80", "127.0.0.1:80", Scheme::Any),
            ("[::1]:80", "[::1]:80", Scheme::Any),
            ("localhost:80", "localhost:80", Scheme::Any),
            ("dns:53", "dns:53", Scheme::Any),
            ("dns:///pow.svc:80", "pow.svc:80", Scheme::Any),
            ("dns:pow.svc:80", "pow.svc:80", Scheme::Any),
            ("http://pow.svc:8080", "pow.svc:8080", Scheme::Http),
            ("http://pow.svc/", "pow.svc:80", Scheme::Http),
            ("http://[::1]", "[::1]:80", Scheme::Http),
            ("https://pow.svc", "pow.svc:443", Scheme::Https),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.to_string(), normal, "{text}");
            assert_eq!(endpoint.scheme(), scheme, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_of_unix_sockets_have_the_two_forms_of_grpc() {
        for (text, path) in [
            ("unix:/run/pow", "unix:/run/pow"),
            ("unix:///run/pow", "unix:/run/pow"),
            ("unix:pow", "unix:pow"),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(
                (endpoint.to_string().as_str(), endpoint.unix_path()),
                (path, path.strip_prefix("unix:").map(Path::new))
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        #[cfg(unix)]
        let unix = [("unix:", "missing"), ("unix://pow", "slash")];
        #[cfg(not(unix))]
        let unix = [("unix:/run/pow", "no Unix sockets")];
        for (text, why) in unix.into_iter().chain([
            ("", "host:port"),
            ("localhost", "host:port"),
            (":80", "host:port"),
            ("localhost:http", "host:port"),
            ("localhost:70000", "host:port"),
            ("::1:80", "host:port"),
            ("two words:80", "host:port"),
            ("ipv4:127.0.0.1:80", "host:port"),
            ("dns:///pow.svc", "host:port"),
            ("dns://8.8.8.8/pow.svc:80", "DNS server"),
            ("http://pow.svc/v1", "path"),
            ("http://me@pow.svc", "passwords"),
            ("http:///", "host:port"),
            ("tcp://pow.svc:80", "scheme"),
        ]) {
            let error = Endpoint::parse(text).unwrap_err();
            assert!(error.message().contains(why), "{text}: {error}");
            let shown = text.replace("http://me@", "…@");
            assert!(error.message().contains(&format!("`{shown}`")), "{error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        for text in [
            "http://me:secret@h",
            "me:secret@h:80",
            "me:secret@secret@h:80",
            "etcd://me:secret@h:2379",
            "dns://me:secret@h/a",
            "dns:///me:secret@h:80",
        ] {
            let said = Endpoint::parse(text).unwrap_err();
            assert!(said.message().contains("`…@h"), "{text}: {said}");
            assert!(!said.message().contains("secret"), "{text}: {said}");
        }
    }
}
