//! `src/handler.rs`: one struct for each service, and a stub for each method.

use std::collections::BTreeSet;

use askama::Template;

use crate::error::Error;
use crate::options::Options;
use crate::plan::{MethodPlan, Plan, RustType, ServicePlan, Signature, literal, unraw};
use crate::view::layout;

use super::names::{Reach, implementors, namespace_of, short};

#[derive(Template)]
#[template(path = "handler.rs.j2")]
struct HandlerView<'a> {
    runtime_imports: String,
    imports: Vec<String>,
    /// Whether the IDL deprecates something.
    deprecates: bool,
    services: Vec<ImplView<'a>>,
}

struct ImplView<'a> {
    wire_name: &'a str,
    ident: String,
    header: String,
    /// What closes the block of a service without methods.
    empty_body: &'static str,
    methods: Vec<StubView>,
}

struct StubView {
    signature: String,
    /// The line or lines that make the error that the stub answers with.
    error: String,
    /// Whether the method has an error type of its own.
    declared: bool,
}

/// The text of a new `src/handler.rs`.
pub(super) fn render(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
) -> Result<String, Error> {
    let modules: Vec<_> = services
        .iter()
        .map(|service| namespace_of(plan, service))
        .collect();
    let reach = Reach::new(plan, &options.gen_path, &modules);
    let mut runtime = BTreeSet::new();
    let views = services
        .iter()
        .zip(implementors(services))
        .map(|(service, ident)| {
            let of_trait = RustType::plain(reach.item(service.module, &service.handler_trait));
            let header = layout::impl_header("", &of_trait, &ident);
            let methods = service
                .methods
                .iter()
                .map(|m| stub(service, m, &reach, &mut runtime));
            ImplView {
                wire_name: service.wire_name,
                methods: methods.collect(),
                empty_body: if header.contains('\n') { "\n}" } else { "}" },
                header,
                ident,
            }
        });
    let services: Vec<_> = views.collect();
    let view = HandlerView {
        runtime_imports: runtime_imports(&runtime),
        imports: reach.imports(),
        deprecates: plan.deprecates(),
        services,
    };
    Ok(view.render()? + "\n")
}

fn stub(
    service: &ServicePlan<'_>,
    method: &MethodPlan<'_>,
    reach: &Reach<'_>,
    runtime: &mut BTreeSet<String>,
) -> StubView {
    let Signature { params, returns } = method.handler_signature();
    let params: Vec<_> = params
        .iter()
        .map(|(name, ty)| {
            (
                format!("_{}", unraw(name)),
                short(&reach.absolute(service.module, ty), runtime),
            )
        })
        .collect();
    let returns = short(&reach.absolute(service.module, &returns), runtime);
    let params: Vec<_> = std::iter::once(None)
        .chain(params.iter().map(|(n, ty)| Some((n.as_str(), ty))))
        .collect();
    let head = format!("async fn {}", method.ident);
    runtime.insert("Error".to_owned());
    let message = literal::string(&format!(
        "{}.{} is not implemented",
        service.wire_name, method.wire_name
    ));
    StubView {
        signature: layout::signature(4, &head, &params, &layout::Return::Type(&returns), " {"),
        error: layout::let_call("error", "Error::application", &message, 8),
        declared: method.error.is_some(),
    }
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

/// Methods that an existing handler file does not have, as one note.
///
/// The file is the user's and may be arranged in any way, so this looks for `fn NAME` anywhere in
/// it and says no more than it knows.
pub(super) fn missing(text: &str, services: &[&ServicePlan<'_>]) -> Option<String> {
    let missing: Vec<_> = services
        .iter()
        .flat_map(|service| service.methods.iter().map(move |method| (service, method)))
        .filter(|(_, method)| !defines(text, &method.ident))
        .map(|(service, method)| format!("{}::{}", service.handler_trait, method.ident))
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "src/handler.rs has no function for {}",
        missing.join(", ")
    ))
}

fn defines(text: &str, ident: &str) -> bool {
    text.match_indices(ident).any(|(at, _)| {
        let before = text[..at].trim_end();
        let after = text[at + ident.len()..].trim_start();
        before.ends_with("fn") && before.len() < at && after.starts_with(['(', '<'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_whatever_the_layout() {
        let text = "async fn\n  echo <T>() {}\nfn echo_all(){} // calls ping()";
        assert!(defines(text, "echo"));
        assert!(defines(text, "echo_all"));
        for absent in ["ping", "all", "ech", "o_all"] {
            assert!(!defines(text, absent), "{absent}");
        }
    }
}
