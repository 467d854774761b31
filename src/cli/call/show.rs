//! What an IDL has: `list`, `describe`, `template`.

use streamgen_dynamic::{Codec, Mode, Schema, Service};

use super::args::{IdlArgs, ListArgs, NamedArgs};
use super::ending::Ending;
use super::tls_args::TlsArgs;
use super::{find, print};

/// Reads the IDL, or asks a server for it. TLS is for a server only.
fn schema(idl: &IdlArgs, tls: &TlsArgs) -> Result<Schema, Ending> {
    match tls.is_on() && idl.reflection.is_none() {
        true => Err(Ending::usage(
            "TLS is for the server of -reflection: give that, or leave out the flags of TLS",
        )),
        false => find::schema(idl, tls),
    }
}

/// Every method of every service, one a line.
pub(super) fn list(args: &ListArgs) -> Result<(), Ending> {
    let schema = schema(&args.idl, &args.tls)?;
    match methods_of(&schema).trim_end() {
        "" => Ok(()),
        text => print::line(text),
    }
}

/// A line for each method of each service.
pub(super) fn methods_of(schema: &Schema) -> String {
    schema.services().map(|service| methods(&service)).collect()
}

fn methods(service: &Service) -> String {
    let methods = service.methods().map(|method| {
        let (name, mode) = (method.name(), mode_name(service, method.mode()));
        format!(
            "{}/{name}  {mode}  {}\n",
            service.full_name(),
            method.signature()
        )
    });
    methods.collect()
}

fn mode_name(service: &Service, mode: Mode) -> &'static str {
    match mode {
        Mode::PingPong if service.codec() == Codec::Protobuf => "unary",
        Mode::PingPong => "ping-pong",
        Mode::Unary => "unary",
        Mode::OneWay => "oneway",
        Mode::ClientStreaming => "client-streaming",
        Mode::ServerStreaming => "server-streaming",
        Mode::BidiStreaming => "bidirectional",
    }
}

/// A service, a method or a struct.
pub(super) fn describe(args: &NamedArgs) -> Result<(), Ending> {
    let schema = schema(&args.idl, &args.tls)?;
    print::line(described(&schema, &args.name)?.trim_end())
}

/// A service, a method or a struct, and what it is made of.
pub(super) fn described(schema: &Schema, name: &str) -> Result<String, Ending> {
    if let Ok(service) = schema.service(name) {
        return Ok(methods(&service));
    }
    let no_struct = match schema.message(name) {
        Ok(message) => return Ok(message.definitions()),
        Err(error) => error,
    };
    let found = find::method(schema, name);
    let (service, method) = found.map_err(|error| match name.contains('/') {
        true => error.into(),
        false => Ending::usage(format!("{no_struct}; {error}")),
    })?;
    let (service, mode) = (service.full_name(), mode_name(&service, method.mode()));
    let (signature, definitions) = (method.signature(), method.definitions());
    Ok(format!(
        "{service}/{}  {mode}\n{signature}\n\n{definitions}",
        method.name()
    ))
}

/// An example request.
pub(super) fn template(args: &NamedArgs) -> Result<(), Ending> {
    let schema = schema(&args.idl, &args.tls)?;
    let (_, method) = find::method(&schema, &args.name)?;
    print::line(&method.template())
}
