//! One run, from options to files in memory.

mod batch;
mod code;
mod code_ref;
mod emit;
mod request;
mod surroundings;

use std::path::{Path, PathBuf};

use streamgen_idl::model::{DefId, Schema};
use streamgen_idl::{Code, Diagnostic, Loaded, Severity, SourceMap};

use crate::error::Error;
use crate::inline::WithInline;
use crate::messages;
use crate::note::Note;
use crate::options::Options;
use crate::output::{Change, FilePlan, Tree};
use crate::plan::{Plan, ServicePlan};
use crate::project::{Audit, Fault};
use crate::scaffold::Remarks;
use crate::timings::{Stopwatch, Timing};
use crate::{plan, scaffold};

pub(crate) use crate::scaffold::Workflow;
#[cfg(feature = "cli")]
pub(crate) use crate::scaffold::is_package;
pub(crate) use batch::generate_all_beside;
#[cfg(feature = "cli")]
pub(crate) use batch::generate_all_watched;
pub use batch::{Batch, generate_all};
pub use emit::{Ast, read_ast};
pub(crate) use surroundings::{Purpose, Surroundings};

/// What a run has made, not yet written.
#[derive(Debug)]
pub struct Generated {
    /// Every file, by its path relative to [`Options::out_dir`].
    pub files: FilePlan,
    /// What is legal in the IDL but probably not meant.
    pub warnings: Vec<Diagnostic>,
    /// The IDL files that were read, which the warnings point into.
    pub sources: SourceMap,
    /// What the user should look at, in files that this run leaves alone or completes.
    pub notes: Vec<Note>,
    /// The manifest above a new package that has to be edited before Cargo builds it, as a note says.
    pub first_edit: Option<PathBuf>,
    /// What took how long, in the order in which it was done.
    pub timings: Vec<Timing>,
    /// How many of the notes are on the project and its jobs. Those on the scaffold come after them.
    project_notes: usize,
    audit: Audit,
}

impl Generated {
    /// The files in `root`, which is [`Options::out_dir`], that are not as this run or the other jobs of
    /// the project would write them, sorted by path. `changes` are those of [`FilePlan::compare`]. Nothing
    /// is written. Of the other jobs' IDL nothing is read.
    #[must_use]
    pub fn faults(&self, root: &Path, changes: &[Change]) -> Vec<Fault> {
        self.audit.faults(root, &self.files, changes)
    }

    /// The notes on the project and its jobs, and those on the scaffold.
    fn kinds_of_notes(&self) -> (&[Note], &[Note]) {
        self.notes.split_at(self.project_notes)
    }
}

/// Reads the IDL and renders every file, in memory. [`FilePlan::write`] puts them on disk.
///
/// # Errors
///
/// Fails when the options contradict each other, when the IDL cannot be read or has an error, and
/// when the output folder holds another package or, of another IDL, other types in the same module.
pub fn generate(options: &Options) -> Result<Generated, Error> {
    generate_beside(options, &FilePlan::default(), Surroundings::of_project())
}

/// Reads the IDL, and nothing else.
///
/// # Errors
///
/// Fails when the options contradict each other. What is wrong with the IDL is in what comes back.
pub(crate) fn load(options: &Options, around: Surroundings<'_>) -> Result<Loaded, Error> {
    let request = request::request(options)?;
    // A build is told of folders that may come yet.
    if around.purpose == Purpose::Project {
        request::check_include_dirs(options, around.idl_files)?;
    }
    let files = WithInline::new(options, around.idl_files);
    Ok(streamgen_idl::load(&request, &files))
}

/// The same as [`generate`] where `planned` has been planned for the output folder already.
fn generate_beside(
    options: &Options,
    planned: &FilePlan,
    around: Surroundings<'_>,
) -> Result<Generated, Error> {
    let tree = match around.purpose {
        Purpose::Project => Tree::new(&options.out_dir, planned),
        Purpose::Build => Tree::in_memory(&options.out_dir, planned),
    };
    let refs = code_ref::of_options(options, around.idl_files)?;
    let mut clock = Stopwatch::new(&options.idl, around.watch);
    clock.begins("IDL");
    let loaded = load(options, around)?;
    clock.begins("decisions");
    let mut diagnostics = loaded.diagnostics;
    // Of an IDL with errors, what is left is checked too, so that one run finds them all.
    let Some(mut schema) = loaded.schema.or(loaded.partial) else {
        return Err(Error::idl(diagnostics, loaded.sources));
    };
    let combined = revise(&mut schema, options, &mut diagnostics);
    let message_types = messages::extern_types(&options.types);
    let plan = Plan::build(&schema, options, &message_types, &refs, &mut diagnostics);
    let services = plan.services(&mut diagnostics);
    let scaffold_services =
        services_of_scaffold(options, &plan, &services, combined, &mut diagnostics);
    let warnings = match only_warnings(diagnostics) {
        Ok(warnings) => warnings,
        Err(diagnostics) => return Err(Error::idl(diagnostics, loaded.sources)),
    };
    clock.begins("messages");
    let mut files = FilePlan::default();
    let code = match options.use_path {
        None => {
            let encoded = loaded.encoded_descriptors.as_deref();
            let messages = messages::render(&plan, loaded.descriptors, encoded)?;
            let made = (&plan, &services[..], &messages);
            code::write(options, made, (tree, around.jobs), &mut files, &mut clock)?
        }
        Some(_) => code::in_use(options, &plan, tree, &mut files),
    };
    clock.begins("user's files");
    let remarks = match around.purpose {
        Purpose::Project => {
            let services = &scaffold_services;
            scaffold::plan(options, &plan, services, &code.modules, &mut files, tree)?
        }
        Purpose::Build => Remarks::default(),
    };
    let workflow = plan_workflow(options, code.checks, &mut files, tree)?;
    let timings = clock.into_timings();
    let advice = remarks.obstacle.as_ref();
    let advice = advice.map(|obstacle| Note::plain(&obstacle.advice));
    let project_notes = code.notes.len();
    let notes = code.notes.into_iter().chain(remarks.notes);
    Ok(Generated {
        files,
        warnings,
        sources: loaded.sources,
        notes: notes.chain(workflow).chain(advice).collect(),
        project_notes,
        first_edit: remarks.obstacle.map(|obstacle| obstacle.manifest),
        timings,
        audit: code.audit,
    })
}

/// Changes the schema as its annotations and the options ask. Returns the combined service, if there is one.
fn revise(
    schema: &mut Schema,
    options: &Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<DefId> {
    let combined = match options.combine_service {
        true => plan::combine(schema, diagnostics),
        false => None,
    };
    plan::rename(schema, &options.renames, diagnostics);
    plan::annotate(schema, diagnostics);
    combined
}

/// The diagnostics in the order of the IDL, each once.
///
/// # Errors
///
/// The same where one of them is an error.
fn only_warnings(mut diagnostics: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    diagnostics.sort_by_key(Diagnostic::primary_span);
    // A method of a combined service may be reported for both services that have it.
    diagnostics.dedup();
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    match diagnostics.iter().any(is_error) {
        true => Err(diagnostics),
        false => Ok(diagnostics),
    }
}

/// Plans the workflow that was asked for, of the commands that check all jobs.
fn plan_workflow(
    options: &Options,
    checks: Vec<String>,
    files: &mut FilePlan,
    tree: Tree<'_>,
) -> Result<Option<Note>, Error> {
    let Some(system) = options.ci else {
        return Ok(None);
    };
    let planned = files.get("Cargo.toml").map(|file| file.contents.clone());
    let manifest = tree.text(Path::new("Cargo.toml")).or(planned);
    let workflow = Workflow {
        system,
        package: &options.out_dir,
        checks,
        runtime: options.runtime.as_ref(),
        manifest: manifest.as_deref(),
    };
    workflow.plan(files)
}

/// The services that the scaffold serves: those of the root IDL, or if it has none, the last one
/// that it includes, as Kitex does (`kitex-tool.md` 6). Kitex serves only the last of several;
/// here a server takes them all, unless they are combined into one.
fn services_of_scaffold<'a>(
    options: &Options,
    plan: &Plan<'a>,
    services: &'a [ServicePlan<'a>],
    combined: Option<DefId>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<&'a ServicePlan<'a>> {
    if options.service.is_none() {
        return Vec::new();
    }
    let root = plan.schema.root;
    let of_root = services
        .iter()
        .filter(|s| plan.schema.def(s.def).file == root)
        .filter(|s| combined.is_none_or(|combined| s.def == combined));
    let mut chosen: Vec<_> = of_root.collect();
    if chosen.is_empty() {
        let rank = |s: &&ServicePlan<'_>| {
            let file = plan.schema.def(s.def).file;
            (plan.schema.order.iter().position(|f| *f == file), s.def)
        };
        chosen.extend(services.iter().max_by_key(rank));
    }
    if chosen.is_empty() {
        let message = format!(
            "`{}` defines no service, so there is nothing to serve",
            options.idl.display()
        );
        diagnostics.push(
            Diagnostic::new(Code::NoService, message)
                .help("leave out -service to generate only the types"),
        );
    }
    chosen
}
