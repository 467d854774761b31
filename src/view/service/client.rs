//! The client: its constructors, and in an `impl` of their own the methods of the IDL.

use askama::Template;

use crate::plan::{MethodPlan, Request, RustType, ServicePlan};

use super::{docs, signature};
use crate::layout;
use crate::layout::Return;

#[derive(Template)]
#[template(path = "service_client.rs.j2")]
struct ClientView<'a> {
    service: &'a ServicePlan<'a>,
    /// Head of the function that starts a builder.
    builder: String,
    /// Head of the `impl` block.
    from_client: String,
    methods: Vec<MethodView>,
}

struct MethodView {
    docs: String,
    signature: String,
    body: String,
}

pub(super) fn render(service: &ServicePlan<'_>) -> askama::Result<String> {
    let client = RustType::runtime("client::ServiceClient", []);
    let from = RustType::generic("::core::convert::From", [client]);
    let methods = service
        .methods
        .iter()
        .enumerate()
        .map(|(index, method)| MethodView {
            docs: docs(method),
            signature: signature(
                &format!("pub fn {}", method.ident),
                &method.client_signature(),
                Return::Type,
                " {",
            ),
            body: body(index, method),
        });
    ClientView {
        service,
        builder: builder(service),
        from_client: layout::impl_header("", &from, &service.client),
        methods: methods.collect(),
    }
    .render()
}

fn builder(service: &ServicePlan<'_>) -> String {
    let name = RustType::runtime("FastStr", []);
    let destination = RustType::generic("impl ::core::convert::Into", [name]);
    let builder = RustType::runtime("client::ClientBuilder", [RustType::plain("Self")]);
    let head = format!("pub fn {}", service.builder);
    let params = [Some(("destination", &destination))];
    layout::signature(4, &head, &params, &Return::Type(&builder), " {")
}

fn body(index: usize, method: &MethodPlan<'_>) -> String {
    let idents: Vec<_> = method.args.iter().map(|arg| arg.ident.as_str()).collect();
    let kind = method.kind.row();
    let function = kind.client_function;
    match kind.request {
        Request::Stream => format!("self.client.{function}({index})"),
        Request::Message => {
            let call = format!("{function}({index}, {})", idents.join(", "));
            layout::method_call("self.client", &call, 8)
        }
        Request::Arguments => {
            let args = layout::struct_shorthand(&method.args_struct, &idents, 8);
            format!("let args = {args};\n        self.client.{function}({index}, args)")
        }
    }
}
