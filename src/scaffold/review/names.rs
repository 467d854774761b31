//! Paths and types as they are written in the user's files.

use crate::plan::{RustType, unraw};

use super::super::reading::Scope;

/// The names of a path, without `r#`.
pub(super) fn names(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("::").split("::");
    path.map(|name| unraw(name).to_owned()).collect()
}

/// A type with absolute paths, as it is written in `scope`.
pub(super) fn write_in(scope: &Scope, ty: &RustType) -> RustType {
    let args: Vec<_> = ty.args.iter().map(|arg| write_in(scope, arg)).collect();
    RustType::generic(write_path(scope, &ty.path), args)
}

/// An absolute path, as it is written in `scope`.
pub(super) fn write_path(scope: &Scope, path: &str) -> String {
    if path == "::std::vec::Vec" {
        return "Vec".to_owned();
    }
    let names = names(path);
    let short = scope.shorten(&names);
    match short == names {
        true => path.trim_start_matches("::").to_owned(),
        false => joined(&short),
    }
}

/// Names as a path, with `r#` where it is needed.
pub(super) fn joined(names: &[String]) -> String {
    let escaped = names.iter().map(|name| crate::plan::escape(name));
    escaped.collect::<Vec<_>>().join("::")
}
