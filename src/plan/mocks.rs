//! The handler of a service that a test tells what to answer.

use super::ident::unraw;
use super::kinds::{Request, Response};
use super::names::free_name;
use super::rust_type::RustType;
use super::services::MethodPlan;
use super::signatures::Signature;

/// A mock of a service.
#[derive(Debug)]
pub(crate) struct MockPlan {
    pub(crate) ident: String,
    /// One for each method of the service.
    pub(crate) methods: Vec<MockMethod>,
}

/// A method of a mock.
#[derive(Debug)]
pub(crate) struct MockMethod {
    /// The function by which a test says what it expects. All of them begin alike, so that no name of the
    /// IDL meets another of ours.
    pub(crate) expect: String,
    /// What that function gives.
    pub(crate) expectation: RustType,
    /// The method of the handler's trait.
    pub(crate) signature: Signature,
    /// The runtime's function that answers a call.
    pub(crate) function: &'static str,
    /// What goes to that function: the parameters, or a struct of the arguments.
    pub(crate) takes: Takes,
}

/// What a mock is given of a call.
#[derive(Debug)]
pub(crate) enum Takes {
    /// These parameters of the signature.
    Params(Vec<String>),
    /// The context, and the struct of the arguments, made of the other parameters.
    Struct {
        context: String,
        ident: String,
        fields: Vec<String>,
    },
}

pub(super) fn of(ident: String, methods: &[MethodPlan<'_>]) -> MockPlan {
    MockPlan {
        ident,
        methods: methods.iter().map(method).collect(),
    }
}

fn method(method: &MethodPlan<'_>) -> MockMethod {
    let kind = method.kind.row();
    let mut signature = method.handler_signature();
    let takes = name_params(method, &mut signature);
    MockMethod {
        expect: format!("expect_{}", unraw(&method.ident)),
        expectation: RustType::runtime(kind.expectation, expected_types(method)),
        signature,
        function: kind.mock_function,
        takes,
    }
}

/// What the test is given as the request, the result, and the error of the handler if it is a special one.
fn expected_types(method: &MethodPlan<'_>) -> Vec<RustType> {
    let request = match (method.kind.row().request, method.args.as_slice()) {
        (_, []) => RustType::unit(),
        (_, [only]) => only.ty.clone(),
        (Request::Arguments, _) => RustType::in_module(&method.args_struct),
        (Request::Message | Request::Stream, [first, ..]) => first.ty.clone(),
    };
    let result = match method.kind.row().response {
        Response::None => RustType::unit(),
        Response::Returned | Response::Stream => method.result.clone(),
    };
    let error = method.error.iter();
    let error = error.map(|error| RustType::in_module(&error.ident));
    [request, result].into_iter().chain(error).collect()
}

/// Calls the parameters what the fields of the arguments' struct are called, and says which of them are used.
fn name_params(method: &MethodPlan<'_>, signature: &mut Signature) -> Takes {
    let idents: Vec<_> = method.args.iter().map(|arg| arg.ident.clone()).collect();
    let is_streaming = method.kind.is_streaming();
    let context = free_name(if is_streaming { "_cx" } else { "cx" }, &idents);
    let stream = free_name("stream", &idents);
    let given = method.kind.row().request != Request::Stream;
    let given = if given { idents.as_slice() } else { &[] };
    let with_context = method.context_param.as_ref().map(|_| context.clone());
    let with_stream = is_streaming.then(|| stream.clone());
    let names = with_context.into_iter().chain(given.iter().cloned());
    let names = names.chain(with_stream.clone());
    for (param, name) in signature.params.iter_mut().zip(names) {
        param.0 = name;
    }
    match (is_streaming, given) {
        (true, _) => Takes::Params(given.iter().cloned().chain(with_stream).collect()),
        (false, []) => Takes::Params(vec![context, "()".to_owned()]),
        (false, [only]) => Takes::Params(vec![context, only.clone()]),
        (false, fields) => Takes::Struct {
            context,
            ident: method.args_struct.clone(),
            fields: fields.to_vec(),
        },
    }
}
