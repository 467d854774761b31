//! Modules of nested types that give way to a package.
//!
//! prost-build makes one name of a message into that of the type and that of the module for what is
//! nested in it: the message `B` of the package `a` has the type `a::B` and the module `a::b`, which is
//! that of the package `a.b` too. The package keeps it, because other files go by it. So prost-build
//! is told a name that nothing else has, and both names are put right in what it makes.

/// A message whose module has another name than prost-build would give it.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    /// The type and the module in prost-build's text.
    given: [String; 2],
    /// What they are called.
    own: [String; 2],
}

impl Moved {
    pub(super) fn new(given: [String; 2], own: [String; 2]) -> Self {
        Self { given, own }
    }

    /// The module.
    pub(super) fn module(&self) -> &str {
        &self.own[1]
    }

    /// What the type and the module are called in prost-build's text, each with its own name.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let given = self.given.iter().map(String::as_str);
        given.zip(self.own.iter().map(String::as_str))
    }
}
