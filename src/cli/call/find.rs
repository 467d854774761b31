//! The IDL that a subcommand works on, and the method that it names.

use std::thread;
use std::time::Duration;

use streamgen_dynamic::client::ReflectionError;
use streamgen_dynamic::{Codec, Method, NotFound, Provider, Schema, Service};
use streamgen_runtime::client::Channel;
use tokio::runtime;
use tokio::time::timeout;

use super::args::{IdlArgs, Language};
use super::ending::Ending;
use super::tls;
use super::tls_args::TlsArgs;

/// How long a server may take to tell its IDL.
const REFLECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Loads the IDL. A server that is asked for it is asked with TLS, if that is on.
pub(super) fn schema(args: &IdlArgs, tls: &TlsArgs) -> Result<Schema, Ending> {
    let provider = match (&args.idl, &args.descriptor_set, &args.reflection) {
        (_, Some(path), _) => Provider::descriptor_set(path),
        (_, _, Some(address)) => from_server(address, tls)?,
        (idl, ..) => Provider::file(idl.clone().unwrap_or_default()),
    };
    let provider = args.include.iter().fold(provider, Provider::include_dir);
    let provider = match args.language {
        None => provider,
        Some(Language::Thrift) => provider.codec(Codec::Thrift),
        Some(Language::Protobuf) => provider.codec(Codec::Protobuf),
    };
    Ok(provider.load()?)
}

/// Asks on a thread of its own: there may be a runtime on this one.
fn from_server(address: &str, tls: &TlsArgs) -> Result<Provider, Ending> {
    let channel = Channel::builder("reflection").address(address.to_owned());
    let channel = match tls.is_on() {
        true => channel.tls(tls::client(tls, address)?),
        false => channel,
    };
    let channel = channel.build()?;
    let asking = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Ending::failure(error.to_string()))?;
        // A timer is made within the runtime.
        let asked = async { timeout(REFLECTION_TIMEOUT, Provider::from_server(&channel)).await };
        match runtime.block_on(asked) {
            Ok(Ok(provider)) => Ok(provider),
            Ok(Err(error)) => Err(refused(error)),
            Err(_) => Err(Ending::failure(format!(
                "the server has not told its IDL in {REFLECTION_TIMEOUT:?}"
            ))),
        }
    });
    let ended = asking.join();
    ended.unwrap_or_else(|_| Err(Ending::failure("the question for the IDL has failed")))
}

/// The exit status is that of a call that fails so.
fn refused(error: ReflectionError) -> Ending {
    let text = error.to_string();
    match error {
        ReflectionError::Call(error) => Ending {
            text: Some(text),
            ..error.into()
        },
        _ => Ending::failure(text),
    }
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
