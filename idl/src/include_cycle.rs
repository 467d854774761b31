//! Includes that run in a circle.

use crate::circle::{self, Step};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::report::Report;
use crate::source::{FileId, SourceMap, Span};

/// What one file includes, and where it says so.
pub(crate) type Includes = Vec<(FileId, Span)>;

/// Reports includes that run in a circle; returns the files in an order in which every file comes
/// after those it includes. `files` has the includes of every file, by [`FileId`].
pub(crate) fn check(files: &[Includes], sources: &SourceMap, report: &mut Report) -> Vec<FileId> {
    let edges: Vec<Vec<usize>> = files
        .iter()
        .map(|includes| includes.iter().map(|(file, _)| file.index()).collect())
        .collect();
    let components = graph::components(&edges);
    for component in &components {
        if let Some(path) = graph::cycle(&edges, component) {
            report.add(include_cycle(files, sources, &path));
        }
    }
    components
        .iter()
        .flatten()
        .map(|&index| FileId(index as u32))
        .collect()
}

fn include_cycle(files: &[Includes], sources: &SourceMap, path: &[usize]) -> Diagnostic {
    let mut steps = Vec::new();
    for (at, &index) in path.iter().enumerate() {
        let target = path[(at + 1) % path.len()];
        let include = files[index].iter().find(|(file, _)| file.index() == target);
        let source = sources.get(FileId(index as u32));
        if let Some(((_, span), source)) = include.zip(source) {
            steps.push(Step {
                name: source.path().display().to_string(),
                span: *span,
            });
        }
    }
    circle::describe(
        Code::IncludeCycle,
        "includes run in a circle",
        "includes",
        &steps,
    )
}
