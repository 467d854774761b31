//! Namespaces that are called otherwise now: the handlers of their services are the same, and what
//! leads to them has to be written anew.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::{Item, ItemUse};

use crate::note::NoteSeverity;
use crate::plan::{Plan, ServicePlan};

use super::super::names::Reach;
use super::super::reading::{
    Move, Scope, Source, Sources, Surroundings, imported_paths, name, named_paths,
};
use super::super::root::Root;
use super::names::joined;
use super::{Review, names};

/// Whether a path leads to an item of a service's module, which is a file whatever else generated code
/// may nest, and that is not generated any more.
pub(super) fn is_gone(path: &[String], modules: &BTreeSet<String>) -> bool {
    let module = &path[..path.len().saturating_sub(1)];
    module.len() > 2 && !modules.contains(&file_of(module))
}

/// The file of a generated module, which is a path from `crate` on.
fn file_of(module: &[String]) -> String {
    module[2..].join("/") + ".rs"
}

/// The modules that have moved: of a service that nothing implements, while there is an implementation
/// for a service of the same name that is gone.
pub(in super::super) fn moves(
    root: &Root,
    plan: &Plan<'_>,
    services: &[&ServicePlan<'_>],
    modules: &BTreeSet<String>,
    sources: &Sources,
) -> Vec<Move> {
    if !root.is_ours {
        return Vec::new();
    }
    let reach = Reach::new(plan, root, &[]);
    let traits = sources.implementations();
    let traits: Vec<_> = traits.iter().flat_map(|found| found.of_trait()).collect();
    let mut moves = BTreeSet::new();
    for service in services {
        let new = names(&reach.item(service.module, &service.handler_trait));
        let is_old = |path: &&Vec<String>| {
            root.holds(path) && path.last() == new.last() && is_gone(path, modules)
        };
        if traits.contains(&new) {
            continue;
        }
        if let Some(old) = traits.iter().find(is_old) {
            moves.insert(between(old, &new, modules));
        }
    }
    moves.into_iter().collect()
}

/// The module around what has moved: the service's, or its whole namespace where nothing is left of that.
fn between(old: &[String], new: &[String], modules: &BTreeSet<String>) -> Move {
    let (old, new) = (&old[..old.len() - 1], &new[..new.len() - 1]);
    let (from, to) = (&old[..old.len() - 1], &new[..new.len() - 1]);
    let is_namespace = from.len() > 2 && to.len() > 2 && old.last() == new.last();
    let (from, to) = match is_namespace && !modules.contains(&file_of(from)) {
        true => (from, to),
        false => (old, new),
    };
    Move {
        from: from.to_vec(),
        to: to.to_vec(),
    }
}

impl Review<'_> {
    /// Names each path that leads to where something was, and how it is written now.
    pub(super) fn moved(&mut self) {
        let sources = self.sources;
        if sources.moves.is_empty() {
            return;
        }
        for source in &sources.files {
            let surroundings = Surroundings {
                moves: &[],
                ..sources.surroundings(source)
            };
            self.moved_imports(source, &source.syntax.items, &source.module, surroundings);
            self.moved_paths(source, surroundings);
        }
    }

    fn moved_imports(
        &mut self,
        source: &Source,
        items: &[Item],
        module: &[String],
        surroundings: Surroundings<'_>,
    ) {
        let scope = Scope::of(module, items, surroundings);
        for item in items {
            if let Item::Use(item) = item {
                self.moved_use(source, item, &scope);
            }
        }
        for item in items {
            if let Item::Mod(item) = item
                && let Some((_, items)) = &item.content
            {
                let module = [module, &[name(&item.ident)]].concat();
                self.moved_imports(source, items, &module, surroundings);
            }
        }
    }

    /// Tells what one `use` has to be, if something that it brings has moved.
    fn moved_use(&mut self, source: &Source, item: &ItemUse, scope: &Scope) {
        let imports = imported_paths(item);
        let new: Vec<_> = imports
            .iter()
            .map(|import| self.new_path(scope, &import.names))
            .collect();
        let Some(moved) = new.iter().position(Option::is_some) else {
            return;
        };
        let visibility = &source.text[source.bytes(item.vis.span())];
        let space = if visibility.is_empty() { "" } else { " " };
        let lines = imports.iter().zip(&new).map(|(import, new)| {
            let path = new.as_ref().unwrap_or(&import.names);
            let binding = match &import.binding {
                star if star == "*" => "::*".to_owned(),
                name if path.last() == Some(name) => String::new(),
                name => format!(" as {}", crate::plan::escape(name)),
            };
            format!("{visibility}{space}use {}{binding};\n", joined(path))
        });
        let text = format!(
            "`{}` has moved: write instead of this `use`:\n\n{}",
            joined(&imports[moved].names),
            lines.collect::<String>()
        );
        let byte = source.bytes(item.use_token.span).start;
        self.find(NoteSeverity::Warning, source, byte, text);
    }

    fn moved_paths(&mut self, source: &Source, surroundings: Surroundings<'_>) {
        let scope = Scope::of(&source.module, &source.syntax.items, surroundings);
        for path in named_paths(source.tokens()) {
            // A path by way of an import is right as soon as the import is.
            if path.names.first().is_some_and(|first| scope.imports(first)) {
                continue;
            }
            if let Some(new) = self.new_path(&scope, &path.names) {
                let (old, new) = (joined(&path.names), joined(&new));
                let text = format!("`{old}` has moved: write `{new}` instead");
                let byte = source.bytes(path.span).start;
                self.find(NoteSeverity::Warning, source, byte, text);
            }
        }
    }

    /// What a path that leads to something moved is now.
    fn new_path(&self, scope: &Scope, path: &[String]) -> Option<Vec<String>> {
        let of_move = |path: &Vec<String>| {
            let mut moves = self.sources.moves.iter();
            moves.find_map(|one| one.follow(path))
        };
        let new = scope.resolve(path).iter().find_map(of_move)?;
        Some(scope.in_full(&new))
    }
}
