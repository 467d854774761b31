//! Descriptors that protoc has made, instead of text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use protox::prost_reflect::prost::Message;
use protox::prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};

use super::{ProtoFile, Tree, edition};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::file_system::FileSystem;
use crate::load::MAX_FILES;
use crate::reading;
use crate::report::Report;
use crate::source::{FileId, SourceMap, Span};

/// Takes the root file and everything it imports out of a set; `None`, reported, when that cannot be
/// done. The files have no text, so every span is at the start of a file.
pub(super) fn load(
    path: &Path,
    root: &Path,
    files: &dyn FileSystem,
    sources: &mut SourceMap,
    report: &mut Report,
) -> Option<Tree> {
    let set = match read(path, files) {
        Ok(set) => set,
        Err(found) => {
            report.add(*found);
            return None;
        }
    };
    let mut set: HashMap<String, FileDescriptorProto> = set
        .file
        .into_iter()
        .map(|file| (file.name().to_owned(), file))
        .collect();
    let Some(name) = root_in_set(&set, root) else {
        report.add(no_such_root(path, root, &set));
        return None;
    };
    let mut picked = Picked {
        sources,
        report,
        ids: HashMap::new(),
        files: Vec::new(),
    };
    picked.take(name, &mut set);
    let mut next = 0;
    while next < picked.files.len() && next < MAX_FILES {
        picked.follow_imports(next, path, &mut set);
        next += 1;
    }
    Some(Tree {
        files: picked.files,
    })
}

fn read(path: &Path, files: &dyn FileSystem) -> Result<FileDescriptorSet, Box<Diagnostic>> {
    let bytes = reading::read(files, path)?;
    FileDescriptorSet::decode(bytes.as_slice()).map_err(|error| {
        let message = format!("`{}` is no descriptor set: {error}", path.display());
        Diagnostic::new(Code::InvalidDescriptorSet, message)
            .help("protoc writes one with --include_imports --descriptor_set_out=FILE")
            .into()
    })
}

/// The file that is meant: the one of that name, or else the only one whose name ends the path, so
/// that `idl/pow.proto` finds `pow.proto`.
fn root_in_set(set: &HashMap<String, FileDescriptorProto>, root: &Path) -> Option<String> {
    let exact = root.to_str().filter(|name| set.contains_key(*name));
    exact.map(str::to_owned).or_else(|| {
        let ends = |name: &&String| root.ends_with(name) || Path::new(name).ends_with(root);
        let mut fitting = set.keys().filter(ends);
        let found = fitting.next()?;
        fitting.next().is_none().then(|| found.clone())
    })
}

fn no_such_root(
    path: &Path,
    root: &Path,
    set: &HashMap<String, FileDescriptorProto>,
) -> Diagnostic {
    /// Enough to see what was meant.
    const MAX_SHOWN: usize = 10;
    let mut names: Vec<_> = set.keys().map(|name| format!("`{name}`")).collect();
    names.sort();
    let more = if names.len() > MAX_SHOWN { ", …" } else { "" };
    names.truncate(MAX_SHOWN);
    let message = format!("`{}` is not in `{}`", root.display(), path.display());
    Diagnostic::new(Code::NotInDescriptorSet, message).note(match names.as_slice() {
        [] => "the set is empty".to_owned(),
        names => format!("the set has {}{more}", names.join(", ")),
    })
}

/// The files while they are being picked.
struct Picked<'a> {
    sources: &'a mut SourceMap,
    report: &'a mut Report,
    ids: HashMap<String, FileId>,
    files: Vec<ProtoFile>,
}

impl Picked<'_> {
    /// Moves a file out of the set, or finds it among those that were moved before.
    fn take(
        &mut self,
        name: String,
        set: &mut HashMap<String, FileDescriptorProto>,
    ) -> Option<FileId> {
        if let Some(&id) = self.ids.get(&name) {
            return Some(id);
        }
        let descriptor = set.remove(&name)?;
        let path = PathBuf::from(&name);
        let id = self.sources.add(path.clone(), String::new());
        if descriptor.syntax() == "editions" {
            let span = Span::new(id, 0, 0);
            self.report.add(edition::unsupported("", span));
        }
        self.ids.insert(name, id);
        self.files.push(ProtoFile {
            id,
            canonical_path: path.clone(),
            path,
            sound: descriptor.syntax() != "editions",
            descriptor,
            imports: Vec::new(),
        });
        Some(id)
    }

    fn follow_imports(
        &mut self,
        index: usize,
        path: &Path,
        set: &mut HashMap<String, FileDescriptorProto>,
    ) {
        let span = Span::new(self.files[index].id, 0, 0);
        for name in self.files[index].descriptor.dependency.clone() {
            match self.take(name.clone(), set) {
                Some(file) => self.files[index].imports.push((file, span)),
                None => {
                    let message = format!("`{name}` is not in `{}`", path.display());
                    let found = Diagnostic::new(Code::NotInDescriptorSet, message)
                        .label(span, "imported by this file")
                        .help("protoc adds imported files with --include_imports");
                    self.report.add(found);
                }
            }
        }
    }
}
