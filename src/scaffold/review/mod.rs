//! What existing scaffold files lack, judged by what [`super::reading`] finds in them. What can be
//! added without a doubt is inserted; of the rest, each finding has the place and, where something is
//! to be added, the text to paste.

mod handlers;
mod insertion;
mod moves;
mod names;
mod new_service;
mod program;
mod signature;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet};

use streamgen_idl::model::DefinitionKind;

use crate::error::Error;
use crate::note::{Note, NoteSeverity};
use crate::options::Options;
use crate::output::Edit;
use crate::plan::{Plan, ServicePlan};

use super::names::{Reach, implementors};
use super::reading::{Source, Sources};
use super::root::Root;

use insertion::Insertion;
use names::{names, write_in, write_path};

pub(super) use moves::moves;

/// The files, and what they are held against.
struct Review<'a> {
    sources: &'a Sources,
    /// The root module of generated code.
    root: &'a Root,
    services: &'a [&'a ServicePlan<'a>],
    /// The files of generated code.
    modules: &'a BTreeSet<String>,
    /// How generated items are reached without any import.
    reach: Reach<'a>,
    /// Whether the IDL deprecates something.
    deprecates: bool,
    /// Whether files may be edited.
    edits_files: bool,
    /// Whether traits have bodies for methods that nobody has written.
    has_defaults: bool,
    /// Paths of typedefs: who writes what one stands for writes the same.
    aliases: BTreeSet<Vec<String>>,
    edits: BTreeMap<String, Edit>,
    findings: Vec<Finding>,
    /// Implementors that this run adds, by the name of their service's trait.
    added: BTreeMap<Vec<String>, String>,
}

/// Something to say about a place.
struct Finding {
    severity: NoteSeverity,
    place: Place,
    text: String,
}

/// Where a finding is. Lines are those of the file when the run is over.
enum Place {
    /// In a file, in front of a byte of the text that was read.
    Byte(String, usize),
    /// In a file, at a byte of what is inserted in front of a byte of the text.
    Inserted(String, usize, usize),
    /// The text begins with it.
    InText,
}

/// What the review comes to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) notes: Vec<Note>,
    pub(super) edits: BTreeMap<String, Edit>,
}

/// What this run writes anew, so that it lacks nothing.
#[derive(Debug, Default)]
pub(super) struct New<'a> {
    /// The services that a new `src/handler.rs` implements.
    pub(super) handlers: Vec<&'a ServicePlan<'a>>,
    /// Whether `src/main.rs` is new.
    pub(super) program: bool,
}

/// Reviews the files of a package that is to serve `services`.
///
/// # Errors
///
/// Fails when a template does.
pub(super) fn review(
    options: &Options,
    root: &Root,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
    modules: &BTreeSet<String>,
    sources: &Sources,
    new: &New<'_>,
) -> Result<Outcome, Error> {
    let mut review = Review {
        sources,
        root,
        services,
        modules,
        reach: Reach::new(plan, root, &[]),
        deprecates: plan.deprecates(),
        edits_files: options.edit_handlers,
        has_defaults: options.default_handlers,
        aliases: aliases(root, plan),
        edits: BTreeMap::new(),
        findings: Vec::new(),
        added: BTreeMap::new(),
    };
    for (service, name) in new.handlers.iter().zip(implementors(&new.handlers)) {
        let of_trait = review.path_of(service, &service.handler_trait);
        review.added.insert(of_trait, name);
    }
    review.unreadable()?;
    review.moved();
    review.handlers()?;
    if !new.program {
        review.program();
    }
    Ok(review.finish())
}

/// The services that nothing among the sources implements, as far as can be seen.
pub(super) fn without_implementation<'p>(
    root: &Root,
    plan: &Plan<'_>,
    services: &[&'p ServicePlan<'p>],
    sources: &Sources,
) -> Vec<&'p ServicePlan<'p>> {
    let reach = Reach::new(plan, root, &[]);
    let generated = |path: &[String]| root.holds(path);
    let (all, strays) = (sources.implementations(), sources.stray_implementations());
    let is_implemented = |service: &ServicePlan<'_>| {
        let wanted = names(&reach.item(service.module, &service.handler_trait));
        let mut all = [&all, &strays].into_iter();
        all.any(|all| !handlers::of_trait(&wanted, all, &generated).is_empty())
    };
    let services = services.iter().copied();
    services
        .filter(|service| !is_implemented(service))
        .collect()
}

impl Review<'_> {
    fn is_generated(&self, path: &[String]) -> bool {
        self.root.holds(path)
    }

    /// The path of an item of a service's module.
    fn path_of(&self, service: &ServicePlan<'_>, item: &str) -> Vec<String> {
        names(&self.reach.item(service.module, item))
    }

    /// Whether a path leads to an item of a service's module that is not generated any more.
    fn is_gone(&self, path: &[String]) -> bool {
        self.root.is_ours && self.is_generated(path) && moves::is_gone(path, self.modules)
    }

    fn find(&mut self, severity: NoteSeverity, source: &Source, byte: usize, text: String) {
        self.findings.push(Finding {
            severity,
            place: Place::Byte(source.path.clone(), byte),
            text,
        });
    }

    /// Says what is not about one place, or begins with the place.
    fn say(&mut self, severity: NoteSeverity, text: String) {
        self.findings.push(Finding {
            severity,
            place: Place::InText,
            text,
        });
    }

    /// Inserts into a file, and says so.
    fn insert(&mut self, source: &Source, insertion: &Insertion, text: String) {
        let edit = self.edits.entry(source.path.clone());
        let edit = edit.or_insert_with(|| Edit::new(source.text.clone()));
        let before = edit.insert(insertion.at, &insertion.text);
        let inserted = &insertion.text;
        let blanks = inserted.len() - inserted.trim_start_matches(['\n', '\r']).len();
        self.findings.push(Finding {
            severity: NoteSeverity::Note,
            place: Place::Inserted(source.path.clone(), insertion.at, before + blanks),
            text,
        });
    }

    fn finish(self) -> Outcome {
        let line = |path: &str, byte: usize| match (self.edits.get(path), self.sources.text(path)) {
            (Some(edit), _) => edit.line_after(byte),
            (None, Some(text)) => Edit::new(text[..byte].to_owned()).line_after(byte),
            (None, None) => 1,
        };
        let note = |finding: &Finding| {
            let text = &finding.text;
            let text = match &finding.place {
                Place::Byte(path, byte) => format!("{path}:{}: {text}", line(path, *byte)),
                Place::Inserted(path, byte, within) => {
                    let edit = self.edits.get(path);
                    let line = edit.map_or(1, |edit| edit.line_within(*byte, *within));
                    format!("{path}:{line}: {text}")
                }
                Place::InText => text.clone(),
            };
            Note::new(finding.severity, text)
        };
        Outcome {
            notes: self.findings.iter().map(note).collect(),
            edits: self.edits,
        }
    }
}

fn aliases(root: &Root, plan: &Plan<'_>) -> BTreeSet<Vec<String>> {
    let typedefs = plan.schema.definitions.iter();
    let typedefs = typedefs.filter(|def| matches!(def.kind, DefinitionKind::Typedef(_)));
    let path = |path: String| names(&format!("{}::{path}", root.path()));
    typedefs
        .map(|def| path(plan.path_to(plan.modules.root(), def.id)))
        .collect()
}
