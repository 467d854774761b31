//! The trait that a handler implements.

use askama::Template;

use crate::plan::{Plan, ServicePlan};

use super::{doc, docs, signature};
use crate::layout;
use crate::layout::Return;

#[derive(Template)]
#[template(path = "handler_trait.rs.j2")]
struct TraitView {
    docs: String,
    header: String,
    methods: Vec<MethodView>,
}

struct MethodView {
    docs: String,
    signature: String,
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
            ";",
        ),
    });
    TraitView {
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
