//! The command line as values.

use std::time::Duration;

use streamgen_runtime::etcd::Etcd;
use streamgen_runtime::server::CallLimit;

use crate::flags::Flags;
use crate::scenarios::{Scenario, SelectError, select};
use crate::wire::{Family, Wire};

pub const USAGE: &str = "\
usage: peer server -addr HOST:PORT [-proto thrift|pb|both] [-services peer,other] [-stop-after D] [-exit-wait D]
                   [-qps N] [-running N] [-registry ETCD] [-name SERVICE] [-drain-delay D] [-v]
       peer client -addr HOST:PORT -proto WIRE [-scenario all|NAME,…] [-count N] [-size N]
                   [-parallel N] [-timeout D] [-conn long|short|mux] [-mux-calls] [-checksum]
                   [-registry ETCD] [-name SERVICE] [-ours] [-v]
       peer list";

const DEFAULT_ADDR: &str = "127.0.0.1:8899";
/// What clients and registries know the servers of either program by.
const DEFAULT_NAME: &str = "peer-server";

/// Why a command line cannot be run.
pub enum Refusal {
    Usage(String),
    Unsupported(String),
}

impl From<String> for Refusal {
    fn from(text: String) -> Self {
        Self::Usage(text)
    }
}

impl From<SelectError> for Refusal {
    fn from(error: SelectError) -> Self {
        match error {
            SelectError::Unknown(text) => Self::Usage(text),
            SelectError::Unsupported(text) => Self::Unsupported(text),
        }
    }
}

pub struct ServerOptions {
    pub addr: String,
    /// The IDLs whose services the server offers on its one port. The service `peer` of the first
    /// IDL is the fallback.
    pub families: &'static [Family],
    pub services: Vec<String>,
    pub stop_after: Duration,
    pub exit_wait: Duration,
    /// How many calls it takes.
    pub limit: CallLimit,
    /// Where it registers itself, and as what.
    pub registry: Option<Etcd>,
    pub name: String,
    pub drain_delay: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    Mux,
    Long,
    Short,
}

#[derive(Clone)]
pub struct ClientOptions {
    /// The servers, unless a registry knows them.
    pub addr: String,
    pub registry: Option<Etcd>,
    /// Of the service.
    pub name: String,
    pub wire: &'static Wire,
    pub run: Vec<Scenario>,
    pub count: usize,
    pub size: usize,
    pub parallel: usize,
    pub timeout: Duration,
    pub connections: Connections,
    /// Whether ping-pong calls share one connection (TTHeader).
    pub mux_calls: bool,
    /// Whether payloads have a checksum (TTHeader).
    pub checksum: bool,
    /// Whether the server is ours: it answers where Kitex's is silent, and over Protobuf's gRPC with gRPC's own number.
    pub ours: bool,
}

impl ServerOptions {
    pub fn parse(args: &[String]) -> Result<Self, Refusal> {
        let names = [
            "addr",
            "proto",
            "services",
            "stop-after",
            "exit-wait",
            "qps",
            "running",
            "registry",
            "name",
            "drain-delay",
        ];
        let flags = Flags::parse(args, &names, &["v"])?;
        let families: &[Family] = match flags.text("proto", "thrift").as_str() {
            "thrift" => &[Family::Thrift],
            "pb" => &[Family::Protobuf],
            "both" => &[Family::Thrift, Family::Protobuf],
            other => return Err(format!("no server for -proto {other}").into()),
        };
        let services = flags.text("services", "peer,other");
        let services: Vec<String> = services.split(',').map(str::to_owned).collect();
        for name in &services {
            if !["peer", "other"].contains(&name.as_str()) {
                return Err(format!("unknown service {name:?}").into());
            }
        }
        Ok(Self {
            addr: flags.text("addr", DEFAULT_ADDR),
            families,
            services,
            stop_after: flags.duration("stop-after", Duration::ZERO)?,
            exit_wait: flags.duration("exit-wait", Duration::from_secs(5))?,
            limit: limit(&flags)?,
            registry: registry(&flags)?,
            name: flags.text("name", DEFAULT_NAME),
            drain_delay: flags.duration("drain-delay", Duration::ZERO)?,
        })
    }
}

/// The etcd in which servers are listed; without a flag, none.
fn registry(flags: &Flags) -> Result<Option<Etcd>, Refusal> {
    let address = flags.text("registry", "");
    let etcd = (!address.is_empty()).then(|| Etcd::new([&address]));
    let etcd = etcd.transpose();
    etcd.map_err(|error| Refusal::Usage(format!("-registry: {error}")))
}

/// A limit of calls; without a flag, none.
fn limit(flags: &Flags) -> Result<CallLimit, Refusal> {
    let mut limit = CallLimit::new();
    if let most @ 1.. = flags.number("qps", 0)? {
        let calls = u32::try_from(most).map_err(|_| "-qps is too large".to_owned())?;
        limit = limit.per_second(calls);
    }
    if let most @ 1.. = flags.number("running", 0)? {
        limit = limit.running(most);
    }
    Ok(limit)
}

impl ClientOptions {
    pub fn parse(args: &[String]) -> Result<Self, Refusal> {
        let names = [
            "addr", "proto", "scenario", "count", "size", "parallel", "timeout", "conn",
            "registry", "name",
        ];
        let flags = Flags::parse(args, &names, &["v", "mux-calls", "checksum", "ours"])?;
        let proto = flags.text("proto", "ttheader-streaming");
        let wire = Wire::find(&proto).ok_or(format!("unknown -proto {proto:?}"))?;
        let connections = match flags.text("conn", "mux").as_str() {
            "mux" => Connections::Mux,
            "long" => Connections::Long,
            "short" => Connections::Short,
            other => return Err(format!("unknown -conn {other:?}").into()),
        };
        let options = Self {
            addr: flags.text("addr", DEFAULT_ADDR),
            registry: registry(&flags)?,
            name: flags.text("name", DEFAULT_NAME),
            wire,
            run: select(wire, &flags.text("scenario", "all"))?,
            count: flags.number("count", 10)?,
            size: flags.number("size", 0)?,
            parallel: flags.number("parallel", 20)?,
            timeout: flags.duration("timeout", Duration::from_secs(20))?,
            connections,
            mux_calls: flags.text("mux-calls", "false") == "true",
            checksum: flags.text("checksum", "false") == "true",
            ours: flags.text("ours", "false") == "true",
        };
        if options.count < 1 || options.parallel < 1 || options.timeout.is_zero() {
            let text = "-count and -parallel must be at least 1, -timeout above 0".to_owned();
            return Err(text.into());
        }
        Ok(options)
    }
}
