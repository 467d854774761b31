//! `-rename PATH=NAME`, as if the IDL had annotated the thing with `rust.name`. Packages and
//! namespaces, which have no annotations, are renamed where modules are named.

use streamgen_idl::model::{Annotation, Annotations, Definition, DefinitionKind, File, Schema};
use streamgen_idl::{Code, Diagnostic, Span};

use crate::options::Rename;

use super::ident::{self, Case};
use super::names::NAME_ANNOTATIONS;
use super::protobuf;
use super::selection::nothing_picked;

/// Renames what the options name, and reports those that name nothing, or ask for a name that the
/// thing cannot have.
pub(crate) fn rename(schema: &mut Schema, renames: &[Rename], diagnostics: &mut Vec<Diagnostic>) {
    if renames.is_empty() {
        return;
    }
    let paths: Vec<_> = (0..schema.definitions.len())
        .map(|index| full_paths(schema, index))
        .collect();
    let mut search = Search {
        renames,
        used: vec![false; renames.len()],
        diagnostics,
    };
    search.namespaces(&schema.files);
    for (index, paths) in paths.iter().enumerate() {
        let file = schema.definitions[index].file;
        let is_protobuf = schema.file(file).kind.is_protobuf();
        search.definition(&mut schema.definitions[index], paths, is_protobuf);
    }
    for (rename, _) in renames.iter().zip(search.used).filter(|(_, used)| !used) {
        let what = "package, definition or member";
        diagnostics.push(nothing_picked("rename", rename.path(), what));
    }
}

/// The name that is asked for a namespace or package, all of whose names are given.
pub(super) fn asked_module<'a>(renames: &'a [Rename], path: &[&str]) -> Option<&'a str> {
    let asked = renames.iter().rfind(|one| one.path().names_exactly(path));
    asked.map(Rename::name)
}

/// The paths of a definition: by namespace, and in Thrift by file as references have it.
fn full_paths(schema: &Schema, index: usize) -> Vec<Vec<String>> {
    let def = &schema.definitions[index];
    let file = schema.file(def.file);
    let mut names = vec![def.name.clone()];
    let mut next = def.parent;
    while let Some(parent) = next.map(|id| schema.def(id)) {
        names.insert(0, parent.name.clone());
        next = parent.parent;
    }
    let mut paths = vec![[file.module.as_slice(), names.as_slice()].concat()];
    if !file.kind.is_protobuf() {
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let stem: Vec<String> = stem.split('.').map(str::to_owned).collect();
        paths.push([stem, names].concat());
    }
    paths
}

struct Search<'a> {
    renames: &'a [Rename],
    used: Vec<bool>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Search<'a> {
    fn namespaces(&mut self, files: &[File]) {
        for file in files {
            let path: Vec<&str> = file.module.iter().map(String::as_str).collect();
            for end in 1..=path.len() {
                if let Some(name) = self.asked(&[&path[..end]])
                    && Case::Snake.convert(ident::unraw(name)) != ident::unraw(name)
                {
                    self.refuse(name, "a module", "is in snake_case", file.package_span);
                }
            }
        }
    }

    fn definition(&mut self, def: &mut Definition, paths: &[Vec<String>], is_protobuf: bool) {
        let span = def.name_span;
        let is_service = matches!(def.kind, DefinitionKind::Service(_));
        let kind = |kind| is_protobuf.then_some(kind);
        let own = kind(Kind::Type).filter(|_| !is_service);
        self.one(&mut def.annotations, paths, &[], own, span);
        let mut one = |annotations: &mut Annotations, name: &str, kind, span| {
            self.one(annotations, paths, &[name.to_owned()], kind, span);
        };
        match &mut def.kind {
            DefinitionKind::Struct(item) => {
                for field in &mut item.fields {
                    // The members of a oneof are variants of its enum.
                    let kind = match field.oneof {
                        Some(_) => kind(Kind::Type),
                        None => kind(Kind::Field),
                    };
                    one(&mut field.annotations, &field.name, kind, field.name_span);
                }
                for oneof in &mut item.oneofs {
                    one(&mut oneof.annotations, &oneof.name, kind(Kind::Field), span);
                }
            }
            DefinitionKind::Enum(item) => {
                for value in &mut item.variants {
                    let kind = kind(Kind::Type);
                    one(&mut value.annotations, &value.name, kind, value.name_span);
                }
            }
            DefinitionKind::Service(service) => {
                for method in &mut service.methods {
                    one(
                        &mut method.annotations,
                        &method.name,
                        None,
                        method.name_span,
                    );
                }
            }
            DefinitionKind::Typedef(_) | DefinitionKind::Const(_) => {}
        }
    }

    /// Annotates one thing, if a path names it. `kind` is what prost-build will make of the name.
    fn one(
        &mut self,
        annotations: &mut Annotations,
        paths: &[Vec<String>],
        member: &[String],
        kind: Option<Kind>,
        span: Span,
    ) {
        let paths: Vec<Vec<&str>> = paths
            .iter()
            .map(|path| path.iter().chain(member).map(String::as_str).collect())
            .collect();
        let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
        let Some(name) = self.asked(&paths) else {
            return;
        };
        let refused = kind.and_then(|kind| kind.refuses(name));
        if let Some((what, why)) = refused {
            self.refuse(name, what, why, Some(span));
            return;
        }
        let entries = &mut annotations.entries;
        entries.retain(|one| !NAME_ANNOTATIONS.contains(&one.key.as_str()));
        entries.push(Annotation {
            key: NAME_ANNOTATIONS[0].to_owned(),
            value: Some(name.to_owned()),
            raw: Some(name.to_owned()),
            span,
        });
    }

    /// The name that the last option asks for which names one of the paths; all such are used.
    fn asked(&mut self, paths: &[&[&str]]) -> Option<&'a str> {
        let mut found = None;
        for (rename, used) in self.renames.iter().zip(&mut self.used) {
            if paths.iter().any(|path| rename.path().names_exactly(path)) {
                *used = true;
                found = Some(rename.name());
            }
        }
        found
    }

    fn refuse(&mut self, name: &str, what: &str, why: &str, span: Option<Span>) {
        let message = format!("`{name}` cannot be the name of {what}, which {why}");
        let found = Diagnostic::new(Code::InvalidRustName, message);
        self.diagnostics.push(match span {
            Some(span) => found.label(span, "-rename asks for it here"),
            None => found,
        });
    }
}

/// What prost-build names: it brings every name into its own case.
#[derive(Clone, Copy)]
enum Kind {
    /// A type, or a variant.
    Type,
    /// A field or a oneof.
    Field,
}

impl Kind {
    fn refuses(self, name: &str) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Type if protobuf::camel(name) != name => {
                Some(("a type or variant", "is in UpperCamelCase in a .proto"))
            }
            Self::Field if protobuf::snake(ident::unraw(name)) != name => {
                Some(("a field", "is in snake_case in a .proto"))
            }
            _ => None,
        }
    }
}
