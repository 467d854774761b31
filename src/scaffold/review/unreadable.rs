//! Files that are no Rust. They stay as they are, and the run ends with status 1, because nobody can
//! tell what they lack; what seems to be missing is told.

use crate::error::Error;
use crate::note::NoteSeverity;
use crate::plan::{ServicePlan, unraw};

use super::super::HANDLER;
use super::super::handler;
use super::super::names::implementors;
use super::super::reading::Scope;
use super::handlers::ERROR;
use super::{Review, write_in};

impl Review<'_> {
    /// Reports each file that is no Rust, and the stubs of methods that none of them names.
    pub(super) fn unreadable(&mut self) -> Result<(), Error> {
        let Some(last) = self.sources.unreadable.len().checked_sub(1) else {
            return Ok(());
        };
        let missing = self.missing_in_unreadable()?;
        for (index, file) in self.sources.unreadable.iter().enumerate() {
            let mut text = format!(
                "{}:{}: this is no Rust, so the file is left alone: {}",
                file.path, file.line, file.why
            );
            if index == last && !missing.is_empty() {
                text += &format!("; what it seems to lack:\n\n{}\n", missing.join("\n\n"));
            }
            self.say(NoteSeverity::Error, text);
        }
        Ok(())
    }

    /// Stubs for services that no readable file implements.
    fn missing_in_unreadable(&self) -> Result<Vec<String>, Error> {
        let all = self.sources.implementations();
        let mut missing = Vec::new();
        for (service, name) in self.services.iter().zip(implementors(self.services)) {
            if !self.implementations_of(service, &all).is_empty() || self.may_be_added(service) {
                continue;
            }
            match self.is_named(&service.handler_trait) {
                true => missing.extend(self.unnamed_methods(service)?),
                false => missing.push(self.new_implementation(service, name, &Scope::default())?),
            }
        }
        Ok(missing)
    }

    /// Whether a service that no readable file implements is implemented nowhere, and there is a file to
    /// add that to.
    pub(super) fn may_be_added(&self, service: &ServicePlan<'_>) -> bool {
        self.sources.unreadable.is_empty()
            || self.sources.file(HANDLER).is_some() && !self.is_named(&service.handler_trait)
    }

    fn unnamed_methods(&self, service: &ServicePlan<'_>) -> Result<Vec<String>, Error> {
        let scope = Scope::default();
        let mut write = |ty: &_| write_in(&scope, &self.reach.absolute(service.module, ty));
        let methods = service.methods.iter();
        let methods = methods.filter(|method| !self.has_function(unraw(&method.ident)));
        let error = ERROR.trim_start_matches("::");
        methods
            .map(|method| handler::stub(service, method, &mut write, error, 0))
            .collect()
    }

    /// Whether a file that is no Rust has a word.
    fn is_named(&self, word: &str) -> bool {
        let mut files = self.sources.unreadable.iter();
        files.any(|file| words(&file.text).any(|found| found == word))
    }

    /// Whether a file that is no Rust has a function of this name.
    fn has_function(&self, name: &str) -> bool {
        let mut files = self.sources.unreadable.iter();
        files.any(|file| {
            let after = words(&file.text).skip(1);
            let mut pairs = words(&file.text).zip(after);
            pairs.any(|pair| pair == ("fn", name))
        })
    }
}

/// The words of a text; `r#x` is `x`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty() && *word != "r")
}
