//! Whether each service has an implementation, and whether that has what the trait wants.

use crate::error::Error;
use crate::plan::{ServicePlan, unraw};

use super::super::handler;
use super::super::names::implementors;
use super::super::reading::{Implementation, Scope};
use super::{Review, names, signature, write_in, write_path};

/// The runtime's error, which stubs make.
const ERROR: &str = "::streamgen_runtime::Error";

impl<'a> Review<'a> {
    /// Reviews every implementation of the services' traits.
    pub(super) fn handlers(&mut self) -> Result<(), Error> {
        let all = self.sources.implementations();
        let new_names = implementors(self.services);
        for (service, name) in self.services.iter().zip(new_names) {
            let of_service = self.implementations_of(service, &all);
            if of_service.is_empty() && self.sources.unreadable.is_empty() {
                let remark = self.without_implementation(service, &name)?;
                self.remarks.push(remark);
            }
            for implementation in of_service {
                self.implementation(service, implementation)?;
            }
        }
        for found in &all {
            if found.of_trait().iter().any(|path| self.is_gone(path)) {
                self.remarks.push(format!(
                    "{}: `{}` is for a service that is not generated any more",
                    found.source.place(found.start()),
                    found.title()
                ));
            }
        }
        Ok(())
    }

    /// The implementations of one service's trait: those that name it for certain, or else those
    /// that name a trait of its name which may have come from anywhere.
    pub(super) fn implementations_of<'i>(
        &self,
        service: &ServicePlan<'_>,
        all: &'i [Implementation<'i>],
    ) -> Vec<&'i Implementation<'i>> {
        let wanted = self.path_of(service, &service.handler_trait);
        let certain = |one: &&Implementation<'_>| one.of_trait().contains(&wanted);
        let found: Vec<_> = all.iter().filter(certain).collect();
        if !found.is_empty() {
            return found;
        }
        let likely = |one: &&Implementation<'_>| {
            let mut paths = one.of_trait().into_iter();
            paths.any(|path| path.last() == wanted.last() && !self.is_generated(&path))
        };
        all.iter().filter(likely).collect()
    }

    /// The path of an item of a service's module.
    pub(super) fn path_of(&self, service: &ServicePlan<'_>, item: &str) -> Vec<String> {
        names(&self.reach.item(service.module, item))
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
                    let remark = self.other_signature(service, method, function, found);
                    self.remarks.push(remark);
                }
                None if !found.has_macros() => missing.push(method),
                Some(_) | None => {}
            }
        }
        if !missing.is_empty() {
            let remark = self.lacks(service, &missing, found)?;
            self.remarks.push(remark);
        }
        for (name, function) in found.functions() {
            if !service
                .methods
                .iter()
                .any(|method| unraw(&method.ident) == name)
            {
                self.remarks.push(format!(
                    "{}: `{name}` is not a method of `{}` any more",
                    found.source.place(function.sig.ident.span()),
                    service.handler_trait
                ));
            }
        }
        Ok(())
    }

    fn lacks(
        &self,
        service: &ServicePlan<'_>,
        missing: &[&crate::plan::MethodPlan<'_>],
        found: &Implementation<'_>,
    ) -> Result<String, Error> {
        let mut stubs = Vec::new();
        let error = write_path(&found.scope, ERROR);
        for method in missing {
            let mut write =
                |ty: &_| write_in(&found.scope, &self.reach.absolute(service.module, ty));
            stubs.push(handler::stub(service, method, &mut write, &error)?);
        }
        let idents: Vec<_> = missing
            .iter()
            .map(|method| format!("`{}`", method.ident))
            .collect();
        Ok(format!(
            "{}: `{}` has no {}; add in front of the brace in line {}:\n\n{}\n",
            found.source.place(found.start()),
            found.title(),
            idents.join(", "),
            found.end().start().line,
            stubs.join("\n\n")
        ))
    }

    fn other_signature(
        &self,
        service: &ServicePlan<'_>,
        method: &crate::plan::MethodPlan<'_>,
        function: &syn::ImplItemFn,
        found: &Implementation<'_>,
    ) -> String {
        let mut write = |ty: &_| write_in(&found.scope, &self.reach.absolute(service.module, ty));
        let wanted = handler::signature(method, &mut write, " {");
        format!(
            "{}: `{}` has another signature than `{}` wants:\n\n    {wanted}\n",
            found.source.place(function.sig.ident.span()),
            method.ident,
            service.handler_trait
        )
    }

    fn without_implementation(
        &self,
        service: &ServicePlan<'_>,
        name: &str,
    ) -> Result<String, Error> {
        let file = self.sources.file("src/handler.rs");
        let scope = file.map_or_else(Scope::default, |file| {
            Scope::of(&file.module, &file.syntax.items)
        });
        let free = (2..).map(|n| format!("{name}{n}"));
        let name = std::iter::once(name.to_owned())
            .chain(free)
            .find(|name| !scope.defines(name));
        let of_trait = self.reach.item(service.module, &service.handler_trait);
        let mut write = |ty: &_| write_in(&scope, &self.reach.absolute(service.module, ty));
        let text = handler::whole_implementation(
            service,
            self.deprecates,
            name.unwrap_or_default(),
            write_path(&scope, &of_trait),
            &mut write,
            &write_path(&scope, ERROR),
        )?;
        let end = file.map_or(1, |file| file.text.lines().count());
        Ok(format!(
            "src/handler.rs:{end}: nothing implements `{}` for the service `{}`; add at the end:\n\n{text}\n",
            service.handler_trait, service.wire_name
        ))
    }

    fn fits(
        &self,
        service: &ServicePlan<'_>,
        method: &crate::plan::MethodPlan<'_>,
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
