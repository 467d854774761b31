//! The trait that a handler implements.

use askama::Template;

use crate::layout::{self, Return};
use crate::plan::{MethodPlan, Plan, ServicePlan, literal};

use super::{doc, docs, signature};

#[derive(Template)]
#[template(path = "handler_trait.rs.j2")]
struct TraitView {
    docs: String,
    /// Whether methods have bodies, which leave their parameters alone.
    has_bodies: bool,
    header: String,
    methods: Vec<MethodView>,
}

struct MethodView {
    docs: String,
    signature: String,
    /// In the body, the line or lines that make the error.
    error: Option<String>,
    /// Whether the method has an error type of its own.
    declared: bool,
}

pub(super) fn render(plan: &Plan<'_>, service: &ServicePlan<'_>) -> askama::Result<String> {
    let last = format!(
        "Implement this trait and hand it to [`{}::new`].",
        service.server
    );
    let methods = service.methods.iter().map(|method| MethodView {
        docs: docs(method),
        signature: signature(
            &format!("fn {}", method.ident),
            &method.handler_signature(),
            Return::Future,
            if plan.default_handlers { " {" } else { ";" },
        ),
        error: plan
            .default_handlers
            .then(|| not_implemented(service, method)),
        declared: method.error.is_some(),
    });
    TraitView {
        has_bodies: plan.default_handlers && !service.methods.is_empty(),
        docs: doc::outer_with(&plan.schema.def(service.def).docs, &last, 0),
        header: layout::trait_header(
            &format!("pub trait {}", service.handler_trait),
            "::core::marker::Send + ::core::marker::Sync + 'static",
            service.methods.is_empty(),
        ),
        methods: methods.collect(),
    }
    .render()
}

/// What makes the answer of a method that nobody has written: gRPC's status for that, which is an
/// application exception on other wires.
fn not_implemented(service: &ServicePlan<'_>, method: &MethodPlan<'_>) -> String {
    let message = format!(
        "{}.{} is not implemented",
        service.wire_name, method.wire_name
    );
    let args = ["status".to_owned(), literal::string(&message)];
    layout::let_call("error", "::streamgen_runtime::Error::grpc_status", &args, 8)
}
