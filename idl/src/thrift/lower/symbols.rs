//! Which names are defined in which file, and what a reference leads to.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::symbol::{Symbol, SymbolKind};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::DefId;
use crate::report::Report;
use crate::source::{FileId, Span};
use crate::thrift::syntax::{Definition, Identifier};
use crate::thrift::tree::{ParsedFile, Tree};

/// What a reference leads to.
pub(super) enum Lookup {
    Found(DefId),
    /// Nothing of that name.
    Unknown,
    /// An included file that was not read could tell, which was reported.
    Unread,
    /// Several includes have the same prefix and define the name.
    Ambiguous(Vec<DefId>),
}

impl Lookup {
    fn from_candidates(mut found: Vec<DefId>) -> Self {
        match found.len() {
            0 => Self::Unknown,
            1 => Self::Found(found.swap_remove(0)),
            _ => Self::Ambiguous(found),
        }
    }
}

/// The names of one file. Types and services share a table, constants have their own
/// (thrift-idl.md 12).
#[derive(Default)]
struct Scope<'a> {
    types: HashMap<&'a str, DefId>,
    constants: HashMap<&'a str, DefId>,
    /// Files by the prefix of their include, in order.
    includes: HashMap<&'a str, Vec<FileId>>,
    /// Prefixes of includes that are missing or do not parse.
    unread: HashSet<&'a str>,
    definitions: Vec<DefId>,
}

/// The names of all files.
pub(super) struct Symbols<'a> {
    all: Vec<Symbol<'a>>,
    /// By [`FileId`].
    scopes: Vec<Scope<'a>>,
}

impl<'a> Symbols<'a> {
    /// Gives every definition an id, in the order of files and definitions, and reports names that
    /// are taken or cannot be.
    pub(super) fn declare(tree: &'a Tree, report: &mut Report) -> Self {
        let mut symbols = Self {
            all: Vec::new(),
            scopes: Vec::new(),
        };
        for file in &tree.files {
            symbols.scopes.push(Scope {
                includes: includes(file),
                unread: unread(file, tree),
                ..Scope::default()
            });
            for definition in &file.document.definitions {
                symbols.declare_one(file.id, definition, report);
            }
        }
        symbols
    }

    fn declare_one(&mut self, file: FileId, definition: &'a Definition, report: &mut Report) {
        let Identifier {
            text: name,
            span: name_span,
        } = &definition.name;
        refuse_dots(&definition.name, report);
        let id = DefId(self.all.len() as u32);
        let kind = SymbolKind::of(&definition.kind);
        self.all.push(Symbol {
            file,
            name,
            name_span: *name_span,
            kind,
        });
        let scope = &mut self.scopes[file.index()];
        scope.definitions.push(id);
        let table = match kind {
            SymbolKind::Const => &mut scope.constants,
            _ => &mut scope.types,
        };
        match table.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(id);
            }
            Entry::Occupied(entry) => {
                let first = self.all[entry.get().index()].name_span;
                let message = format!("`{name}` is already defined in this file");
                let found = Diagnostic::new(Code::DuplicateDefinition, message);
                report.add(
                    found
                        .label(*name_span, "")
                        .label(first, "first defined here"),
                );
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, id: DefId) -> Symbol<'a> {
        self.all[id.index()]
    }

    /// The definitions of a file, in order.
    pub(super) fn of_file(&self, file: FileId) -> Vec<DefId> {
        self.scopes[file.index()].definitions.clone()
    }

    /// The type or service that `X` or `include.X` names in a file.
    pub(super) fn type_or_service(&self, file: FileId, reference: &str) -> Lookup {
        let found = self.candidates(file, reference, |scope| &scope.types);
        match Lookup::from_candidates(found) {
            Lookup::Unknown if self.is_unread(file, reference) => Lookup::Unread,
            found => found,
        }
    }

    /// Whether a reference leads to an included file of which nothing is known: one that is missing,
    /// or does not parse.
    pub(super) fn is_unread(&self, file: FileId, reference: &str) -> bool {
        let unread = &self.scopes[file.index()].unread;
        let mut prefixes = reference.match_indices('.').map(|(at, _)| &reference[..at]);
        !unread.is_empty() && prefixes.any(|prefix| unread.contains(prefix))
    }

    /// The constants that `X` or `include.X` names in a file: at most one without a prefix.
    pub(super) fn constants(&self, file: FileId, reference: &str) -> Vec<DefId> {
        self.candidates(file, reference, |scope| &scope.constants)
    }

    /// The types and services that `X` or `include.X` names in a file.
    pub(super) fn types(&self, file: FileId, reference: &str) -> Vec<DefId> {
        self.candidates(file, reference, |scope| &scope.types)
    }

    fn candidates<'s>(
        &'s self,
        file: FileId,
        reference: &str,
        table: impl Fn(&'s Scope<'a>) -> &'s HashMap<&'a str, DefId>,
    ) -> Vec<DefId> {
        let scope = &self.scopes[file.index()];
        // Prefixes may hold dots, defined names may not.
        let Some((prefix, name)) = reference.rsplit_once('.') else {
            return table(scope).get(reference).copied().into_iter().collect();
        };
        let files = scope.includes.get(prefix).map_or(&[][..], Vec::as_slice);
        files
            .iter()
            .filter_map(|file| table(&self.scopes[file.index()]).get(name))
            .copied()
            .collect()
    }

    /// The names of the wanted kinds that a reference could have meant: those of the included files
    /// when its prefix is one, else those of this file.
    pub(super) fn similar(
        &self,
        file: FileId,
        reference: &str,
        wanted: impl Fn(SymbolKind) -> bool,
    ) -> Vec<&'a str> {
        let scope = &self.scopes[file.index()];
        let prefix = reference.rsplit_once('.').map(|(prefix, _)| prefix);
        let included = prefix.and_then(|prefix| scope.includes.get(prefix));
        let files = included.map_or(std::slice::from_ref(&file), Vec::as_slice);
        let definitions = files
            .iter()
            .flat_map(|file| &self.scopes[file.index()].definitions);
        let symbols = definitions.map(|&id| self.get(id));
        symbols
            .filter(|symbol| wanted(symbol.kind))
            .map(|symbol| symbol.name)
            .collect()
    }

    /// The prefixes under which a file sees a type or service of this name.
    pub(super) fn prefixes_of_type(&self, file: FileId, name: &str) -> Vec<&'a str> {
        let includes = &self.scopes[file.index()].includes;
        let defines = |file: &FileId| self.scopes[file.index()].types.contains_key(name);
        let mut found: Vec<&str> = includes
            .iter()
            .filter(|(_, files)| files.iter().any(defines))
            .map(|(prefix, _)| *prefix)
            .collect();
        found.sort_unstable();
        found
    }

    /// How a file refers to a definition: with the prefix of an include if it needs one. Just the
    /// name when the file does not include the definition's file.
    pub(super) fn qualified_name(&self, file: FileId, id: DefId) -> String {
        let symbol = self.get(id);
        let includes = &self.scopes[file.index()].includes;
        let leads_there = |(_, files): &(&&str, &Vec<FileId>)| files.contains(&symbol.file);
        match includes
            .iter()
            .filter(leads_there)
            .map(|(prefix, _)| *prefix)
            .min()
        {
            Some(prefix) if symbol.file != file => format!("{prefix}.{}", symbol.name),
            _ => symbol.name.to_owned(),
        }
    }

    /// Whether an include has this prefix.
    pub(super) fn has_prefix(&self, file: FileId, prefix: &str) -> bool {
        self.scopes[file.index()].includes.contains_key(prefix)
    }

    /// Reports a reference that fits several definitions.
    pub(super) fn report_ambiguous(
        &self,
        reference: &str,
        span: Span,
        found: &[DefId],
        report: &mut Report,
    ) {
        let message = format!("`{reference}` is defined in more than one included file");
        let mut diagnostic = Diagnostic::new(Code::AmbiguousReference, message).label(span, "");
        for &id in found {
            diagnostic = diagnostic.label(self.get(id).name_span, "one of them");
        }
        report.add(diagnostic);
    }
}

fn includes(file: &ParsedFile) -> HashMap<&str, Vec<FileId>> {
    let mut includes: HashMap<&str, Vec<FileId>> = HashMap::new();
    for include in &file.includes {
        let files = includes.entry(&include.prefix).or_default();
        if !files.contains(&include.file) {
            files.push(include.file);
        }
    }
    includes
}

/// The prefixes behind which names are not known.
fn unread<'a>(file: &'a ParsedFile, tree: &Tree) -> HashSet<&'a str> {
    let not_parsed = |file: &FileId| !tree.files[file.index()].parses;
    let not_parsed = file.includes.iter().filter(|one| not_parsed(&one.file));
    let missing = file.missing.iter().map(String::as_str);
    let not_parsed = not_parsed.map(|one| one.prefix.as_str());
    missing.chain(not_parsed).collect()
}

/// Dots belong to references; a name that holds one could never be referred to.
pub(super) fn refuse_dots(name: &Identifier, report: &mut Report) {
    if name.text.contains('.') {
        let message = format!("the name `{}` cannot hold a dot", name.text);
        let found = Diagnostic::new(Code::DottedName, message).label(name.span, "");
        let plain = name.text.replace('.', "_");
        report.add(found.suggest(format!("write `{plain}`"), name.span, plain));
    }
}
