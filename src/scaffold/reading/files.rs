//! Which files below `src/` are the user's, and which module each of them is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{Item, ItemMod};

use crate::output::{folder_entries, is_file, read_bytes};
use crate::paths::slashes;

use super::super::{HANDLER, LIBRARY, PROGRAM};
use super::{Implementation, Move, Source, Surroundings, Unreadable, implementation, scope};

/// More files than this are not read: a package of that size is no scaffold any more, and a run must
/// stay quick.
const MAX_FILES: usize = 1_000;

/// The files of a package, but for generated ones.
#[derive(Default)]
pub(crate) struct Sources {
    /// Those that a crate's roots lead to.
    pub(crate) files: Vec<Source>,
    /// Others below `src/`: a macro, or an attribute that nobody follows here, may bring them in.
    strays: Vec<Source>,
    pub(crate) unreadable: Vec<Unreadable>,
    /// The module of generated code, below `crate`; empty if that is in another crate.
    generated: Vec<String>,
    /// The name that other crates of the package have for its library.
    library: Option<String>,
    /// Modules of generated code that have another path now.
    pub(crate) moves: Vec<Move>,
}

/// A file to be read: its path, its module, and the root that leads there.
type Open = (PathBuf, Vec<String>, String);

/// Where Cargo looks for the roots of other programs.
const PROGRAMS: &str = "src/bin";

impl Sources {
    /// Reads the files below `src/`, but for those of the module `generated`, which is below `crate`, and
    /// empty if generated code is in another crate. `library` is the name of the package's library.
    pub(crate) fn read(package: &Path, generated: &[String], library: Option<String>) -> Self {
        let mut sources = Self {
            generated: generated.to_vec(),
            library,
            ..Self::default()
        };
        let mut seen = BTreeSet::new();
        let mut open = roots(package);
        while let Some((path, module, root)) = open.pop() {
            if seen.len() == MAX_FILES || !seen.insert(path.clone()) {
                continue;
            }
            let Some(bytes) = read_bytes(&package.join(&path)) else {
                continue;
            };
            match source(&path, &module, &root, bytes) {
                Ok(source) => {
                    let folder = folder_of_children(&path);
                    let below = (path.parent().unwrap_or(Path::new("")), folder.as_path());
                    let from = open.len();
                    children(
                        package,
                        below,
                        &source.syntax.items,
                        (&module, &root),
                        &mut open,
                    );
                    let own = open.split_off(from).into_iter();
                    open.extend(own.filter(|(_, module, _)| module[1..] != *generated));
                    sources.files.push(source);
                }
                Err(unreadable) => sources.unreadable.push(unreadable),
            }
        }
        sources.read_strays(package, &mut seen);
        sources
    }

    /// Reads what no root leads to. Text that is no Rust may be anything there.
    fn read_strays(&mut self, package: &Path, seen: &mut BTreeSet<PathBuf>) {
        let generated: PathBuf = [&["src".to_owned()], &self.generated[..]]
            .concat()
            .iter()
            .collect();
        let mut folders = vec![PathBuf::from("src")];
        while let Some(folder) = folders.pop() {
            for (name, is_folder) in folder_entries(&package.join(&folder)) {
                let path = folder.join(name);
                if is_folder && path != generated {
                    folders.push(path);
                } else if path.extension().is_some_and(|suffix| suffix == "rs")
                    && seen.len() < MAX_FILES
                    && seen.insert(path.clone())
                    && let Some(bytes) = read_bytes(&package.join(&path))
                {
                    let text = slashes(&path);
                    self.strays
                        .extend(source(&path, &module_of(&text), &text, bytes));
                }
            }
        }
    }

    /// The file with this path.
    pub(crate) fn file(&self, path: &str) -> Option<&Source> {
        self.files.iter().find(|source| source.path == path)
    }

    /// The text of the file with this path, which need not be one that a root leads to.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        let mut all = self.files.iter().chain(&self.strays);
        all.find(|source| source.path == path)
            .map(|source| source.text.as_str())
    }

    /// What names in a file depend on, beside the file.
    pub(crate) fn surroundings(&self, source: &Source) -> Surroundings<'_> {
        let of_library = self.library.as_deref().filter(|_| {
            let declares = |root: &Source| {
                let module = self.generated.first();
                module.is_some_and(|module| root.declares(module))
            };
            source.root != LIBRARY
                && self.file(LIBRARY).is_some_and(declares)
                && !self.file(&source.root).is_some_and(declares)
        });
        Surroundings {
            library: of_library,
            moves: &self.moves,
        }
    }

    /// Every `impl … for …` outside of functions.
    pub(crate) fn implementations(&self) -> Vec<Implementation<'_>> {
        self.implementations_in(&self.files)
    }

    /// Those in files that no root leads to.
    pub(crate) fn stray_implementations(&self) -> Vec<Implementation<'_>> {
        self.implementations_in(&self.strays)
    }

    fn implementations_in<'a>(&'a self, files: &'a [Source]) -> Vec<Implementation<'a>> {
        let mut found = Vec::new();
        for source in files {
            let surroundings = self.surroundings(source);
            let items = &source.syntax.items;
            implementation::collect(source, items, &source.module, surroundings, &mut found);
        }
        found
    }
}

/// The crates' roots, and a file that a root need not mention yet; the first one last.
fn roots(package: &Path) -> Vec<Open> {
    let root = |path: PathBuf, module: &[&str]| {
        let module = module.iter().map(|name| (*name).to_owned()).collect();
        let root = slashes(&path);
        (path, module, root)
    };
    let mut roots = vec![
        root(HANDLER.into(), &["crate", "handler"]),
        root(LIBRARY.into(), &["crate"]),
        root(PROGRAM.into(), &["crate"]),
    ];
    let mut programs: Vec<_> = folder_entries(&package.join(PROGRAMS))
        .into_iter()
        .map(|(name, is_folder)| match is_folder {
            true => Path::new(PROGRAMS).join(name).join("main.rs"),
            false => Path::new(PROGRAMS).join(name),
        })
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "rs"))
        .collect();
    programs.sort();
    let programs = programs.into_iter().map(|path| root(path, &["crate"]));
    roots.splice(0..0, programs);
    roots
}

fn source(
    path: &Path,
    module: &[String],
    root: &str,
    bytes: Vec<u8>,
) -> Result<Source, Unreadable> {
    let path = slashes(path);
    match String::from_utf8(bytes) {
        Ok(text) => Source::parse(&path, module, root, text),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            Err(Unreadable {
                path,
                line: good.iter().filter(|byte| **byte == b'\n').count() + 1,
                why: "it is not UTF-8".to_owned(),
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
            })
        }
    }
}

/// The module that a file would be if its folders declared it.
fn module_of(path: &str) -> Vec<String> {
    let names = path.trim_start_matches("src/").trim_end_matches(".rs");
    let names = names.split('/').filter(|name| *name != "mod");
    std::iter::once("crate")
        .chain(names)
        .map(str::to_owned)
        .collect()
}

/// Where the modules that a file declares are looked for.
fn folder_of_children(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_root = stem == "main" || stem == "lib" || folder == Path::new(PROGRAMS);
    match is_root || stem == "mod" {
        true => folder.to_owned(),
        false => folder.join(stem),
    }
}

/// Adds the files of the modules that `items` declare. `below` are the folder of the file itself, to
/// which `#[path]` is relative, and that of its modules; `place` is the module, and its root.
fn children(
    package: &Path,
    below: (&Path, &Path),
    items: &[Item],
    (module, root): (&[String], &str),
    open: &mut Vec<Open>,
) {
    for item in items {
        let Item::Mod(child) = item else { continue };
        let name = scope::name(&child.ident);
        let path = [module, std::slice::from_ref(&name)].concat();
        if let Some((_, items)) = &child.content {
            let folder = below.1.join(&name);
            children(package, (&folder, &folder), items, (&path, root), open);
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
        let found = candidates.find(|candidate| is_file(&package.join(candidate)));
        open.extend(found.map(|found| (found, path, root.to_owned())));
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
