//! Includes that run in a circle.

use super::circle::{self, Step};
use super::tree::ParsedFile;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::graph;
use crate::report::Report;
use crate::source::{FileId, SourceMap};

/// Reports includes that run in a circle; returns the files in an order in which every file comes
/// after those it includes.
pub(super) fn check(files: &[ParsedFile], sources: &SourceMap, report: &mut Report) -> Vec<FileId> {
    let edges: Vec<Vec<usize>> = files
        .iter()
        .map(|file| {
            file.includes
                .iter()
                .map(|include| include.file.index())
                .collect()
        })
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
        .map(|&index| files[index].id)
        .collect()
}

fn include_cycle(files: &[ParsedFile], sources: &SourceMap, path: &[usize]) -> Diagnostic {
    let mut steps = Vec::new();
    for (at, &index) in path.iter().enumerate() {
        let target = path[(at + 1) % path.len()];
        let mut includes = files[index].includes.iter();
        let include = includes.find(|include| include.file.index() == target);
        let source = sources.get(files[index].id);
        if let Some((include, source)) = include.zip(source) {
            steps.push(Step {
                name: source.path().display().to_string(),
                span: include.span,
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
