//! A service plan as text fragments for `templates/service.rs.j2`.

use askama::Template;

use crate::plan::{ErrorPlan, MethodKind, MethodPlan, Plan, RustType, ServicePlan, literal};

use super::layout::{self, Return};
use super::{doc, item};

/// One service module.
#[derive(Template)]
#[template(path = "service.rs.j2")]
pub(crate) struct ServiceView<'a> {
    pub(crate) header: &'a str,
    pub(crate) idl: &'a str,
    service: &'a ServicePlan<'a>,
    wire_name: String,
    package: String,
    method_table: String,
    trait_docs: String,
    trait_header: String,
    methods: Vec<MethodView<'a>>,
    serve: Vec<Arm>,
    stream: Vec<Arm>,
    inherent: String,
    debug: String,
    debug_body: String,
    from_arc: String,
    service_impl: String,
    from_channel: String,
    builder: String,
}

/// An arm of one of the server's two dispatching functions.
struct Arm {
    index: usize,
    closure: String,
    call: &'static str,
}

/// One method.
struct MethodView<'a> {
    handler_docs: String,
    handler_signature: String,
    client_docs: String,
    client_signature: String,
    client_body: String,
    args: Option<String>,
    error: Option<ErrorView<'a>>,
}

/// The error enum of a method.
struct ErrorView<'a> {
    plan: &'a ErrorPlan<'a>,
    method: &'a str,
    variants: Vec<VariantView<'a>>,
    conversions: Vec<Conversion>,
    display: String,
    error: String,
    throws: String,
}

struct VariantView<'a> {
    docs: String,
    ident: &'a str,
    declaration: String,
    into_declared: String,
    decode: String,
}

const CONTEXT: &str = "Context";

impl<'a> ServiceView<'a> {
    /// Lays out one service.
    pub(crate) fn new(
        plan: &'a Plan<'a>,
        service: &'a ServicePlan<'a>,
        header: &'a str,
        idl: &'a str,
    ) -> askama::Result<Self> {
        let def = plan.schema.def(service.def);
        let handler = format!("<{}: {}>", service.handler, service.handler_trait);
        let server = format!("{}<{}>", service.server, service.handler);
        let last = format!(
            "Implement this trait and hand it to [`{}::new`].",
            service.server
        );
        let arc = RustType::generic("::std::sync::Arc", [RustType::plain(service.handler)]);
        let from = |ty| RustType::generic("::core::convert::From", [ty]);
        let methods = service.methods.iter().enumerate();
        let methods: askama::Result<_> = methods
            .map(|(n, m)| MethodView::new(plan, service, n, m))
            .collect();
        Ok(Self {
            header,
            idl,
            service,
            wire_name: literal::string(service.wire_name),
            package: literal::string(plan.grpc_package(def.file)),
            method_table: method_table(&service.methods),
            trait_docs: doc::outer_with(&def.docs, &last, 0),
            trait_header: layout::trait_header(
                &format!("pub trait {}", service.handler_trait),
                "::core::marker::Send + ::core::marker::Sync + 'static",
                service.methods.is_empty(),
            ),
            methods: methods?,
            serve: arms(service, |kind| !kind.is_streaming()),
            stream: arms(service, MethodKind::is_streaming),
            inherent: layout::inherent_header(&handler, &server),
            debug_body: layout::call("f.write_str", &[literal::string(&service.server)], 8, 8, 0),
            debug: layout::impl_header(
                &format!("<{}>", service.handler),
                &RustType::plain("::core::fmt::Debug"),
                &server,
            ),
            from_arc: layout::impl_header(&handler, &from(arc), &server),
            service_impl: layout::impl_header(
                &handler,
                &RustType::plain("::streamgen_runtime::server::Service"),
                &server,
            ),
            from_channel: layout::impl_header(
                "",
                &from(RustType::plain("::streamgen_runtime::client::Channel")),
                &service.client,
            ),
            builder: layout::signature(
                4,
                &format!("pub fn {}", service.constructor),
                &[Some((
                    "destination",
                    &RustType::generic(
                        "impl ::core::convert::Into",
                        [RustType::runtime("FastStr", [])],
                    ),
                ))],
                &Return::Type(&RustType::runtime(
                    "client::ClientBuilder",
                    [RustType::plain("Self")],
                )),
                " {",
            ),
        })
    }
}

/// The value of `methods` in the service's description.
fn method_table(methods: &[MethodPlan<'_>]) -> String {
    let entry = |method: &MethodPlan<'_>, indent| {
        let mode = match method.kind {
            MethodKind::PingPong => "PingPong",
            MethodKind::OneWay => "OneWay",
            MethodKind::ClientStreaming => "ClientStreaming",
            MethodKind::ServerStreaming => "ServerStreaming",
            MethodKind::BidiStreaming => "BidiStreaming",
        };
        let args = [
            literal::string(method.wire_name),
            format!("::streamgen_runtime::Mode::{mode}"),
        ];
        let column = if methods.len() == 1 { 200 } else { indent };
        layout::call(
            "::streamgen_runtime::MethodInfo::new",
            &args,
            indent,
            column,
            1,
        )
    };
    match methods {
        [] => "&[]".to_owned(),
        // rustfmt lets a lone element hug the brackets.
        [only] => format!("&[{}]", entry(only, 4)),
        many => {
            let lines: String = many
                .iter()
                .map(|m| format!("        {},\n", entry(m, 8)))
                .collect();
            format!("&[\n{lines}    ]")
        }
    }
}

fn arms(service: &ServicePlan<'_>, wanted: impl Fn(MethodKind) -> bool) -> Vec<Arm> {
    let methods = service
        .methods
        .iter()
        .enumerate()
        .filter(|(_, m)| wanted(m.kind));
    methods
        .map(|(index, method)| Arm::new(service, index, method))
        .collect()
}

impl Arm {
    fn new(service: &ServicePlan<'_>, index: usize, method: &MethodPlan<'_>) -> Self {
        let callee = format!(
            "<{} as {}>::{}",
            service.handler, service.handler_trait, method.ident
        );
        let args: Vec<_> = method
            .args
            .iter()
            .map(|arg| format!("args.{}", arg.ident))
            .collect();
        let (call, params, rest) = match method.kind {
            MethodKind::PingPong | MethodKind::OneWay => {
                let name = if args.is_empty() { "_args" } else { "args" };
                ("ping_pong", format!("{name}: {}", method.args_struct), args)
            }
            MethodKind::ClientStreaming => {
                ("client_streaming", "stream".into(), vec!["stream".into()])
            }
            MethodKind::ServerStreaming => (
                "server_streaming",
                "req, stream".into(),
                vec!["req".into(), "stream".into()],
            ),
            MethodKind::BidiStreaming => ("bidi_streaming", "stream".into(), vec!["stream".into()]),
        };
        let args: Vec<String> = ["&handler".to_owned(), "cx".to_owned()]
            .into_iter()
            .chain(rest)
            .collect();
        Self {
            index,
            closure: layout::async_closure("call", &params, &callee, &args, 16),
            call,
        }
    }
}

impl<'a> MethodView<'a> {
    fn new(
        plan: &Plan<'_>,
        service: &ServicePlan<'_>,
        index: usize,
        method: &'a MethodPlan<'a>,
    ) -> askama::Result<Self> {
        let kind = match method.kind {
            MethodKind::PingPong => "Ping-pong method",
            MethodKind::OneWay => "Oneway method",
            MethodKind::ClientStreaming => "Client-streaming method",
            MethodKind::ServerStreaming => "Server-streaming method",
            MethodKind::BidiStreaming => "Bidirectional streaming method",
        };
        let fallback = format!("{kind} `{}`.", method.wire_name);
        let docs = doc::outer(method.docs, &fallback, 4);
        let error = method
            .error
            .as_ref()
            .map(|error| ErrorView::new(error, method.wire_name));
        let args = match method.kind.is_streaming() {
            true => None,
            false => Some(item::render_args(plan, service, method)?),
        };
        Ok(Self {
            handler_docs: docs.clone(),
            handler_signature: handler_signature(method),
            client_docs: docs,
            client_signature: client_signature(method),
            client_body: client_body(index, method),
            args,
            error,
        })
    }
}

fn handler_signature(method: &MethodPlan<'_>) -> String {
    let (params, output) = handler_parts(method);
    let params: Vec<_> = std::iter::once(None)
        .chain(params.iter().map(|(n, ty)| Some((n.as_str(), ty))))
        .collect();
    layout::signature(
        4,
        &format!("fn {}", method.ident),
        &params,
        &Return::Future(&output),
        ";",
    )
}

/// Parameters after `&self`, and what the future resolves to. Also the scaffold's business.
pub(crate) fn handler_parts(method: &MethodPlan<'_>) -> (Vec<(String, RustType)>, RustType) {
    let request = || {
        method
            .args
            .first()
            .map_or_else(RustType::unit, |arg| arg.ty.clone())
    };
    let result = method.result.clone();
    let mut params = vec![(method.context_param.clone(), RustType::runtime(CONTEXT, []))];
    let stream =
        |name, types: Vec<RustType>| (method.stream_param.clone(), RustType::runtime(name, types));
    let arguments = method
        .args
        .iter()
        .map(|arg| (arg.ident.clone(), arg.ty.clone()));
    let output = match method.kind {
        MethodKind::PingPong | MethodKind::OneWay => {
            params.extend(arguments);
            result
        }
        MethodKind::ClientStreaming => {
            params.push(stream("ClientStreamingServer", vec![request()]));
            result
        }
        MethodKind::ServerStreaming => {
            params.extend(arguments);
            params.push(stream("ServerStreamingServer", vec![result]));
            RustType::unit()
        }
        MethodKind::BidiStreaming => {
            params.push(stream("BidiStreamingServer", vec![request(), result]));
            RustType::unit()
        }
    };
    let returns = match &method.error {
        Some(error) => RustType::runtime("Result", [output, RustType::plain(&error.ident)]),
        None => RustType::runtime("Result", [output]),
    };
    (params, returns)
}

fn client_signature(method: &MethodPlan<'_>) -> String {
    let result = method.result.clone();
    let request = || {
        method
            .args
            .first()
            .map_or_else(RustType::unit, |arg| arg.ty.clone())
    };
    let args_struct = || RustType::plain(&method.args_struct);
    let call =
        |name: &str, types: Vec<RustType>| RustType::runtime(&format!("client::{name}"), types);
    let returns = match method.kind {
        MethodKind::PingPong => {
            let error = method
                .error
                .as_ref()
                .map(|error| RustType::plain(&error.ident));
            call(
                "PingPongCall",
                [args_struct(), result].into_iter().chain(error).collect(),
            )
        }
        MethodKind::OneWay => call("OneWayCall", vec![args_struct()]),
        MethodKind::ClientStreaming => call("ClientStreamingCall", vec![request(), result]),
        MethodKind::ServerStreaming => call("ServerStreamingCall", vec![request(), result]),
        MethodKind::BidiStreaming => call("BidiStreamingCall", vec![request(), result]),
    };
    let takes_args = matches!(
        method.kind,
        MethodKind::PingPong | MethodKind::OneWay | MethodKind::ServerStreaming
    );
    let args = method.args.iter().filter(|_| takes_args);
    let params: Vec<_> = std::iter::once(None)
        .chain(args.map(|a| Some((a.ident.as_str(), &a.ty))))
        .collect();
    layout::signature(
        4,
        &format!("pub fn {}", method.ident),
        &params,
        &Return::Type(&returns),
        " {",
    )
}

fn client_body(index: usize, method: &MethodPlan<'_>) -> String {
    let idents: Vec<_> = method.args.iter().map(|arg| arg.ident.as_str()).collect();
    let function = match method.kind {
        MethodKind::PingPong => "ping_pong",
        MethodKind::OneWay => "one_way",
        MethodKind::ClientStreaming => return format!("self.channel.client_streaming({index})"),
        MethodKind::BidiStreaming => return format!("self.channel.bidi_streaming({index})"),
        MethodKind::ServerStreaming => {
            let call = format!("server_streaming({index}, {})", idents.join(", "));
            return layout::method_call("self.channel", &call, 8);
        }
    };
    let args = layout::struct_shorthand(&method.args_struct, &idents, 8);
    format!("let args = {args};\n        self.channel.{function}({index}, args)")
}

impl<'a> ErrorView<'a> {
    fn new(plan: &'a ErrorPlan<'a>, method: &'a str) -> Self {
        let variants = plan.exceptions.iter().map(|one| VariantView {
            docs: doc::outer(&one.field.docs, &format!("`{}`", one.field.name), 4),
            ident: &one.variant,
            declaration: layout::variant(&one.variant, &one.ty),
            into_declared: layout::arm(
                &format!("Self::{}(e)", one.variant),
                &format!(
                    "::core::result::Result::Ok(::streamgen_runtime::Declared::new({}, e))",
                    one.field.id
                ),
                12,
            ),
            decode: layout::arm(
                &one.field.id.to_string(),
                &format!(
                    "Self::{}(::streamgen_runtime::Message::decode(r)?)",
                    one.variant
                ),
                12,
            ),
        });
        let declared = plan.exceptions.iter().filter(|one| !one.repeated);
        let declared = declared.map(|one| Conversion::new(plan, &one.ty, &one.variant, ""));
        let runtime = [("Error", "e"), ("BizStatusError", "e.into()")].map(|(name, value)| {
            Conversion::new(plan, &RustType::runtime(name, []), &plan.other, value)
        });
        let throws = RustType::runtime("Throws", []);
        Self {
            plan,
            method,
            variants: variants.collect(),
            conversions: declared.chain(runtime).collect(),
            display: layout::impl_header("", &RustType::plain("::core::fmt::Display"), &plan.ident),
            error: layout::impl_header("", &RustType::plain("::core::error::Error"), &plan.ident),
            throws: layout::impl_header("", &throws, &plan.ident),
        }
    }
}

/// One `From` of an error enum.
struct Conversion {
    header: String,
    ty: String,
    variant: String,
    value: &'static str,
}

impl Conversion {
    fn new(plan: &ErrorPlan<'_>, ty: &RustType, variant: &str, value: &'static str) -> Self {
        let of_trait = RustType::generic("::core::convert::From", [ty.clone()]);
        Self {
            header: layout::impl_header("", &of_trait, &plan.ident),
            ty: ty.flat(),
            variant: variant.to_owned(),
            value: if value.is_empty() { "e" } else { value },
        }
    }
}

/// The text of a service's module.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn render(plan: &Plan<'_>, service: &ServicePlan<'_>) -> askama::Result<String> {
    let idl = super::idl_name(plan, plan.schema.def(service.def).file);
    let header = super::header(std::slice::from_ref(&idl));
    ServiceView::new(plan, service, &header, &idl)?.render()
}
