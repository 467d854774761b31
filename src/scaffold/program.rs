//! `src/main.rs` and `src/lib.rs`.

use askama::Template;

use crate::error::Error;
use crate::options::Options;
use crate::plan::{Plan, ServicePlan, literal};
use crate::view::layout;

use super::handler;

#[derive(Template)]
#[template(path = "main.rs.j2")]
struct ProgramView<'a> {
    name: String,
    listening: String,
    mount: &'a str,
    imports: Vec<String>,
    services: Vec<String>,
}

#[derive(Template)]
#[template(path = "lib.rs.j2")]
struct LibraryView<'a> {
    root: &'a str,
}

/// The text of `src/main.rs`: every service of the root IDL on one port.
pub(super) fn server(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
) -> Result<String, Error> {
    let mut imports = Vec::new();
    let mut calls = Vec::new();
    for service in services {
        let (handler, server) = (handler::implementor(service), &service.server);
        let path = format!(
            "{}::{}::{server}",
            options.gen_path,
            plan.modules.path(service.module).join("::")
        );
        imports.push(format!("use handler::{handler};"));
        // Two services of one name cannot both be imported.
        let alone = services
            .iter()
            .filter(|other| other.server == *server)
            .count()
            == 1;
        let server = if alone { server } else { &path };
        if alone {
            imports.push(format!("use {path};"));
        }
        calls.push(layout::nested_call(
            ".add_service",
            &format!("{server}::new"),
            &handler,
            8,
        ));
    }
    imports.sort();
    imports.dedup();
    let name = options.service.as_deref().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !"{}".contains(*c))
        .collect();
    let text = literal::string(&format!("{name} is listening on {{address}}"));
    let view = ProgramView {
        name,
        listening: layout::call("println!", &[text], 4, 4, 1) + ";",
        mount: &options.gen_path,
        imports,
        services: calls,
    };
    Ok(view.render()? + "\n")
}

/// The text of `src/lib.rs`, for a package that is only the generated code.
pub(super) fn library(options: &Options) -> Result<String, Error> {
    Ok(LibraryView {
        root: &options.gen_path,
    }
    .render()?
        + "\n")
}
