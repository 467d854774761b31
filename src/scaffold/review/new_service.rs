//! Services that nothing implements.

use crate::error::Error;
use crate::note::NoteSeverity;
use crate::plan::ServicePlan;

use super::super::handler;
use super::super::reading::{Scope, Source, named_paths};
use super::super::{HANDLER, LIBRARY, PROGRAM};
use super::handlers::{ERROR, may_be};
use super::insertion::at_end;
use super::{Review, write_in, write_path};

impl Review<'_> {
    /// A service that nothing implements gets a struct and its implementation, at the end of the file
    /// for handlers.
    pub(super) fn without_implementation(
        &mut self,
        service: &ServicePlan<'_>,
        name: String,
    ) -> Result<(), Error> {
        let file = self.sources.file(HANDLER);
        let scope = file.map_or_else(Scope::default, |file| self.scope(file));
        let free = (2..).map(|n| format!("{name}{n}"));
        let mut names = std::iter::once(name.clone()).chain(free);
        let taken =
            |name: &String| scope.defines(name) || self.added.values().any(|one| one == name);
        let name = names.find(|name| !taken(name)).unwrap_or(name);
        let text = self.new_implementation(service, name.clone(), &scope)?;
        let wire_name = service.wire_name;
        let of_trait = &service.handler_trait;
        match file.filter(|_| self.edits_files && !self.is_implemented_by_a_macro(service)) {
            Some(file) => {
                let path = self.path_of(service, of_trait);
                self.added.insert(path, name.clone());
                let said = format!(
                    "`{name}` is new, for the service `{wire_name}`: write what its methods do"
                );
                self.insert(file, &at_end(&file.text, &text), said);
                self.handlers_are_reached(file);
            }
            None => {
                let end = file.map_or(1, |file| file.text.lines().count());
                let text = format!(
                    "{HANDLER}:{end}: nothing implements `{of_trait}` for the service `{wire_name}`; \
                     add at the end:\n\n{text}\n"
                );
                self.say(NoteSeverity::Note, text);
            }
        }
        Ok(())
    }

    /// Tells where no root of a crate declares the file for handlers.
    fn handlers_are_reached(&mut self, file: &Source) {
        if file.root != HANDLER {
            return;
        }
        let roots = [PROGRAM, LIBRARY].into_iter();
        let mut roots = roots.filter_map(|path| self.sources.file(path));
        let reaches_code = |root: &&Source| {
            let module = self.root.declared();
            module.is_none_or(|module| root.declares(module))
        };
        if let Some(root) = roots.find(reaches_code) {
            let text = "the crate does not have the handlers: add `mod handler;`".to_owned();
            self.find(NoteSeverity::Warning, root, 0, text);
        }
    }

    /// The text of a whole implementation.
    pub(super) fn new_implementation(
        &self,
        service: &ServicePlan<'_>,
        name: String,
        scope: &Scope,
    ) -> Result<String, Error> {
        let of_trait = self.reach.item(service.module, &service.handler_trait);
        let mut write = |ty: &_| write_in(scope, &self.reach.absolute(service.module, ty));
        handler::implementation(
            service,
            self.deprecates,
            name,
            write_path(scope, &of_trait),
            &mut write,
            &write_path(scope, ERROR),
        )
    }

    /// What names mean at the top of a file.
    pub(super) fn scope(&self, source: &Source) -> Scope {
        let surroundings = self.sources.surroundings(source);
        Scope::of(&source.module, &source.syntax.items, surroundings)
    }

    /// Whether there is something like `impl … for` of a trait where only a macro sees it.
    fn is_implemented_by_a_macro(&self, service: &ServicePlan<'_>) -> bool {
        let wanted = self.path_of(service, &service.handler_trait);
        let mut files = self.sources.files.iter();
        files.any(|source| {
            let scope = self.scope(source);
            let paths = named_paths(source.tokens()).into_iter();
            let mut traits = paths.filter(|path| path.is_before_for);
            traits.any(|path| {
                let mut meanings = scope.resolve(&path.names).into_iter();
                meanings.any(|path| {
                    path == wanted || may_be(&path, &wanted) && !self.is_generated(&path)
                })
            })
        })
    }
}
