//! What the runtime has to know of a service: tables that live as long as the process.

use std::sync::{Mutex, PoisonError};

use streamgen_runtime::{Error, ErrorKind, MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

use crate::schema::{self, Codec};
use crate::service::Service;

/// Most different services that one process can call or serve without generated code. The runtime's tables of
/// services are never freed, because generated code has them as constants. An IDL that is read again
/// takes a new one only if it has other names or modes.
pub const MAX_SERVICES: usize = 4096;

/// Most memory that the tables of all these services may take, in bytes: 64 MiB. A service of a hundred
/// methods takes about 4 KiB.
pub const MAX_SERVICES_BYTES: usize = 64 * 1024 * 1024;

/// The services that were called before.
static KNOWN: Mutex<Known> = Mutex::new(Known {
    services: Vec::new(),
    bytes: 0,
});

struct Known {
    services: Vec<&'static ServiceInfo>,
    /// What the tables take.
    bytes: usize,
}

/// Gives the runtime's table of a service, and makes it if no call has needed it before.
///
/// # Errors
/// This process has [`MAX_SERVICES`] tables already, or with this one its tables would take more than
/// [`MAX_SERVICES_BYTES`].
pub(crate) fn of(service: &Service) -> Result<&'static ServiceInfo, Error> {
    let table = service.table();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.services.iter().find(|info| is_same(info, service)) {
        return Ok(found);
    }
    let bytes = known.bytes + size_of_table(table);
    if known.services.len() >= MAX_SERVICES || bytes > MAX_SERVICES_BYTES {
        let text = format!(
            "this process can call and serve no other service: it has had {} different ones, and their tables stay",
            known.services.len()
        );
        return Err(Error::new(ErrorKind::ResourceExhausted, 0, text));
    }
    let methods: Vec<_> = table.methods.iter().map(method_info).collect();
    let (payload, transport) = payload_of(service);
    let info = ServiceInfo::new(
        table.name.clone().leak(),
        table.package.clone().leak(),
        payload,
        transport,
        methods.leak(),
    );
    let info: &'static ServiceInfo = Box::leak(Box::new(info));
    known.services.push(info);
    known.bytes = bytes;
    Ok(info)
}

fn size_of_table(table: &schema::Service) -> usize {
    let methods = table.methods.iter();
    let methods = methods.map(|method| size_of::<MethodInfo>() + method.name.len());
    size_of::<ServiceInfo>() + table.name.len() + table.package.len() + methods.sum::<usize>()
}

fn method_info(method: &schema::Method) -> MethodInfo {
    let (name, mode) = (method.name.clone().leak(), mode_of(method.mode));
    match method.retry_safe {
        true => MethodInfo::retry_safe(name, mode),
        false => MethodInfo::new(name, mode),
    }
}

/// How messages are encoded, and the wire of streams without a word: Kitex's own defaults for each language.
fn payload_of(service: &Service) -> (PayloadCodec, Transport) {
    match service.codec() {
        Codec::Thrift => (PayloadCodec::Thrift, Transport::TtHeaderStreaming),
        Codec::Protobuf => (PayloadCodec::Protobuf, Transport::Grpc),
    }
}

fn is_same(info: &ServiceInfo, service: &Service) -> bool {
    let table = service.table();
    let same_method = |(known, method): (&MethodInfo, &schema::Method)| {
        known.name == method.name
            && known.mode == mode_of(method.mode)
            && known.retry_safe == method.retry_safe
    };
    info.payload == payload_of(service).0
        && info.name == table.name
        && info.package == table.package
        && info.methods.len() == table.methods.len()
        && info.methods.iter().zip(&table.methods).all(same_method)
}

fn mode_of(mode: schema::Mode) -> Mode {
    match mode {
        schema::Mode::PingPong => Mode::PingPong,
        schema::Mode::Unary => Mode::Unary,
        schema::Mode::OneWay => Mode::OneWay,
        schema::Mode::ClientStreaming => Mode::ClientStreaming,
        schema::Mode::ServerStreaming => Mode::ServerStreaming,
        schema::Mode::BidiStreaming => Mode::BidiStreaming,
    }
}
