//! Where generated code is, as the files of the scaffold reach it.

use crate::options::{Options, RustPath};

/// The root module of generated code.
#[derive(Clone, Debug)]
pub(super) struct Root {
    module: RustPath,
    /// The path, as Rust code writes it.
    text: String,
    /// Whether runs in this project generate the module. If so, it has only the files that the lock names.
    pub(super) is_ours: bool,
}

impl Root {
    /// The module that the options name: `-use`, or else `-gen-path` in the package itself.
    pub(super) fn of(options: &Options) -> Self {
        let module = match &options.use_path {
            Some(path) => path.clone(),
            None => RustPath::of_package(&options.gen_path),
        };
        Self {
            text: module.to_string(),
            module,
            is_ours: options.use_path.is_none(),
        }
    }

    /// The path, as any file of the package writes it.
    pub(super) fn path(&self) -> &str {
        &self.text
    }

    /// The path, as the root of the package's crate writes it below its `mod` lines.
    pub(super) fn path_in_root(&self) -> &str {
        self.text.strip_prefix("crate::").unwrap_or(&self.text)
    }

    /// Whether a path leads to the module or into it.
    pub(super) fn holds(&self, path: &[String]) -> bool {
        path.starts_with(self.module.names())
    }

    /// The module of the package that it is, below `crate`; nothing if it is in another crate.
    pub(super) fn own_module(&self) -> &[String] {
        match self.other_crate() {
            Some(_) => &[],
            None => &self.module.names()[1..],
        }
    }

    /// The module that the root of the package's crate has to declare.
    pub(super) fn declared(&self) -> Option<&str> {
        self.module.own_module()
    }

    /// The other crate that it is in.
    pub(super) fn other_crate(&self) -> Option<&str> {
        self.module.other_crate()
    }
}
