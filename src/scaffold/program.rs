//! `src/main.rs` and `src/lib.rs`.

use std::collections::BTreeSet;

use askama::Template;

use crate::error::Error;
use crate::layout;
use crate::options::Options;
use crate::plan::{Plan, ServicePlan, line_order, literal};

use super::names::implementors;
use super::root::Root;

/// The variable of the environment that has the URL of the registry. The templates name it, too.
const REGISTRY_VARIABLE: &str = "SERVICE_REGISTRY";

#[derive(Template)]
#[template(path = "main.rs.j2")]
struct ProgramView<'a> {
    name: String,
    listening: String,
    modules: Vec<&'a str>,
    imports: Vec<String>,
    services: Vec<String>,
    registering: String,
    recursion_limit: Option<usize>,
}

#[derive(Template)]
#[template(path = "lib.rs.j2")]
struct LibraryView<'a> {
    modules: Vec<&'a str>,
    recursion_limit: Option<usize>,
}

/// The text of `src/main.rs`: every service of the root IDL on one port.
pub(super) fn server(
    options: &Options,
    root: &Root,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
) -> Result<String, Error> {
    let mut imports = Vec::new();
    let mut calls = Vec::new();
    let shared = share_methods(services);
    for (index, (service, handler)) in services.iter().zip(implementors(services)).enumerate() {
        let (module, server) = (plan.modules.path(service.module), &service.server);
        let path = format!("{}::{}::{server}", root.path_in_root(), module.join("::"));
        imports.push(format!("handler::{handler}"));
        // Two servers of one name cannot both be imported.
        let alone = services
            .iter()
            .filter(|other| other.server == *server)
            .count()
            == 1;
        if alone {
            imports.push(path.clone());
        }
        let new = format!("{}::new", if alone { server } else { &path });
        let add = if shared && index == 0 {
            ".add_fallback_service"
        } else {
            ".add_service"
        };
        calls.push(layout::nested_call(add, &new, &handler, 8));
    }
    imports.sort_by(|a, b| line_order::paths(a, b));
    let name = options.service.as_deref().unwrap_or_default();
    let registering = registering(name);
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !"{}".contains(*c))
        .collect();
    let text = literal::string(&format!("{name} is listening on {{on}}"));
    let view = ProgramView {
        name,
        listening: layout::call("println!", &[text], 4, 4, 1) + ";",
        modules: modules(true, root),
        imports,
        services: calls,
        registering,
        recursion_limit: plan.recursion_limit,
    };
    Ok(view.render()? + "\n")
}

/// The call that registers the server where the environment says, under the name that it has for Kitex,
/// too: that of `-service`.
fn registering(service: &str) -> String {
    let arguments = [literal::string(service), literal::string(REGISTRY_VARIABLE)];
    layout::call(".registry_from_env", &arguments, 8, 8, 1) + "?"
}

/// Whether two services have a method of one name. A call that names no service, as over Framed,
/// then needs one service that is asked first.
fn share_methods(services: &[&ServicePlan<'_>]) -> bool {
    let mut seen = BTreeSet::new();
    let mut methods = services.iter().flat_map(|service| &service.methods);
    !methods.all(|method| seen.insert(method.wire_name))
}

/// The text of `src/lib.rs`, for a package without a program: the generated code, and `handlers` for it
/// if there are some.
pub(super) fn library(plan: &Plan<'_>, root: &Root, handlers: bool) -> Result<String, Error> {
    Ok(LibraryView {
        modules: modules(handlers, root),
        recursion_limit: plan.recursion_limit,
    }
    .render()?
        + "\n")
}

/// What the root of the crate declares, sorted as rustfmt sorts it.
fn modules(handlers: bool, root: &Root) -> Vec<&str> {
    let handlers = handlers.then_some("handler");
    let mut modules: Vec<_> = handlers.into_iter().chain(root.declared()).collect();
    modules.sort_by(|a, b| line_order::paths(a, b));
    modules
}
