//! Rust types as the plan computes them, before anybody decides where lines break.

/// A path with generic arguments: `::std::vec::Vec<super::Request>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RustType {
    /// Everything before the `<`.
    pub(crate) path: String,
    /// What the path starts at.
    pub(crate) start: Start,
    /// The generic arguments; none means no angle brackets.
    pub(crate) args: Vec<RustType>,
}

/// What a path starts at, and with it whether it means the same everywhere. The name cannot tell: a
/// type of an IDL may be called `_9`, or like a type of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Start {
    /// A crate, or nothing, as `u8` has it.
    Anywhere,
    /// The module that the type is written in, perhaps with `super::` in front.
    Module,
}

impl RustType {
    /// A type of the language or of a crate, without generic arguments.
    pub(crate) fn plain(path: impl Into<String>) -> Self {
        Self::generic(path, [])
    }

    /// A generated type, as the module that it is written in reaches it.
    pub(crate) fn in_module(path: impl Into<String>) -> Self {
        Self {
            start: Start::Module,
            ..Self::plain(path)
        }
    }

    /// A generic type of the language or of a crate.
    pub(crate) fn generic(path: impl Into<String>, args: impl IntoIterator<Item = Self>) -> Self {
        Self {
            path: path.into(),
            start: Start::Anywhere,
            args: args.into_iter().collect(),
        }
    }

    /// `()`
    pub(crate) fn unit() -> Self {
        Self::plain("()")
    }

    /// A type of the runtime's root module.
    pub(crate) fn runtime(name: &str, args: impl IntoIterator<Item = Self>) -> Self {
        Self::generic(format!("::streamgen_runtime::{name}"), args)
    }

    /// `Option<self>`
    pub(crate) fn optional(self) -> Self {
        Self::generic("::core::option::Option", [self])
    }

    /// `Box<self>`
    pub(crate) fn boxed(self) -> Self {
        Self::generic("::std::boxed::Box", [self])
    }

    /// The type on one line, however long.
    pub(crate) fn flat(&self) -> String {
        if self.args.is_empty() {
            return self.path.clone();
        }
        let args: Vec<_> = self.args.iter().map(Self::flat).collect();
        format!("{}<{}>", self.path, args.join(", "))
    }
}
