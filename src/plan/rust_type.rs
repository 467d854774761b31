//! Rust types as the plan computes them, before anybody decides where lines break.

/// A path with generic arguments: `::std::vec::Vec<super::Request>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RustType {
    /// Everything before the `<`: an absolute path, or a chain of `super::`.
    pub(crate) path: String,
    /// The generic arguments; none means no angle brackets.
    pub(crate) args: Vec<RustType>,
}

impl RustType {
    /// A type without generic arguments.
    pub(crate) fn plain(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            args: Vec::new(),
        }
    }

    /// A generic type.
    pub(crate) fn generic(path: impl Into<String>, args: impl IntoIterator<Item = Self>) -> Self {
        Self {
            path: path.into(),
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
