//! Whether each service has an implementation, and whether that has what the trait wants.

use crate::error::Error;
use crate::layout::STEP;
use crate::note::NoteSeverity;
use crate::plan::{MethodPlan, ServicePlan, Signature, unraw};

use super::super::handler;
use super::super::names::implementors;
use super::super::reading::{Implementation, Scope};
use super::insertion::Block;
use super::{Review, signature, write_in, write_path};

/// The runtime's error, which stubs make.
pub(super) const ERROR: &str = "::streamgen_runtime::Error";

/// Whether an implementation is of the trait `wanted` for certain.
fn is_certain(found: &Implementation<'_>, wanted: &[String]) -> bool {
    found.of_trait().iter().any(|path| path == wanted)
}

/// Whether a path may lead to the trait `wanted` by way of other modules. One of another crate leads to
/// that crate's trait.
pub(super) fn may_be(path: &[String], wanted: &[String]) -> bool {
    let of_package = path.len() == 1 || path.first().is_some_and(|first| first == "crate");
    of_package && path.last() == wanted.last()
}

/// The implementations of the trait `wanted`: those that name it for certain, or else those that name a
/// trait of its name which may have come from anywhere in the package.
pub(super) fn of_trait<'i, 'a>(
    wanted: &[String],
    all: &'i [Implementation<'a>],
    is_generated: &dyn Fn(&[String]) -> bool,
) -> Vec<&'i Implementation<'a>> {
    let found: Vec<_> = all.iter().filter(|one| is_certain(one, wanted)).collect();
    if !found.is_empty() {
        return found;
    }
    let may_be = |path: &[String]| may_be(path, wanted) && !is_generated(path);
    let likely = |one: &&Implementation<'_>| one.of_trait().iter().any(|path| may_be(path));
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
                Some((_, function)) => {
                    let (wanted, types) = (self.wanted(service, method), self.types(&found.scope));
                    if !signature::fits(&wanted, &function.sig, &types) {
                        self.other_signature(service, method, function, found);
                    }
                }
                None if !found.has_macros() => missing.push(method),
                None => {}
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
        let (source, start, title) = (found.source, found.start_byte(), found.title());
        let idents = missing.iter().map(|method| format!("`{}`", method.ident));
        let idents = idents.collect::<Vec<_>>().join(", ");
        if self.has_defaults {
            let text =
                format!("`{title}` leaves {idents} to the trait, which answers with an error");
            self.find(NoteSeverity::Note, source, start, text);
            return Ok(());
        }
        let block = found.block();
        let wanted = self.path_of(service, &service.handler_trait);
        let edits = self.edits_files && is_certain(found, &wanted);
        if edits && source.text[block.close..].starts_with('}') {
            let stubs = self.stubs(service, missing, found, block.indent(&source.text))?;
            let insertion = block.append(&source.text, &stubs);
            let what = match missing.len() {
                1 => "it does",
                _ => "they do",
            };
            let text = format!("`{title}` has got {idents}: write what {what}");
            self.insert(source, &insertion, text);
            return Ok(());
        }
        let line = source.text[..block.close].matches('\n').count() + 1;
        let stubs = self.stubs(service, missing, found, 0)?.join("\n\n");
        let text = format!(
            "`{title}` has no {idents}; add in front of the brace in line {line}:\n\n{stubs}\n"
        );
        self.find(NoteSeverity::Note, source, start, text);
        Ok(())
    }

    /// Stubs as they are written where an implementation stands.
    fn stubs(
        &self,
        service: &ServicePlan<'_>,
        missing: &[&MethodPlan<'_>],
        found: &Implementation<'_>,
        indent: usize,
    ) -> Result<Vec<String>, Error> {
        let error = write_path(&found.scope, ERROR);
        let mut write = |ty: &_| write_in(&found.scope, &self.reach.absolute(service.module, ty));
        let methods = missing.iter();
        methods
            .map(|method| handler::stub(service, method, &mut write, &error, indent))
            .collect()
    }

    fn other_signature(
        &mut self,
        service: &ServicePlan<'_>,
        method: &MethodPlan<'_>,
        function: &syn::ImplItemFn,
        found: &Implementation<'_>,
    ) {
        let (names, why) = self.parameters(service, method, &function.sig, &found.scope);
        let mut write = |ty: &_| write_in(&found.scope, &self.reach.absolute(service.module, ty));
        let name = |index: usize, _: &str| names[index].clone();
        let wanted = handler::signature(method, &name, &mut write, STEP);
        let text = format!(
            "`{}` has another signature than `{}` wants{why}:\n\n    {wanted}\n",
            method.ident, service.handler_trait
        );
        let byte = found.source.bytes(function.sig.ident.span()).start;
        self.find(NoteSeverity::Warning, found.source, byte, text);
    }

    /// What the parameters that the trait wants are called in a function that does not fit, and why it
    /// does not, if that is Kitex's other surface.
    fn parameters(
        &self,
        service: &ServicePlan<'_>,
        method: &MethodPlan<'_>,
        found: &syn::Signature,
        scope: &Scope,
    ) -> (Vec<String>, &'static str) {
        let types = self.types(scope);
        let other = method.handler_signature_of_other_surface();
        let of_other_surface = other.filter(|other| {
            let wanted = self.absolute(service, other);
            signature::fits(&wanted, found, &types)
        });
        let names_of = |signature: &Signature| {
            let names = signature.params.iter().map(|(name, _)| unraw(name));
            let (names, wanted) = (names.collect::<Vec<_>>(), self.absolute(service, signature));
            signature::parameter_names(&names, &wanted, found, &types)
        };
        let mut names = names_of(
            of_other_surface
                .as_ref()
                .unwrap_or(&method.handler_signature()),
        );
        // On the StreamX surface, a context stands in front of what the classic one has.
        let why = match (of_other_surface.is_some(), &method.context_param) {
            (true, Some(context)) => {
                names.insert(0, format!("_{}", unraw(context)));
                ": with -streamx, handlers of streams are given a context"
            }
            (true, None) => {
                names.remove(0);
                ": without -streamx, the stream gives the context, by `.context()`"
            }
            (false, _) => "",
        };
        (names, why)
    }

    /// What the trait of a service wants of a method.
    fn wanted(&self, service: &ServicePlan<'_>, method: &MethodPlan<'_>) -> signature::Wanted {
        self.absolute(service, &method.handler_signature())
    }

    fn absolute(&self, service: &ServicePlan<'_>, signature: &Signature) -> signature::Wanted {
        let Signature { params, returns } = signature;
        let absolute = |ty: &_| self.reach.absolute(service.module, ty);
        signature::Wanted {
            params: params.iter().map(|(_, ty)| absolute(ty)).collect(),
            returns: absolute(returns),
        }
    }

    /// What types are where an implementation stands.
    fn types<'s>(&'s self, scope: &'s Scope) -> signature::Types<'s> {
        signature::Types {
            scope,
            root: self.root,
            aliases: &self.aliases,
        }
    }
}

impl Implementation<'_> {
    /// The block that functions are added to.
    fn block(&self) -> Block {
        let (open, close) = self.braces();
        Block {
            start: self.start_byte(),
            open,
            close,
            first_item: self.first_item(),
        }
    }
}
