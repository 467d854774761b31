//! The address at which a server says that it can be reached.

use std::env;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::num::NonZeroU16;

use crate::error::{Error, Result};
use crate::wire::io::Endpoint;

/// Replaces the host, as in Kitex's registry-etcd.
const HOST: &str = "KITEX_IP_TO_REGISTRY";
/// Replaces the port, as in Kitex's registry-etcd.
const PORT: &str = "KITEX_PORT_TO_REGISTRY";

/// Addresses of TEST-NET-1 and of the prefix for documentation (RFC 5737, RFC 3849): the way there is the
/// one to strangers. Nothing is sent.
const STRANGERS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

/// What a server and its machine know of its address.
#[derive(Debug)]
pub(crate) struct OwnAddress {
    /// Where the server listens, if that is on TCP.
    listening: Option<SocketAddr>,
    /// The values of [`HOST`] and [`PORT`].
    variables: [Option<String>; 2],
    /// The address of this machine from which it reaches one of [`STRANGERS`].
    local: fn(IpAddr) -> Option<IpAddr>,
}

impl OwnAddress {
    pub(crate) fn new(listening: Option<SocketAddr>) -> Self {
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            listening,
            variables: [HOST, PORT].map(variable),
            local,
        }
    }

    /// The address of this machine from which it reaches others.
    #[cfg(feature = "nacos")]
    pub(crate) fn of_machine() -> Option<IpAddr> {
        STRANGERS.into_iter().find_map(local)
    }

    /// # Errors
    /// Clients cannot reach the address, or there is none.
    pub(super) fn advertised(&self, chosen: Option<&str>) -> Result<Endpoint> {
        let Some(chosen) = chosen else {
            return self.derived();
        };
        let endpoint = Endpoint::parse(chosen)?;
        if is_no_place(&endpoint) {
            return Err(Error::invalid_argument(format!(
                "no client can reach `{chosen}`, which `.advertise(…)` names: write the host and the \
                 port at which clients reach this server"
            )));
        }
        Ok(endpoint)
    }

    fn derived(&self) -> Result<Endpoint> {
        let Some(listening) = self.listening else {
            return Err(Error::invalid_argument(
                "a server that does not listen on TCP itself has no address to register: \
                 set `.advertise(…)`",
            ));
        };
        let [host, port] = &self.variables;
        let port = match port {
            None => listening.port(),
            Some(text) => match text.parse::<NonZeroU16>() {
                Ok(port) => port.get(),
                Err(_) => return Err(unusable(PORT, text, "port from 1 to 65535")),
            },
        };
        let Some(host) = host else {
            return Ok(SocketAddr::new(self.reachable(listening.ip())?, port).into());
        };
        let endpoint = match host.parse::<IpAddr>() {
            Ok(ip) => SocketAddr::new(ip, port).into(),
            Err(_) => Endpoint::parse(&format!("{host}:{port}"))
                .map_err(|_| unusable(HOST, host, "IP address and no name"))?,
        };
        match is_no_place(&endpoint) {
            true => Err(unusable(HOST, host, "address that clients reach")),
            false => Ok(endpoint),
        }
    }

    /// # Errors
    /// The server listens on all addresses, and the machine has no way to others.
    fn reachable(&self, listening: IpAddr) -> Result<IpAddr> {
        if !listening.is_unspecified() {
            return Ok(listening);
        }
        // `[::]` takes calls over IPv4, too, unless the system says otherwise; see `Registering::advertise`.
        let strangers = STRANGERS.into_iter();
        let mut same = strangers.filter(|one| one.is_ipv4() || listening.is_ipv6());
        let found = same.find_map(|stranger| (self.local)(stranger));
        found.ok_or_else(|| {
            Error::invalid_argument(format!(
                "the server listens on {listening}, and this machine has no address at which others \
                 reach it: set `.advertise(…)`"
            ))
        })
    }
}

/// Whether no client can go there: it is all addresses of a machine, or port 0.
fn is_no_place(endpoint: &Endpoint) -> bool {
    let text = endpoint.to_string();
    match text.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_unspecified() || address.port() == 0,
        Err(_) => text.ends_with(":0") && !text.starts_with("unix:"),
    }
}

fn unusable(variable: &str, text: &str, what: &str) -> Error {
    Error::invalid_argument(format!("{variable} is `{text}`, which is no {what}"))
}

/// Asks the system, by a socket that sends nothing.
fn local(stranger: IpAddr) -> Option<IpAddr> {
    let any: SocketAddr = match stranger {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect((stranger, 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(listening: &str, ip: &str, port: &str) -> OwnAddress {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        OwnAddress {
            listening: listening.parse().ok(),
            variables: [some(ip), some(port)],
            local: |stranger| match stranger {
                IpAddr::V4(_) => Some(Ipv4Addr::new(10, 0, 0, 7).into()),
                IpAddr::V6(_) => unreachable!("IPv4 is asked first"),
            },
        }
    }

    fn text(advertised: Result<Endpoint>) -> String {
        advertised.map_or_else(|error| error.message().to_owned(), |one| one.to_string())
    }

    #[test]
    fn a_server_on_all_addresses_advertises_the_machines_own() {
        for (listening, ip, port, expected) in [
            ("127.0.0.1:80", "", "", "127.0.0.1:80"),
            ("[::1]:80", "", "", "[::1]:80"),
            ("0.0.0.0:80", "", "", "10.0.0.7:80"),
            ("[::]:80", "", "", "10.0.0.7:80"),
            ("0.0.0.0:80", "1.2.3.4", "", "1.2.3.4:80"),
            ("127.0.0.1:80", "1.2.3.4", "30080", "1.2.3.4:30080"),
            ("0.0.0.0:80", "", "30080", "10.0.0.7:30080"),
            ("0.0.0.0:80", "::1", "", "[::1]:80"),
            ("0.0.0.0:80", "pow.svc", "", "pow.svc:80"),
        ] {
            let own = own(listening, ip, port);
            assert_eq!(
                text(own.advertised(None)),
                expected,
                "{listening} {ip} {port}"
            );
        }
    }

    #[test]
    fn an_address_that_is_set_is_taken_as_it_is() {
        let own = own("0.0.0.0:80", "1.2.3.4", "30080");
        for address in ["10.9.8.7:6", "pow.svc:80", "[::1]:6"] {
            assert_eq!(text(own.advertised(Some(address))), address);
        }
    }

    #[test]
    fn an_address_that_no_client_can_reach_is_an_error_with_a_way_out() {
        let local = |_| None;
        let alone = OwnAddress {
            local,
            ..own("0.0.0.0:80", "", "")
        };
        for (own, chosen, expected) in [
            (&alone, None, "set `.advertise(…)`"),
            (&own("", "", ""), None, "set `.advertise(…)`"),
            (
                &own("", "", ""),
                Some("0.0.0.0:80"),
                "no client can reach `0.0.0.0:80`",
            ),
            (
                &own("", "", ""),
                Some("pow.svc:0"),
                "no client can reach `pow.svc:0`",
            ),
            (
                &own("", "", ""),
                Some("pow.svc"),
                "`pow.svc` is no usable address",
            ),
            (
                &own("0.0.0.0:80", "a b", ""),
                None,
                "KITEX_IP_TO_REGISTRY is `a b`",
            ),
            (
                &own("0.0.0.0:80", "", "x"),
                None,
                "KITEX_PORT_TO_REGISTRY is `x`",
            ),
            (
                &own("0.0.0.0:80", "", "0"),
                None,
                "KITEX_PORT_TO_REGISTRY is `0`",
            ),
            (
                &own("0.0.0.0:80", "0.0.0.0", ""),
                None,
                "KITEX_IP_TO_REGISTRY is `0.0.0.0`, which is no address that clients reach",
            ),
            (
                &own("127.0.0.1:80", "::", "30080"),
                None,
                "KITEX_IP_TO_REGISTRY is `::`",
            ),
            (
                &own("127.0.0.1:80", "[::]", ""),
                None,
                "KITEX_IP_TO_REGISTRY is `[::]`",
            ),
        ] {
            let said = text(own.advertised(chosen));
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn the_system_is_asked_for_an_address_that_others_can_reach() {
        // On a machine without network there is none.
        let found = STRANGERS.into_iter().filter_map(local);
        assert!(
            found
                .into_iter()
                .all(|ip| !ip.is_loopback() && !ip.is_unspecified())
        );
    }
}
