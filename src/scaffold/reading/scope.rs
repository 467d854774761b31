//! What names mean in one module.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Ident, Item, ItemUse};

use super::paths::{ImportedPath, imported_paths};

/// A module of generated code that has another path now, both from `crate` on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Move {
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
}

impl Move {
    /// Where a path leads now; `None` if it does not lead into the module.
    pub(crate) fn follow(&self, path: &[String]) -> Option<Vec<String>> {
        Some([&self.to, path.strip_prefix(&self.from[..])?].concat())
    }
}

/// What the names of a module depend on, beside its items.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings<'a> {
    /// The name of the crate that holds generated code, where that is another crate of the package.
    pub(crate) library: Option<&'a str>,
    /// What has moved: old paths mean the new ones.
    pub(crate) moves: &'a [Move],
}

/// The names of a module that lead elsewhere. What functions import for themselves is not here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// The module, from `crate` on.
    module: Vec<String>,
    /// What each imported name stands for.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules of which everything is imported.
    globs: Vec<Vec<String>>,
    /// Modules that are declared here.
    modules: BTreeSet<String>,
    /// Types and traits that are defined here.
    own: BTreeSet<String>,
    /// See [`Surroundings`].
    library: Option<String>,
    moves: Vec<Move>,
}

impl Scope {
    /// The scope of a module's items.
    pub(crate) fn of(module: &[String], items: &[Item], surroundings: Surroundings<'_>) -> Self {
        let mut scope = Self {
            module: module.to_vec(),
            library: surroundings.library.map(str::to_owned),
            moves: surroundings.moves.to_vec(),
            ..Self::default()
        };
        for item in items {
            match item {
                Item::Mod(item) => drop(scope.modules.insert(name(&item.ident))),
                Item::Struct(item) => drop(scope.own.insert(name(&item.ident))),
                Item::Enum(item) => drop(scope.own.insert(name(&item.ident))),
                Item::Type(item) => drop(scope.own.insert(name(&item.ident))),
                Item::Trait(item) => drop(scope.own.insert(name(&item.ident))),
                _ => {}
            }
        }
        for item in items {
            if let Item::Use(item) = item {
                scope.import(item);
            }
        }
        scope
    }

    fn import(&mut self, item: &ItemUse) {
        for ImportedPath { names, binding, .. } in imported_paths(item) {
            let path = self.absolute(&names);
            match binding.as_str() {
                "*" => self.globs.push(path),
                _ => drop(self.imports.insert(binding, path)),
            }
        }
    }

    /// A path from `crate` or from another crate, but for names that are imported.
    fn absolute(&self, path: &[String]) -> Vec<String> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let absolute = match first.as_str() {
            "self" => [&self.module[..], rest].concat(),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let kept = self.module.len().saturating_sub(ups);
                [&self.module[..kept], &path[ups..]].concat()
            }
            _ if self.modules.contains(first) || self.own.contains(first) => {
                [&self.module[..], path].concat()
            }
            name if self.library.as_deref() == Some(name) => std::iter::once("crate".to_owned())
                .chain(rest.iter().cloned())
                .collect(),
            _ => path.to_vec(),
        };
        self.moved(absolute)
    }

    /// The path that an old one means now.
    fn moved(&self, path: Vec<String>) -> Vec<String> {
        let mut new = self.moves.iter().filter_map(|one| one.follow(&path));
        new.next().unwrap_or(path)
    }

    /// What a path may mean: one path, or several where everything of a module is imported. `crate`
    /// or a crate's name comes first, unless nobody can tell.
    pub(crate) fn resolve(&self, path: &[String]) -> Vec<Vec<String>> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        if let Some(import) = self.imports.get(first) {
            return vec![self.moved([import, rest].concat())];
        }
        let absolute = self.absolute(path);
        if absolute != path || first == "crate" {
            return vec![absolute];
        }
        let of_globs = self.globs.iter().map(|glob| [glob, path].concat());
        of_globs.chain([absolute]).collect()
    }

    /// The one path that a path means for certain.
    pub(crate) fn certain(&self, path: &[String]) -> Option<Vec<String>> {
        let mut meanings = self.resolve(path);
        let only = meanings.pop()?;
        meanings.is_empty().then_some(only)
    }

    /// The shortest way to write an absolute path here.
    pub(crate) fn shorten(&self, path: &[String]) -> Vec<String> {
        let imported = |(name, full): (&String, &Vec<String>)| {
            let rest = path.strip_prefix(full.as_slice())?;
            Some([std::slice::from_ref(name), rest].concat())
        };
        let short = self.imports.iter().filter_map(imported);
        short
            .min_by_key(Vec::len)
            .unwrap_or_else(|| self.in_full(path))
    }

    /// Whether a name is imported.
    pub(crate) fn imports(&self, name: &str) -> bool {
        self.imports.contains_key(name)
    }

    /// An absolute path of the crate that holds generated code, as it is written here.
    pub(crate) fn in_full(&self, path: &[String]) -> Vec<String> {
        match (&self.library, path.split_first()) {
            (Some(library), Some((first, rest))) if first == "crate" => {
                [std::slice::from_ref(library), rest].concat()
            }
            _ => path.to_vec(),
        }
    }

    /// Whether the module defines or imports something of this name.
    pub(crate) fn defines(&self, name: &str) -> bool {
        self.own.contains(name) || self.imports.contains_key(name)
    }

    /// The module, from `crate` on.
    pub(crate) fn module(&self) -> &[String] {
        &self.module
    }
}

/// An identifier without `r#`.
pub(crate) fn name(ident: &Ident) -> String {
    crate::plan::unraw(&ident.to_string()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    fn scope(text: &str) -> Scope {
        let file = syn::parse_file(text).expect("it is Rust");
        Scope::of(
            &words("crate::handler"),
            &file.items,
            Surroundings::default(),
        )
    }

    #[test]
    fn names_are_followed() {
        let scope = scope(
            "use crate::stream_gen::{echo, r#type as kind, deep::{self, Thing}};\n\
             use streamgen_runtime::*;\nuse self::inner::Inner;\nuse super::Outer;\n\
             mod inner {}\nstruct Own;",
        );
        for (path, expected) in [
            ("echo::Request", "crate::stream_gen::echo::Request"),
            ("kind::T", "crate::stream_gen::type::T"),
            ("deep::A", "crate::stream_gen::deep::A"),
            ("Thing", "crate::stream_gen::deep::Thing"),
            ("Inner", "crate::handler::inner::Inner"),
            ("inner::B", "crate::handler::inner::B"),
            ("Outer", "crate::Outer"),
            ("super::super::C", "C"),
            ("Own", "crate::handler::Own"),
            ("crate::D", "crate::D"),
        ] {
            assert_eq!(scope.resolve(&words(path)), [words(expected)], "{path}");
        }
        let unknown = scope.resolve(&words("Context"));
        assert_eq!(
            unknown,
            [words("streamgen_runtime::Context"), words("Context")]
        );
        assert_eq!(scope.certain(&words("std::Own")), None);
        assert!(scope.defines("Own") && !scope.defines("Other"));
    }

    #[test]
    fn paths_are_written_as_short_as_they_can_be() {
        let scope = scope("use crate::stream_gen::echo;\nuse streamgen_runtime::{Error as E};");
        for (path, expected) in [
            ("crate::stream_gen::echo::Request", "echo::Request"),
            ("streamgen_runtime::Error", "E"),
            ("streamgen_runtime::Context", "streamgen_runtime::Context"),
        ] {
            assert_eq!(scope.shorten(&words(path)), words(expected));
        }
    }
}
