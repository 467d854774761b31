//! The client of a call: its address, its wire, and how values look.

use streamgen_dynamic::client::JsonClient;
use streamgen_dynamic::{EnumForm, JsonOptions, Method, Mode, Service};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Transport, UnaryTransport};

use super::args::{CallArgs, Wire};
use super::ending::Ending;

/// What servers see as the caller.
const CALLER: &str = "streamgen-call";

/// The connections. Nothing is dialled before the call.
fn channel(args: &CallArgs, service: &Service, method: &Method) -> Result<Channel, Ending> {
    let builder = Channel::builder(service.name().to_owned())
        .address(args.addr.clone())
        .caller(CALLER);
    let builder = match method.mode() {
        mode if mode.is_streaming() => builder.transport(of_streams(args)?),
        Mode::Unary => builder.transport(of_unary(args)?),
        _ => builder.unary_transport(of_calls(args)?),
    };
    Ok(builder.build()?)
}

pub(super) fn client(
    args: &CallArgs,
    service: &Service,
    method: &Method,
) -> Result<JsonClient, Ending> {
    let channel = channel(args, service, method)?;
    let enums = match args.enum_names {
        true => EnumForm::Name,
        false => EnumForm::Number,
    };
    let options = JsonOptions::new().enums(enums);
    let options = options.deny_unknown_fields(!args.skip_unknown);
    Ok(JsonClient::new(service, channel)?.with_json_options(options))
}

fn of_streams(args: &CallArgs) -> Result<Transport, Ending> {
    match args.transport {
        None | Some(Wire::TtheaderStreaming) => Ok(Transport::TtHeaderStreaming),
        Some(Wire::Grpc) => Ok(Transport::Grpc),
        Some(_) => Err(unfit(
            args,
            "carries no streams",
            "ttheader-streaming or grpc",
        )),
    }
}

fn of_unary(args: &CallArgs) -> Result<Transport, Ending> {
    let without = (args.recv_timeout.is_some()).then(|| no_stream(args));
    match (args.transport, without) {
        (_, Some(error)) => Err(error),
        (None | Some(Wire::Grpc), None) => Ok(Transport::Grpc),
        (Some(_), None) => Err(unfit(args, "carries no unary methods", "grpc")),
    }
}

fn of_calls(args: &CallArgs) -> Result<UnaryTransport, Ending> {
    if args.recv_timeout.is_some() {
        return Err(no_stream(args));
    }
    match args.transport {
        Some(Wire::Framed | Wire::Buffered) if !args.metainfo.is_empty() => Err(Ending::usage(
            "framed and buffered carry no metainfo: leave out -transport, or give ttheader-framed, ttheader or grpc",
        )),
        None if args.metainfo.is_empty() => Ok(UnaryTransport::Framed),
        None | Some(Wire::TtheaderFramed) => Ok(UnaryTransport::TtHeaderFramed),
        Some(Wire::Ttheader) => Ok(UnaryTransport::TtHeader),
        Some(Wire::Framed) => Ok(UnaryTransport::Framed),
        Some(Wire::Buffered) => Ok(UnaryTransport::Buffered),
        Some(Wire::Grpc) => Ok(UnaryTransport::Grpc),
        Some(Wire::TtheaderStreaming) => Err(unfit(
            args,
            "carries streams only",
            "framed, buffered, ttheader, ttheader-framed or grpc",
        )),
    }
}

fn unfit(args: &CallArgs, why: &str, others: &str) -> Ending {
    let method = &args.method;
    Ending::usage(format!(
        "this -transport {why}: {method} is called over {others}"
    ))
}

fn no_stream(args: &CallArgs) -> Ending {
    let method = &args.method;
    Ending::usage(format!(
        "-recv-timeout is for streams, and {method} has none: give -timeout"
    ))
}
