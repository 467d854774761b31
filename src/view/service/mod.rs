//! The module of a service: its description, the handler's trait, the server, the client, and the
//! types that these need.

mod client;
mod error;
mod handler_trait;
mod mock;
mod server;

use askama::Template;

use crate::plan::{MethodPlan, Plan, ServicePlan, Signature, literal};

use super::{doc, header, idl_name, item};
use crate::layout::{self, Return};

#[derive(Template)]
#[template(path = "service.rs.j2")]
struct ServiceView<'a> {
    header: String,
    wire_name: &'a str,
    idl: &'a str,
    name: String,
    package: String,
    payload: &'static str,
    default_transport: &'static str,
    method_table: String,
    /// Trait, server, clients, errors and arguments, and the mock, in this order.
    items: Vec<String>,
}

/// The text of a service's module.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn render(plan: &Plan<'_>, service: &ServicePlan<'_>) -> askama::Result<String> {
    let file = plan.schema.def(service.def).file;
    let idl = idl_name(plan, file);
    let is_protobuf = plan.is_protobuf(file);
    let mut items = vec![
        handler_trait::render(plan, service)?,
        server::render(plan, service)?,
    ];
    for found in &service.clients {
        items.push(client::render(service, found)?);
    }
    for method in &service.methods {
        if method.kind.has_args_struct() {
            items.push(item::render_args(plan, service, method)?);
        }
        if let Some(found) = &method.error {
            items.push(error::render(found, method.wire_name)?);
        }
    }
    if let Some(found) = &service.mock {
        items.push(mock::render(service, found)?);
    }
    ServiceView {
        header: header(std::slice::from_ref(&idl)),
        wire_name: service.wire_name,
        idl: &idl,
        name: literal::string(service.wire_name),
        package: literal::string(&plan.grpc_package(file)),
        payload: if is_protobuf { "Protobuf" } else { "Thrift" },
        // Kitex's own choice for each kind of IDL and surface (`kitex-tool.md` 5).
        default_transport: match is_protobuf || service.has_stream_client() {
            true => "Grpc",
            false => "TtHeaderStreaming",
        },
        method_table: method_table(&service.methods),
        items,
    }
    .render()
}

/// The value of `methods` in the service's description.
fn method_table(methods: &[MethodPlan<'_>]) -> String {
    let new = |method: &MethodPlan<'_>| match method.retry_safe {
        true => "::streamgen_runtime::MethodInfo::retry_safe",
        false => "::streamgen_runtime::MethodInfo::new",
    };
    let args = |method: &MethodPlan<'_>| {
        [
            literal::string(method.wire_name),
            format!("::streamgen_runtime::Mode::{}", method.kind.row().mode),
        ]
    };
    match methods {
        [] => "&[]".to_owned(),
        // rustfmt lets a lone element hug the brackets.
        [only] => format!("&[{}]", layout::broken_call(new(only), &args(only), 4)),
        many => {
            let line = |m| format!("        {},\n", layout::call(new(m), &args(m), 8, 8, 1));
            format!("&[\n{}    ]", many.iter().map(line).collect::<String>())
        }
    }
}

/// What stands above a method, in the trait and in the client.
fn docs(method: &MethodPlan<'_>) -> String {
    let title = method.kind.row().title;
    let docs = doc::outer(method.docs, &format!("{title} `{}`.", method.wire_name), 4);
    docs + &layout::attributes(&method.attributes, 4, 0)
}

/// A method's signature inside an `impl` or a trait.
fn signature<'a>(
    head: &str,
    found: &'a Signature,
    returns: impl FnOnce(&'a crate::plan::RustType) -> Return<'a>,
    tail: &str,
) -> String {
    signature_at(layout::STEP, head, found, returns, tail)
}

/// The same, of a method that is indented by `indent`.
fn signature_at<'a>(
    indent: usize,
    head: &str,
    found: &'a Signature,
    returns: impl FnOnce(&'a crate::plan::RustType) -> Return<'a>,
    tail: &str,
) -> String {
    let params = found
        .params
        .iter()
        .map(|(name, ty)| Some((name.as_str(), ty)));
    let params: Vec<_> = std::iter::once(None).chain(params).collect();
    layout::signature(indent, head, &params, &returns(&found.returns), tail)
}
