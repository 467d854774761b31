//! Whether each service has an implementation, and whether that has what the trait wants.

use crate::error::Error;
use crate::note::NoteSeverity;
use crate::plan::{MethodPlan, RustType, ServicePlan, unraw};

use super::super::handler;
use super::super::names::implementors;
use super::super::reading::{Implementation, Known, Scope, Source, known, named_paths};
use super::insertion::{Block, at_end};
use super::{Finding, HANDLER, Place, Review, signature, write_in, write_path};

/// The runtime's error, which stubs make.
pub(super) const ERROR: &str = "::streamgen_runtime::Error";

/// The implementations of the trait `wanted`: those that name it for certain, or else those that name a
/// trait of its name which may have come from anywhere.
pub(super) fn of_trait<'i, 'a>(
    wanted: &[String],
    all: &'i [Implementation<'a>],
    is_generated: &dyn Fn(&[String]) -> bool,
) -> Vec<&'i Implementation<'a>> {
    let certain = |one: &&Implementation<'_>| one.of_trait().iter().any(|path| path == wanted);
    let found: Vec<_> = all.iter().filter(certain).collect();
    if !found.is_empty() {
        return found;
    }
    let likely = |one: &&Implementation<'_>| {
        let mut paths = one.of_trait().into_iter();
        paths.any(|path| path.last() == wanted.last() && !is_generated(&path))
    };
    all.iter().filter(likely).collect()
}

impl<'a> Review<'a> {
    /// Reviews every implementation of the services' traits.
    pub(super) fn handlers(&mut self) -> Result<(), Error> {
        let all = self.sources.implementations();
        let strays = self.sources.stray_implementations();
        let new_names = implementors(self.services);
        for (service, name) in self.services.iter().zip(new_names) {
            let mut of_service = self.implementations_of(service, &all);
            if of_service.is_empty() {
                of_service = self.implementations_of(service, &strays);
            }
            let is_new = self
                .added
                .contains_key(&self.path_of(service, &service.handler_trait));
            if of_service.is_empty() && !is_new && self.may_be_added(service) {
                self.without_implementation(service, name)?;
            }
            for implementation in of_service {
                self.implementation(service, implementation)?;
            }
        }
        for found in &all {
            if found.of_trait().iter().any(|path| self.is_gone(path)) {
                let text = format!(
                    "`{}` is for a service that is not generated any more: remove it",
                    found.title()
                );
                let byte = found.start_byte();
                self.find(NoteSeverity::Warning, found.source, byte, text);
            }
        }
        Ok(())
    }

    /// See [`of_trait`].
    pub(super) fn implementations_of<'i, 's>(
        &self,
        service: &ServicePlan<'_>,
        all: &'i [Implementation<'s>],
    ) -> Vec<&'i Implementation<'s>> {
        let wanted = self.path_of(service, &service.handler_trait);
        of_trait(&wanted, all, &|path| self.is_generated(path))
    }

    fn implementation(
        &mut self,
        service: &ServicePlan<'_>,
        found: &Implementation<'_>,
    ) -> Result<(), Error> {
        let mut missing = Vec::new();
        for method in &service.methods {
            let ident = unraw(&method.ident);
            match found.functions().find(|(name, _)| name == ident) {
                Some((_, function)) if !self.fits(service, method, function, &found.scope) => {
                    self.other_signature(service, method, function, found);
                }
                None if !found.has_macros() => missing.push(method),
                Some(_) | None => {}
            }
        }
        if !missing.is_empty() {
            self.lacks(service, &missing, found)?;
        }
        for (name, function) in found.functions() {
            let mut methods = service.methods.iter();
            if !methods.any(|method| unraw(&method.ident) == name) {
                let text = format!(
                    "`{name}` is not a method of `{}` any more: remove it",
                    service.handler_trait
                );
                let byte = found.source.bytes(function.sig.ident.span()).start;
                self.find(NoteSeverity::Warning, found.source, byte, text);
            }
        }
        Ok(())
    }

    /// An implementation without some methods gets stubs, unless the trait has bodies for them.
    fn lacks(
        &mut self,
        service: &ServicePlan<'_>,
        missing: &[&MethodPlan<'_>],
        found: &Implementation<'_>,
    ) -> Result<(), Error> {
        let (source, start) = (found.source, found.start_byte());
        let idents = missing.iter().map(|method| format!("`{}`", method.ident));
        let idents = idents.collect::<Vec<_>>().join(", ");
        let title = found.title();
        if self.has_defaults {
            let text =
                format!("`{title}` leaves {idents} to the trait, which answers with an error");
            self.find(NoteSeverity::Note, source, start, text);
            return Ok(());
        }
        let (open, close) = found.braces();
        let block = Block {
            start,
            open,
            close,
            first_item: found.first_item(),
        };
        let edits = self.edits_files && source.text[close..].starts_with('}');
        let indent = if edits { block.indent(&source.text) } else { 0 };
        let error = write_path(&found.scope, ERROR);
        let mut write = |ty: &_| write_in(&found.scope, &self.reach.absolute(service.module, ty));
        let stubs = missing
            .iter()
            .map(|method| handler::stub(service, method, &mut write, &error, indent));
        let stubs = stubs.collect::<Result<Vec<_>, Error>>()?;
        if edits {
            let insertion = block.append(&source.text, &stubs);
            let verb = if missing.len() == 1 {
                "it does"
            } else {
                "they do"
            };
            let text = format!("`{title}` has got {idents}: write what {verb}");
            self.insert(source, &insertion, text);
        } else {
            let line = source.text[..close].matches('\n').count() + 1;
            let stubs = stubs.join("\n\n");
            let text = format!(
                "`{title}` has no {idents}; add in front of the brace in line {line}:\n\n{stubs}\n"
            );
            self.find(NoteSeverity::Note, source, start, text);
        }
        Ok(())
    }

    fn other_signature(
        &mut self,
        service: &ServicePlan<'_>,
        method: &MethodPlan<'_>,
        function: &syn::ImplItemFn,
        found: &Implementation<'_>,
    ) {
        let wanted = method.handler_signature().params;
        let names: Vec<_> = wanted.iter().map(|(name, _)| unraw(name)).collect();
        let absolute = |ty: &_| self.reach.absolute(service.module, ty);
        let types: Vec<_> = wanted.iter().map(|(_, ty)| absolute(ty)).collect();
        let is_same = |wanted: &RustType, ty: &syn::Type| {
            let found = known(ty, &found.scope, self.generated);
            let is_alias = |path: &[String]| self.aliases.contains(path);
            Known::of(wanted, self.generated).may_be(&found, &is_alias)
        };
        let names = signature::parameter_names(&names, &types, &function.sig, &is_same);
        let mut write = |ty: &_| write_in(&found.scope, &absolute(ty));
        let name = |index: usize, _: &str| names[index].clone();
        let wanted = handler::signature(method, &name, &mut write, 4);
        let text = format!(
            "`{}` has another signature than `{}` wants:\n\n    {wanted}\n",
            method.ident, service.handler_trait
        );
        let byte = found.source.bytes(function.sig.ident.span()).start;
        self.find(NoteSeverity::Warning, found.source, byte, text);
    }

    /// A service that nothing implements gets a struct and its implementation, at the end of the file
    /// for handlers.
    fn without_implementation(
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
                let (severity, place) = (NoteSeverity::Note, Place::InText);
                self.findings.push(Finding {
                    severity,
                    place,
                    text,
                });
            }
        }
        Ok(())
    }

    /// Tells where no root of a crate declares the file for handlers.
    fn handlers_are_reached(&mut self, file: &Source) {
        if file.root != HANDLER {
            return;
        }
        let root = ["src/main.rs", "src/lib.rs"].into_iter();
        let mut roots = root.filter_map(|path| self.sources.file(path));
        if let Some(root) = roots.find(|root| root.declares(self.generated)) {
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
        handler::whole_implementation(
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
            let paths = named_paths(source.code()).into_iter();
            let mut traits = paths.filter(|path| path.is_before_for);
            traits.any(|path| {
                let mut meanings = scope.resolve(&path.names).into_iter();
                path.names.last() == wanted.last()
                    && meanings.any(|path| path == wanted || !self.is_generated(&path))
            })
        })
    }

    fn fits(
        &self,
        service: &ServicePlan<'_>,
        method: &MethodPlan<'_>,
        function: &syn::ImplItemFn,
        scope: &Scope,
    ) -> bool {
        let wanted = method.handler_signature();
        let wanted = signature::Wanted {
            params: wanted
                .params
                .iter()
                .map(|(_, ty)| self.reach.absolute(service.module, ty))
                .collect(),
            returns: self.reach.absolute(service.module, &wanted.returns),
        };
        let is_alias = |path: &[String]| self.aliases.contains(path);
        signature::fits(&wanted, &function.sig, scope, self.generated, &is_alias)
    }
}
