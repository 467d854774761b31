//! `src/handler.rs`: one struct for each service, and a stub for each method.

use std::collections::BTreeSet;

use askama::Template;

use crate::error::Error;
use crate::layout;
use crate::plan::{MethodPlan, Plan, RustType, ServicePlan, Signature, literal, unraw};

use super::names::{Reach, implementors, namespace_of, short};
use super::root::Root;

#[derive(Template)]
#[template(path = "handler.rs.j2")]
struct HandlerView {
    runtime_imports: String,
    imports: Vec<String>,
    /// The implementation of each.
    services: Vec<String>,
}

#[derive(Template)]
#[template(path = "implementation.rs.j2")]
struct ImplementationView<'a> {
    wire_name: &'a str,
    ident: String,
    /// Whether the IDL deprecates something.
    deprecates: bool,
    header: String,
    /// What closes the block of a service without methods.
    empty_body: &'static str,
    methods: Vec<String>,
}

#[derive(Template)]
#[template(path = "stub.rs.j2")]
struct StubView {
    /// What the block that the stub stands in is indented by.
    pad: String,
    signature: String,
    /// The line or lines that make the error that the stub answers with.
    error: String,
    /// Whether the method has an error type of its own.
    declared: bool,
}

/// The text of a new `src/handler.rs`.
pub(super) fn render(
    root: &Root,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
) -> Result<String, Error> {
    let modules: Vec<_> = services
        .iter()
        .map(|service| namespace_of(plan, service))
        .collect();
    let reach = Reach::new(plan, root, &modules);
    let mut runtime = BTreeSet::from(["Error".to_owned()]);
    let mut views = Vec::new();
    for (service, ident) in services.iter().zip(implementors(services)) {
        let of_trait = reach.item(service.module, &service.handler_trait);
        let mut write = |ty: &RustType| short(&reach.absolute(service.module, ty), &mut runtime);
        let deprecates = plan.deprecates();
        views.push(implementation(
            service, deprecates, ident, of_trait, &mut write, "Error",
        )?);
    }
    if services.iter().all(|service| service.methods.is_empty()) {
        runtime.clear();
    }
    let view = HandlerView {
        runtime_imports: runtime_imports(&runtime),
        imports: reach.imports(),
        services: views,
    };
    Ok(view.render()? + "\n")
}

/// One service's implementor with everything that belongs to it, without the end of its last line.
/// `write` is how a type of the service's module is written where it goes, and `error` the path of the
/// runtime's error there. `deprecates`: whether the IDL deprecates something.
pub(super) fn implementation(
    service: &ServicePlan<'_>,
    deprecates: bool,
    ident: String,
    of_trait: String,
    write: &mut dyn FnMut(&RustType) -> RustType,
    error: &str,
) -> Result<String, Error> {
    let header = layout::impl_header("", &RustType::plain(of_trait), &ident);
    let methods = service.methods.iter();
    let methods: Result<Vec<_>, Error> = methods
        .map(|method| stub(service, method, write, error, 0))
        .collect();
    let view = ImplementationView {
        wire_name: service.wire_name,
        deprecates,
        methods: methods?,
        empty_body: if header.contains('\n') { "\n}" } else { "}" },
        header,
        ident,
    };
    Ok(view.render()?)
}

/// One method that answers with an error, in a block that is indented by `indent`; see
/// [`implementation`].
pub(super) fn stub(
    service: &ServicePlan<'_>,
    method: &MethodPlan<'_>,
    write: &mut dyn FnMut(&RustType) -> RustType,
    error: &str,
    indent: usize,
) -> Result<String, Error> {
    let message = literal::string(&format!(
        "{}.{} is not implemented",
        service.wire_name, method.wire_name
    ));
    let (function, inner) = (indent + layout::STEP, indent + 2 * layout::STEP);
    let view = StubView {
        pad: layout::blanks(indent),
        signature: signature(method, &|_, name| format!("_{name}"), write, function),
        error: layout::let_call("error", &format!("{error}::application"), &[message], inner),
        declared: method.error.is_some(),
    };
    Ok(view.render()?)
}

/// The signature of a method in an implementation, as it begins in a line indented by `indent`. `name`
/// is what a parameter is called, by its place behind `&self` and its name in the trait.
pub(super) fn signature(
    method: &MethodPlan<'_>,
    name: &dyn Fn(usize, &str) -> String,
    write: &mut dyn FnMut(&RustType) -> RustType,
    indent: usize,
) -> String {
    let Signature { params, returns } = method.handler_signature();
    let params = params.iter().enumerate();
    let params: Vec<_> = params
        .map(|(index, (param, ty))| (name(index, unraw(param)), write(ty)))
        .collect();
    let returns = write(&returns);
    let params: Vec<_> = std::iter::once(None)
        .chain(params.iter().map(|(n, ty)| Some((n.as_str(), ty))))
        .collect();
    let head = format!("async fn {}", method.ident);
    layout::signature(
        indent,
        &head,
        &params,
        &layout::Return::Type(&returns),
        " {",
    )
}

/// One `use` for all names of the runtime, broken as rustfmt does.
fn runtime_imports(names: &BTreeSet<String>) -> String {
    let names: Vec<_> = names.iter().cloned().collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("use streamgen_runtime::{only};"),
        _ => {
            let flat = format!("use streamgen_runtime::{{{}}};", names.join(", "));
            if flat.len() <= 100 {
                flat
            } else {
                format!(
                    "use streamgen_runtime::{{\n{},\n}};",
                    layout::fill(&names, 4)
                )
            }
        }
    }
}
