//! Where generated code is, as the files of the scaffold reach it.

use crate::options::Options;

/// The root module of generated code.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// Without `r#`; the first one is `crate` or the name of another crate.
    names: Vec<String>,
    /// As Rust code writes it.
    text: String,
    /// Whether this project's runs write it, so that what the lock does not name is not there.
    pub(super) is_ours: bool,
}

impl Root {
    /// The module that the options name: `-use`, or else `-gen-path` in the package itself.
    pub(super) fn of(options: &Options) -> Self {
        match &options.use_path {
            Some(path) => Self {
                names: path.names().to_vec(),
                text: path.to_string(),
                is_ours: false,
            },
            None => Self {
                names: vec!["crate".to_owned(), options.gen_path.clone()],
                text: format!("crate::{}", options.gen_path),
                is_ours: true,
            },
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
        path.starts_with(&self.names)
    }

    /// The module of the package that it is, below `crate`; nothing if it is in another crate.
    pub(super) fn own_module(&self) -> &[String] {
        match self.names.split_first() {
            Some((first, rest)) if first == "crate" => rest,
            _ => &[],
        }
    }

    /// The module that the root of the package's crate has to declare.
    pub(super) fn declared(&self) -> Option<&str> {
        self.own_module().first().map(String::as_str)
    }

    /// The other crate that it is in.
    pub(super) fn other_crate(&self) -> Option<&str> {
        match self.names.first() {
            Some(first) if first != "crate" => Some(first),
            _ => None,
        }
    }
}
