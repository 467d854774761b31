//! The server: a handler, and the way from a method's number to one of its functions.

use askama::Template;

use crate::plan::{MethodKind, MethodPlan, Plan, Request, RustType, ServicePlan, literal};

use crate::layout;

#[derive(Template)]
#[template(path = "service_server.rs.j2")]
struct ServerView<'a> {
    service: &'a ServicePlan<'a>,
    /// Whether it makes an invoker.
    invoker: bool,
    /// Heads of the `impl` blocks.
    inherent: String,
    from_arc: String,
    debug: String,
    service_impl: String,
    debug_body: String,
    /// Arms of the two dispatching functions.
    serve: Vec<Arm>,
    stream: Vec<Arm>,
    /// What the parameter for a stream's context is called.
    stream_context: &'static str,
}

struct Arm {
    index: usize,
    closure: String,
    /// The runtime's function that runs the closure.
    call: &'static str,
}

pub(super) fn render(plan: &Plan<'_>, service: &ServicePlan<'_>) -> askama::Result<String> {
    let bound = format!("<{}: {}>", service.handler, service.handler_trait);
    let server = format!("{}<{}>", service.server, service.handler);
    let arc = RustType::generic("::std::sync::Arc", [RustType::plain(service.handler)]);
    let header =
        |generics: &str, of_trait: RustType| layout::impl_header(generics, &of_trait, &server);
    ServerView {
        service,
        invoker: plan.invoker,
        inherent: layout::inherent_header(&bound, &server),
        from_arc: header(&bound, RustType::generic("::core::convert::From", [arc])),
        debug: header(
            &format!("<{}>", service.handler),
            RustType::plain("::core::fmt::Debug"),
        ),
        service_impl: header(&bound, RustType::runtime("server::Service", [])),
        debug_body: layout::call("f.write_str", &[literal::string(&service.server)], 8, 8, 0),
        serve: arms(service, |kind| !kind.is_streaming()),
        stream: arms(service, MethodKind::is_streaming),
        stream_context: match takes_context(service) {
            true => "cx",
            false => "_cx",
        },
    }
    .render()
}

/// Whether handlers of streams are given a context beside the stream.
fn takes_context(service: &ServicePlan<'_>) -> bool {
    let mut streams = service.methods.iter();
    streams.any(|method| method.kind.is_streaming() && method.context_param.is_some())
}

fn arms(service: &ServicePlan<'_>, wanted: impl Fn(MethodKind) -> bool) -> Vec<Arm> {
    let methods = service
        .methods
        .iter()
        .enumerate()
        .filter(|(_, method)| wanted(method.kind));
    methods
        .map(|(index, method)| arm(service, index, method))
        .collect()
}

/// The handler's function is named with its trait: on the `Arc`, an IDL's `clone` would be another.
fn arm(service: &ServicePlan<'_>, index: usize, method: &MethodPlan<'_>) -> Arm {
    let ServicePlan {
        handler,
        handler_trait,
        ..
    } = service;
    let callee = format!("<{handler} as {handler_trait}>::{}", method.ident);
    let kind = method.kind.row();
    let (mut params, mut rest) = match kind.request {
        Request::Arguments => {
            let args = method.args.iter().map(|arg| format!("args.{}", arg.ident));
            let name = if method.args.is_empty() {
                "_args"
            } else {
                "args"
            };
            (
                vec![format!("{name}: {}", method.args_struct)],
                args.collect(),
            )
        }
        Request::Message => (vec!["req".to_owned()], vec!["req".to_owned()]),
        Request::Stream => (Vec::new(), Vec::new()),
    };
    let context = method.context_param.as_ref().map(|_| "cx".to_owned());
    match method.kind.is_streaming() {
        true => {
            params.push("stream".to_owned());
            rest.push("stream".to_owned());
        }
        // Middleware may have changed the context.
        false => params.insert(0, context.clone().unwrap_or_else(|| "_cx".to_owned())),
    }
    let args: Vec<_> = std::iter::once("&handler".to_owned())
        .chain(context)
        .chain(rest)
        .collect();
    Arm {
        index,
        closure: layout::async_closure("call", &params.join(", "), &callee, &args, 16),
        call: kind.server_function,
    }
}
