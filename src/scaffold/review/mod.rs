//! What existing scaffold files lack, judged by what [`super::reading`] finds in them. Each remark has
//! the place and, where something is to be added, the text to paste.

mod handlers;
mod program;
mod signature;

use std::collections::BTreeSet;

use streamgen_idl::model::DefinitionKind;

use crate::error::Error;
use crate::options::Options;
use crate::plan::{Plan, RustType, ServicePlan, unraw};

use super::names::Reach;
use super::reading::{Scope, Sources};

/// The files, and what they are held against.
struct Review<'a> {
    sources: &'a Sources,
    /// The root module of generated code.
    generated: &'a str,
    services: &'a [&'a ServicePlan<'a>],
    /// The files of generated code.
    modules: &'a BTreeSet<String>,
    /// How generated items are reached without any import.
    reach: Reach<'a>,
    /// Whether the IDL deprecates something.
    deprecates: bool,
    /// Paths of typedefs: who writes what one stands for writes the same.
    aliases: BTreeSet<Vec<String>>,
    remarks: Vec<String>,
}

/// Reviews the files of a package that is to serve `services`. Of `src/handler.rs` and `src/main.rs`,
/// those are reviewed that are there: others are written by this run.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn review(
    options: &Options,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
    modules: &BTreeSet<String>,
    sources: &Sources,
) -> Result<Vec<String>, Error> {
    let mut review = Review {
        sources,
        generated: &options.gen_path,
        services,
        modules,
        reach: Reach::new(plan, &options.gen_path, &[]),
        deprecates: plan.deprecates(),
        aliases: aliases(options, plan),
        remarks: Vec::new(),
    };
    for file in &sources.unreadable {
        review.remarks.push(format!(
            "{}:{}: this is no Rust, so nothing is said about what the file lacks: {}",
            file.path, file.line, file.why
        ));
    }
    let is_new = |path: &str| !options.out_dir.join(path).exists();
    if !is_new("src/handler.rs") {
        review.handlers()?;
    }
    if !is_new("src/main.rs") {
        review.program();
    }
    Ok(review.remarks)
}

impl Review<'_> {
    /// Whether a path leads into generated code.
    fn is_generated(&self, path: &[String]) -> bool {
        matches!(path, [first, second, ..] if first == "crate" && second == self.generated)
    }

    /// Whether a path leads to an item of a service's module that is not generated any more. Such a
    /// module is a file, whatever else generated code may nest.
    fn is_gone(&self, path: &[String]) -> bool {
        let module = &path[..path.len().saturating_sub(1)];
        self.is_generated(path)
            && module.len() > 2
            && !self.modules.contains(&(module[2..].join("/") + ".rs"))
    }
}

fn aliases(options: &Options, plan: &Plan<'_>) -> BTreeSet<Vec<String>> {
    let typedefs = plan.schema.definitions.iter();
    let typedefs = typedefs.filter(|def| matches!(def.kind, DefinitionKind::Typedef(_)));
    let root = format!("crate::{}::", options.gen_path);
    let path = |path: String| names(&(root.clone() + &path));
    typedefs
        .map(|def| path(plan.path_to(plan.modules.root(), def.id)))
        .collect()
}

/// The names of a path, without `r#`.
fn names(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("::").split("::");
    path.map(|name| unraw(name).to_owned()).collect()
}

/// A type with absolute paths, as it is written in `scope`.
fn write_in(scope: &Scope, ty: &RustType) -> RustType {
    let args: Vec<_> = ty.args.iter().map(|arg| write_in(scope, arg)).collect();
    RustType::generic(write_path(scope, &ty.path), args)
}

/// An absolute path, as it is written in `scope`.
fn write_path(scope: &Scope, path: &str) -> String {
    if path == "::std::vec::Vec" {
        return "Vec".to_owned();
    }
    let names = names(path);
    let short = scope.shorten(&names);
    match short.len() < names.len() {
        true => {
            let escaped = short.iter().map(|name| crate::plan::escape(name));
            escaped.collect::<Vec<_>>().join("::")
        }
        false => path.trim_start_matches("::").to_owned(),
    }
}
