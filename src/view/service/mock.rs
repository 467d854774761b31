//! The mock: a handler that a test tells what to answer.

use askama::Template;

use crate::layout::{self, Return};
use crate::plan::{MethodPlan, MockMethod, MockPlan, RustType, ServicePlan, Takes};

#[derive(Template)]
#[template(path = "service_mock.rs.j2")]
struct MockView<'a> {
    mock: &'a MockPlan,
    wire_name: &'a str,
    handler_trait: &'a str,
    /// Heads of the `impl` blocks.
    inherent: String,
    default: String,
    handler: String,
    methods: Vec<MethodView<'a>>,
}

struct MethodView<'a> {
    wire_name: &'a str,
    index: usize,
    expect: String,
    signature: String,
    body: String,
}

/// What a block of the macro is indented by.
const BLOCK: usize = layout::STEP;
/// A method in the block.
const METHOD: usize = BLOCK + layout::STEP;
/// Its body.
const BODY: usize = METHOD + layout::STEP;

pub(super) fn render(service: &ServicePlan<'_>, mock: &MockPlan) -> askama::Result<String> {
    let methods = service.methods.iter().zip(&mock.methods).enumerate();
    let header = |of_trait| layout::impl_header_at(BLOCK, "", &of_trait, &mock.ident);
    let handler = header(RustType::in_module(&service.handler_trait));
    MockView {
        mock,
        wire_name: service.wire_name,
        handler_trait: &service.handler_trait,
        inherent: format!("impl {} {{", mock.ident),
        default: header(RustType::plain("::core::default::Default")),
        handler: match (methods.len(), handler.contains('\n')) {
            (0, false) => handler + "}",
            (0, true) => handler + "\n    }",
            _ => handler,
        },
        methods: methods
            .map(|(index, (method, mock))| method_view(index, method, mock))
            .collect(),
    }
    .render()
}

fn method_view<'a>(index: usize, method: &'a MethodPlan<'_>, mock: &MockMethod) -> MethodView<'a> {
    let expect = format!("pub fn {}", mock.expect);
    let returns = Return::Type(&mock.expectation);
    MethodView {
        wire_name: method.wire_name,
        index,
        expect: layout::signature(METHOD, &expect, &[None], &returns, " {"),
        signature: super::signature_at(
            METHOD,
            &format!("async fn {}", method.ident),
            &mock.signature,
            Return::Type,
            " {",
        ),
        body: body(index, mock),
    }
}

fn body(index: usize, mock: &MockMethod) -> String {
    let call = |args: &[String]| {
        let index = std::iter::once(index.to_string());
        let args: Vec<_> = index.chain(args.iter().cloned()).collect();
        layout::awaited_call("self.mock", mock.function, &args, BODY)
    };
    match &mock.takes {
        Takes::Params(params) => call(params),
        Takes::Struct {
            context,
            ident,
            fields,
        } => {
            let fields: Vec<_> = fields.iter().map(String::as_str).collect();
            let args = layout::struct_shorthand(ident, &fields, BODY);
            let call = call(&[context.clone(), "args".to_owned()]);
            format!("let args = {args};\n            {call}")
        }
    }
}
