//! The generated code of a run, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::Error;
use crate::note::{Note, NoteSeverity};
use crate::options::Options;
use crate::output::{FilePlan, Tree};
use crate::paths::slashes;
use crate::plan::{ModuleId, Plan, ServicePlan};
use crate::project::{Audit, Project, record};
use crate::timings::Stopwatch;
use crate::view;

/// What there is to say of the code of a run.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The files of generated code of the whole project, below its folder.
    pub(super) modules: BTreeSet<String>,
    /// The commands that check all jobs, as typed in the folder of the project.
    pub(super) checks: Vec<String>,
    pub(super) notes: Vec<Note>,
    pub(super) audit: Audit,
}

/// What the text is made of: the decisions, and Protobuf's messages.
type Made<'a> = (
    &'a Plan<'a>,
    &'a [ServicePlan<'a>],
    &'a BTreeMap<ModuleId, String>,
);

/// Plans the files of generated code, joined with those of the project's other jobs, or with those for the
/// IDLs in `jobs` only.
///
/// # Errors
///
/// See [`generate`](super::generate).
pub(super) fn write(
    options: &Options,
    (plan, services, messages): Made<'_>,
    (tree, jobs): (Tree<'_>, Option<&BTreeSet<String>>),
    files: &mut FilePlan,
    clock: &mut Stopwatch,
) -> Result<Written, Error> {
    let root = Path::new("src").join(&options.gen_path);
    clock.begins("text");
    let project = Project::open(options, plan, services, tree, jobs)?;
    let audit = project.audit();
    let beside = project.beside();
    view::generate(plan, services, messages, &beside, &root, files)?;
    clock.begins("other jobs");
    let modules = project.modules();
    let checks = project.check_commands();
    let notes = project.join(files)?.into_iter().map(Note::plain);
    let notes = notes
        .chain(left_to_others(options, plan, &modules))
        .collect();
    Ok(Written {
        modules,
        checks,
        notes,
        audit,
    })
}

/// With `-use`, the code exists already, and none is written. Plans the script of all jobs, if the options
/// ask for it.
pub(super) fn in_use(
    options: &Options,
    plan: &Plan<'_>,
    tree: Tree<'_>,
    files: &mut FilePlan,
) -> Written {
    if options.record {
        record::of_program(options, plan, tree, files);
    }
    Written::default()
}

/// Names what `-no-recurse` leaves to runs that nobody has made yet. `modules` are the files that are
/// generated for all IDLs of the project.
fn left_to_others<'a>(
    options: &'a Options,
    plan: &'a Plan<'_>,
    modules: &'a BTreeSet<String>,
) -> impl Iterator<Item = Note> + 'a {
    let left = options.no_recurse.then(|| plan.left_to_others());
    let left = left.into_iter().flatten().filter_map(move |(module, idl)| {
        let path = plan.modules.file_path(module);
        (!modules.contains(&slashes(&path))).then_some((path, idl))
    });
    left.map(|(path, idl)| {
        let path = Path::new("src").join(&options.gen_path).join(path);
        let text = format!(
            "`{}` is not generated: run streamgen for `{}` too, or leave out -no-recurse",
            path.display(),
            idl.display()
        );
        Note::new(NoteSeverity::Warning, text)
    })
}
