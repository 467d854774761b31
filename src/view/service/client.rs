//! The client: its constructors, and in an `impl` of their own the methods of the IDL.

use askama::Template;

use crate::plan::{ClientKind, ClientPlan, MethodPlan, Request, RustType, ServicePlan};

use super::{docs, signature};
use crate::layout;
use crate::layout::Return;

#[derive(Template)]
#[template(path = "service_client.rs.j2")]
struct ClientView<'a> {
    client: &'a ClientPlan,
    /// The client's documentation, each line with its end.
    docs: String,
    /// The runtime's functions that make it: of `ServiceClient`, and of the type of its builder.
    of_channel: &'static str,
    builder_type: &'static str,
    of_service: &'static str,
    /// Head of the function that starts a builder.
    builder: String,
    /// Head of the function that makes a client in memory.
    in_memory: String,
    /// Its first statement.
    server: String,
    /// Head of the `impl` block.
    from_client: String,
    methods: Vec<MethodView>,
}

struct MethodView {
    docs: String,
    signature: String,
    body: String,
}

pub(super) fn render(service: &ServicePlan<'_>, client: &ClientPlan) -> askama::Result<String> {
    let wrapped = RustType::runtime("client::ServiceClient", []);
    let from = RustType::generic("::core::convert::From", [wrapped]);
    let numbers = client.methods.iter();
    let methods = numbers
        .map(|number| (*number, &service.methods[*number]))
        .map(|(number, method)| MethodView {
            docs: docs(method),
            signature: signature(
                &format!("pub fn {}", method.ident),
                &method.client_signature(),
                Return::Type,
                " {",
            ),
            body: body(number, method),
        });
    let (of_channel, builder_type, of_service) = client.kind.functions();
    ClientView {
        client,
        docs: docs_of_client(service, client),
        of_channel,
        builder_type,
        of_service,
        builder: builder(client, builder_type),
        in_memory: in_memory(service, client),
        server: layout::let_call(
            "server",
            &format!("{}::new", service.server),
            &["handler".to_owned()],
            8,
        ),
        from_client: layout::impl_header("", &from, &client.ident),
        methods: methods.collect(),
    }
    .render()
}

/// What stands above a client. One of two says what the other is for.
fn docs_of_client(service: &ServicePlan<'_>, client: &ClientPlan) -> String {
    let name = service.wire_name;
    let clone = "Cheap to clone: clones share connections.";
    let other = service.clients.iter().find(|one| one.kind != client.kind);
    let other = other.map_or("", |other| &other.ident);
    match client.kind {
        ClientKind::All => format!("/// Calls `{name}`. {clone}\n"),
        ClientKind::Calls => {
            format!("/// Calls `{name}`. {clone}\n///\n/// Streams are [`{other}`]'s.\n")
        }
        ClientKind::OverStream => format!(
            "/// Opens streams of `{name}`. {clone}\n///\n/// Calls without stream are [`{other}`]'s.\n"
        ),
    }
}

fn in_memory(service: &ServicePlan<'_>, client: &ClientPlan) -> String {
    let handler = RustType::plain(format!("impl {}", service.handler_trait));
    let head = format!("pub fn {}", client.in_memory);
    let params = [Some(("handler", &handler))];
    layout::signature(
        4,
        &head,
        &params,
        &Return::Type(&RustType::plain("Self")),
        " {",
    )
}

fn builder(client: &ClientPlan, builder_type: &str) -> String {
    let name = RustType::runtime("FastStr", []);
    let destination = RustType::generic("impl ::core::convert::Into", [name]);
    let builder = format!("client::{builder_type}");
    let builder = RustType::runtime(&builder, [RustType::plain("Self")]);
    let head = format!("pub fn {}", client.builder);
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
