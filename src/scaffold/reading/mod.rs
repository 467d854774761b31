//! The user's own source files, read as Rust: what is implemented where, and how.
//!
//! Nothing here judges; that is the business of [`super::review`]. Places are those of the files on
//! disk, so that text can be inserted there.

mod implementation;
mod paths;
mod scope;
mod types;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::{Item, ItemMod};

use crate::output::read_text;
use crate::project::paths::slashes;

pub(super) use implementation::Implementation;
pub(super) use paths::{NamedPath, named_paths};
pub(super) use scope::Scope;
pub(super) use types::{Known, known};

/// More files than this are not read: a package of that size is no scaffold any more, and a run must
/// stay quick.
const MAX_FILES: usize = 1_000;

/// One file that could be read.
pub(super) struct Source {
    /// The path, relative to the package, with forward slashes.
    pub(super) path: String,
    pub(super) text: String,
    /// The module that it is, from `crate` on.
    pub(super) module: Vec<String>,
    pub(super) syntax: syn::File,
}

/// A file that is no Rust.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) why: String,
}

/// The files of a package, but for generated ones.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) files: Vec<Source>,
    pub(super) unreadable: Vec<Unreadable>,
}

impl Source {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where it stops to be Rust.
    pub(super) fn parse(path: &str, module: &[String], text: String) -> Result<Self, Unreadable> {
        match syn::parse_file(&text) {
            Ok(syntax) => Ok(Self {
                path: path.to_owned(),
                module: module.to_vec(),
                syntax,
                text,
            }),
            Err(error) => Err(Unreadable {
                path: path.to_owned(),
                line: error.span().start().line,
                why: error.to_string(),
            }),
        }
    }

    /// The place of a token, for people.
    pub(super) fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path, span.start().line)
    }

    /// Whether the file declares a module, with or without its body.
    pub(super) fn declares(&self, module: &str) -> bool {
        let mut items = self.syntax.items.iter();
        items.any(|item| matches!(item, Item::Mod(found) if found.ident == module))
    }
}

/// The crate's roots, and a file that a root need not mention yet.
const ROOTS: [(&str, &[&str]); 3] = [
    ("src/main.rs", &["crate"]),
    ("src/lib.rs", &["crate"]),
    ("src/handler.rs", &["crate", "handler"]),
];

impl Sources {
    /// Reads the files below `src/` that a crate's roots lead to, but for those of the module
    /// `generated`.
    pub(super) fn read(package: &Path, generated: &str) -> Self {
        let mut sources = Self::default();
        let mut seen = BTreeSet::new();
        let mut open: Vec<(PathBuf, Vec<String>)> = Vec::new();
        for (path, module) in ROOTS.iter().rev() {
            let module = module.iter().map(|name| (*name).to_owned());
            open.push((PathBuf::from(path), module.collect()));
        }
        while let Some((path, module)) = open.pop() {
            if seen.len() == MAX_FILES || !seen.insert(path.clone()) {
                continue;
            }
            let Some(text) = read_text(&package.join(&path)) else {
                continue;
            };
            match Source::parse(&slashes(&path), &module, text) {
                Ok(source) => {
                    let folder = folder_of_children(&path);
                    let below = (path.parent().unwrap_or(Path::new("")), folder.as_path());
                    children(package, below, &source.syntax.items, &module, &mut open);
                    open.retain(|(_, module)| module[1..] != [generated]);
                    sources.files.push(source);
                }
                Err(unreadable) => sources.unreadable.push(unreadable),
            }
        }
        sources
    }

    /// The file with this path.
    pub(super) fn file(&self, path: &str) -> Option<&Source> {
        self.files.iter().find(|source| source.path == path)
    }

    /// Every `impl … for …` outside of functions.
    pub(super) fn implementations(&self) -> Vec<Implementation<'_>> {
        let mut found = Vec::new();
        for source in &self.files {
            implementation::collect(source, &source.syntax.items, &source.module, &mut found);
        }
        found
    }
}

/// Where the modules that a file declares are looked for.
fn folder_of_children(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    match stem == "main" || stem == "lib" || stem == "mod" {
        true => folder.to_owned(),
        false => folder.join(stem),
    }
}

/// Adds the files of the modules that `items` declare. `below` are the folder of the file itself, to
/// which `#[path]` is relative, and that of its modules.
fn children(
    package: &Path,
    below: (&Path, &Path),
    items: &[Item],
    module: &[String],
    open: &mut Vec<(PathBuf, Vec<String>)>,
) {
    for item in items {
        let Item::Mod(child) = item else { continue };
        let name = scope::name(&child.ident);
        let path = [module, std::slice::from_ref(&name)].concat();
        if let Some((_, items)) = &child.content {
            let folder = below.1.join(&name);
            children(package, (&folder, &folder), items, &path, open);
            continue;
        }
        let candidates = match path_attribute(child) {
            Some(path) => vec![below.0.join(path)],
            None => vec![
                below.1.join(format!("{name}.rs")),
                below.1.join(name).join("mod.rs"),
            ],
        };
        let mut candidates = candidates.into_iter();
        let found = candidates.find(|candidate| package.join(candidate).is_file());
        open.extend(found.map(|found| (found, path)));
    }
}

/// The value of `#[path = "…"]`.
fn path_attribute(module: &ItemMod) -> Option<String> {
    let attribute = module
        .attrs
        .iter()
        .find(|attribute| attribute.path().is_ident("path"))?;
    let syn::Expr::Lit(literal) = &attribute.meta.require_name_value().ok()?.value else {
        return None;
    };
    match &literal.lit {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}
