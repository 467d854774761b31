//! Which modules the files of a crate name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Names from the root of a crate to a module, or to something in one.
pub(crate) type Names = Vec<String>;

/// The files of a crate, by module.
#[derive(Debug, Default)]
pub(crate) struct Crate {
    /// What the code of a file is, without comments, strings and tests.
    files: BTreeMap<Names, String>,
}

impl Crate {
    /// Reads a folder like `runtime/src`.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut found = Self::default();
        found.read_folder(folder, &[]);
        found
    }

    fn read_folder(&mut self, folder: &Path, module: &[String]) {
        let entries = fs::read_dir(folder).expect("the folder of a crate can be read");
        for path in entries.map(|entry| entry.expect("it has a name").path()) {
            let stem = path.file_stem().expect("it has a name").to_string_lossy();
            // Tests may use what they like.
            if stem == "tests" {
                continue;
            }
            let names = match stem.as_ref() {
                "mod" | "lib" | "main" => module.to_vec(),
                name => [module, &[name.to_owned()]].concat(),
            };
            if path.is_dir() {
                self.read_folder(&path, &names);
            } else if path.extension().is_some_and(|suffix| suffix == "rs") {
                let text = fs::read_to_string(&path).expect("a source is text");
                self.files.entry(names).or_default().push_str(&code(&text));
            }
        }
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &Names> {
        self.files.keys()
    }

    /// The modules whose code has one of the words, each with that word.
    pub(crate) fn with_word<'a>(&'a self, words: &'a [&str]) -> Vec<(&'a Names, &'a str)> {
        let found = self.files.iter().filter_map(|(module, code)| {
            let word = words.iter().find(|word| code.contains(**word))?;
            Some((module, *word))
        });
        found.collect()
    }

    /// From each module to everything of the crate that its code names.
    pub(crate) fn named(&self) -> BTreeMap<&Names, BTreeSet<Names>> {
        let exported = self.exported();
        let named = self.files.iter().map(|(module, code)| {
            let paths = paths(code).into_iter();
            let paths = paths.filter_map(|path| resolve(module, &path));
            // What the root exports is where it comes from.
            let paths = paths.map(
                |path| match path.first().and_then(|name| exported.get(name)) {
                    Some(origin) => origin.clone(),
                    None => path,
                },
            );
            (module, paths.collect())
        });
        named.collect()
    }

    /// What the root gives out: by its name there, where it comes from.
    fn exported(&self) -> BTreeMap<String, Names> {
        let root = self.files.get(&Vec::new()).map_or("", String::as_str);
        let uses = root.split(';').filter_map(|line| line.split_once("use "));
        let paths = uses.flat_map(|(_, tree)| expand(tree));
        let pairs = paths.filter_map(|path| Some((path.last()?.clone(), path)));
        pairs
            .filter(|(name, _)| !self.files.contains_key(&vec![name.clone()]))
            .collect()
    }
}

/// A path from the root: `super` and `crate` are followed, paths of other crates left out.
fn resolve(module: &[String], path: &[String]) -> Option<Names> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "super" => {
            let above = module.get(..module.len().checked_sub(supers)?)?;
            Some([above, &path[supers..]].concat())
        }
        _ => None,
    }
}

/// Every path that begins with `crate::` or `super::`, in `use` and elsewhere.
fn paths(code: &str) -> Vec<Names> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = &code[..at];
            // Not `$crate`, not `super::super`, not the end of a longer word.
            if !before.ends_with(is_name) && !before.ends_with("::") && !before.ends_with('$') {
                found.extend(expand(&code[at..]));
            }
        }
    }
    found
}

/// The paths of a tree of `use`, which ends where no path can go on.
fn expand(text: &str) -> Vec<Names> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    if let Some(group) = rest.strip_prefix('{').filter(|_| name.is_empty()) {
        return parts(group).into_iter().flat_map(expand).collect();
    }
    let below = match rest.strip_prefix("::") {
        Some(rest) => expand(rest),
        None => Vec::new(),
    };
    let head = match name {
        "" => return Vec::new(),
        name => vec![name.to_owned()],
    };
    match below.is_empty() {
        true => vec![head],
        false => below
            .into_iter()
            .map(|path| [head.clone(), path].concat())
            .collect(),
    }
}

/// The text up to the brace that closes, cut at its own commas.
fn parts(group: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            '}' if depth == 0 => {
                found.push(&group[start..at]);
                return found;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    found
}

/// The code of a file: without comments, without what is in its strings, and up to its tests.
fn code(text: &str) -> String {
    let text = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = text.lines().map(|line| {
        let code = line.split("//").next().unwrap_or_default();
        // Every second part between quotes is a string.
        code.split('"').step_by(2).collect::<Vec<_>>().join("\"") + "\n"
    });
    lines.collect()
}

#[test]
fn trees_of_use_are_followed() {
    let names = |text: &str| -> Names { text.split("::").map(str::to_owned).collect() };
    let code = code(
        "use crate::a::{self, b::{C, D as E}};\nfn f(x: super::super::g::H<super::i::J>) {}\n// crate::no\n\"crate::no\"\nmacro! { $crate::no }",
    );
    let module = names("x::y::z");
    let found: BTreeSet<String> = paths(&code)
        .iter()
        .filter_map(|path| resolve(&module, path))
        .map(|path| path.join("::"))
        .collect();
    let expected = ["a::b::C", "a::b::D", "a::self", "x::g::H", "x::y::i::J"];
    assert_eq!(found, expected.map(str::to_owned).into());
}
