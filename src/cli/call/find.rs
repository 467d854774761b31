//! The IDL that a subcommand works on, and the method that it names.

use streamgen_dynamic::{Method, NotFound, Provider, Schema, Service};

use super::args::IdlArgs;
use super::ending::Ending;

pub(super) fn schema(args: &IdlArgs) -> Result<Schema, Ending> {
    let provider = Provider::file(&args.idl);
    let provider = args.include.iter().fold(provider, Provider::include_dir);
    Ok(provider.load()?)
}

/// `SERVICE/METHOD`, or `METHOD` of the last service, which Kitex takes too when none is named.
pub(super) fn method(schema: &Schema, name: &str) -> Result<(Service, Method), NotFound> {
    let (service, method) = match name.split_once('/') {
        Some((service, method)) => (schema.service(service)?, method),
        None => (schema.last_service()?, name),
    };
    let method = service.method(method)?;
    Ok((service, method))
}
