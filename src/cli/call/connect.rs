//! The client of a call: its addresses, its wire, and how values look.

use streamgen_dynamic::client::JsonClient;
use streamgen_dynamic::{Codec, EnumForm, JsonOptions, Method, Mode, Service};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Transport, UnaryTransport};

use super::call_args::{CallArgs, Wire};
use super::ending::Ending;
use super::tls;
use super::told::Told;

/// What servers see as the caller.
const CALLER: &str = "streamgen-call";

/// The connections. Nothing is dialled before the call.
fn channel(
    args: &CallArgs,
    service: &Service,
    method: &Method,
    told: &Told,
) -> Result<Channel, Ending> {
    let builder = Channel::builder(service.name().to_owned()).caller(CALLER);
    let addresses = args.addr.iter();
    let builder = addresses.fold(builder, |builder, address| builder.address(address.clone()));
    let builder = match method.mode() {
        mode if mode.is_streaming() => builder.transport(of_streams(args, service, method)?),
        Mode::Unary => builder.transport(of_unary(args, method)?),
        _ => builder.unary_transport(of_calls(args, service, method)?),
    };
    let builder = match args.tls.is_on() {
        true => builder.tls(tls::client(&args.tls, &args.addr[0])?),
        false => builder,
    };
    let builder = match told.is_on() {
        true => builder.tracer(told.clone()),
        false => builder,
    };
    Ok(builder.build()?)
}

pub(super) fn client(
    args: &CallArgs,
    service: &Service,
    method: &Method,
    told: &Told,
) -> Result<JsonClient, Ending> {
    let channel = channel(args, service, method, told)?;
    let options = match args.enum_names {
        true => JsonOptions::new().enums(EnumForm::Name),
        false => JsonOptions::new(),
    };
    let options = options.deny_unknown_fields(!args.skip_unknown);
    Ok(JsonClient::new(service, channel)?.with_json_options(options))
}

/// The wire that the other flags ask for: only gRPC has TLS and headers.
fn asked(args: &CallArgs) -> Result<Option<Wire>, Ending> {
    let flag = match (args.tls.is_on(), args.header.is_empty()) {
        (true, _) => "TLS",
        (_, false) => "-H",
        _ if args.streaming => return Ok(args.transport.or(Some(Wire::Grpc))),
        _ => return Ok(args.transport),
    };
    match args.transport {
        None | Some(Wire::Grpc) => Ok(Some(Wire::Grpc)),
        Some(_) => Err(Ending::usage(format!(
            "this -transport has no {flag}: leave it out, or give grpc"
        ))),
    }
}

fn of_streams(args: &CallArgs, service: &Service, method: &Method) -> Result<Transport, Ending> {
    match asked(args)? {
        None if service.codec() == Codec::Protobuf => Ok(Transport::Grpc),
        None | Some(Wire::TtheaderStreaming) => Ok(Transport::TtHeaderStreaming),
        Some(Wire::Grpc) => Ok(Transport::Grpc),
        Some(_) => Err(unfit(
            method,
            "carries no streams",
            "ttheader-streaming or grpc",
        )),
    }
}

fn of_unary(args: &CallArgs, method: &Method) -> Result<Transport, Ending> {
    let without = (args.recv_timeout.is_some()).then(|| no_stream(method));
    match (asked(args)?, without) {
        (_, Some(error)) => Err(error),
        (None | Some(Wire::Grpc), None) => Ok(Transport::Grpc),
        (Some(_), None) => Err(unfit(method, "carries no unary methods", "grpc")),
    }
}

fn of_calls(args: &CallArgs, service: &Service, method: &Method) -> Result<UnaryTransport, Ending> {
    if args.recv_timeout.is_some() {
        return Err(no_stream(method));
    }
    let bare = |what: &str| {
        Ending::usage(format!(
            "framed and buffered carry no {what}: leave out -transport, or give ttheader-framed, ttheader or grpc"
        ))
    };
    match asked(args)? {
        Some(Wire::Framed | Wire::Buffered) if args.has_metainfo() => Err(bare("metainfo")),
        Some(Wire::Framed | Wire::Buffered) if args.meta_backward => Err(bare("metainfo")),
        Some(Wire::Framed | Wire::Buffered) if args.biz_error => Err(bare("business errors")),
        None if service.codec() == Codec::Protobuf => Ok(of_protobuf(service)),
        None if args.biz_error => Ok(UnaryTransport::TtHeader),
        None if !args.has_metainfo() && !args.meta_backward => Ok(UnaryTransport::Framed),
        None | Some(Wire::TtheaderFramed) => Ok(UnaryTransport::TtHeaderFramed),
        Some(Wire::Ttheader) => Ok(UnaryTransport::TtHeader),
        Some(Wire::Framed) => Ok(UnaryTransport::Framed),
        Some(Wire::Buffered) => Ok(UnaryTransport::Buffered),
        Some(Wire::Grpc) => Ok(UnaryTransport::Grpc),
        Some(Wire::TtheaderStreaming) => Err(unfit(
            method,
            "carries streams only",
            "framed, buffered, ttheader, ttheader-framed or grpc",
        )),
    }
}

/// As Kitex chooses: gRPC for a service that has streams.
fn of_protobuf(service: &Service) -> UnaryTransport {
    match service.methods().any(|method| method.mode().is_streaming()) {
        true => UnaryTransport::Grpc,
        false => UnaryTransport::TtHeaderFramed,
    }
}

fn unfit(method: &Method, why: &str, others: &str) -> Ending {
    let method = method.name();
    Ending::usage(format!(
        "this -transport {why}: {method} is called over {others}"
    ))
}

fn no_stream(method: &Method) -> Ending {
    let method = method.name();
    Ending::usage(format!(
        "-recv-timeout is for streams, and {method} has none: give -timeout"
    ))
}
