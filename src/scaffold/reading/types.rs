//! Types as a user writes them.

use syn::{GenericArgument, PathArguments, Type};

use crate::plan::{PRIMITIVES, RustType};

use super::super::root::Root;
use super::scope::{Scope, name};

/// What can be said about a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// A generated type, by its path from `crate` on.
    Generated(Vec<String>),
    /// A type of Rust's libraries or of the runtime, by its last name: they have several paths.
    Library(String, Vec<Known>),
    /// A type of the language, or a form of type that no handler has.
    Language(String),
    /// It may be anything: a type from elsewhere, an alias, a macro.
    Unknown,
}

/// What needs no import.
const PRELUDE: [&str; 5] = ["Box", "Option", "Result", "String", "Vec"];

const LIBRARIES: [&str; 4] = ["alloc", "core", "std", "streamgen_runtime"];

/// What a type in `scope` is; `root` is the root module of generated code.
pub(crate) fn known(ty: &Type, scope: &Scope, root: &Root) -> Known {
    match ty {
        Type::Paren(ty) => known(&ty.elem, scope, root),
        Type::Group(ty) => known(&ty.elem, scope, root),
        Type::Tuple(ty) if ty.elems.is_empty() => Known::Language("()".to_owned()),
        Type::Reference(_) | Type::Tuple(_) | Type::Slice(_) | Type::Array(_) | Type::Ptr(_) => {
            Known::Language("&".to_owned())
        }
        Type::Path(ty) if ty.qself.is_none() => {
            let segments = ty.path.segments.iter();
            let path: Vec<_> = segments.map(|segment| name(&segment.ident)).collect();
            let args = ty.path.segments.last().map(|last| &last.arguments);
            let args = args.map_or_else(Vec::new, |args| arguments(args, scope, root));
            match ty.path.leading_colon {
                Some(_) => of_path(&path, args, root),
                None => of_name(&path, args, scope, root),
            }
        }
        _ => Known::Unknown,
    }
}

fn arguments(arguments: &PathArguments, scope: &Scope, root: &Root) -> Vec<Known> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(known(ty, scope, root)),
        _ => None,
    });
    types.collect()
}

fn of_name(path: &[String], args: Vec<Known>, scope: &Scope, root: &Root) -> Known {
    match scope.resolve(path).as_slice() {
        [only] if only != path || only.first().is_some_and(|first| first == "crate") => {
            of_path(only, args, root)
        }
        // It is not imported by its name. What a glob brings is not seen, but never hides a type of
        // the language, and whoever hides one of the prelude has a reason.
        _ => match path {
            [one] if PRIMITIVES.contains(&one.as_str()) => Known::Language(one.clone()),
            [one] if PRELUDE.contains(&one.as_str()) => Known::Library(one.clone(), args),
            _ => of_path(path, args, root),
        },
    }
}

fn of_path(path: &[String], args: Vec<Known>, root: &Root) -> Known {
    match path {
        _ if root.holds(path) => Known::Generated(path.to_vec()),
        [first, .., last] if LIBRARIES.contains(&first.as_str()) => {
            Known::Library(last.clone(), args)
        }
        _ => Known::Unknown,
    }
}

impl Known {
    /// What a type of a signature is, whose path is absolute. Of a type that exists elsewhere,
    /// nothing is said.
    pub(crate) fn of(ty: &RustType, root: &Root) -> Self {
        let path = ty.path.trim_start_matches("::");
        let path: Vec<_> = path
            .split("::")
            .map(|name| crate::plan::unraw(name).to_owned())
            .collect();
        match path.as_slice() {
            [one] => Self::Language(one.clone()),
            _ => {
                let args = ty.args.iter().map(|arg| Self::of(arg, root));
                of_path(&path, args.collect(), root)
            }
        }
    }

    /// Whether the two can be the same type. An alias, of which `is_alias` tells, can be any.
    pub(crate) fn may_be(&self, other: &Self, is_alias: &dyn Fn(&[String]) -> bool) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => true,
            (Self::Generated(a), Self::Generated(b)) => a == b || is_alias(a) || is_alias(b),
            (Self::Generated(path), _) | (_, Self::Generated(path)) => is_alias(path),
            (Self::Library(a, of_a), Self::Library(b, of_b)) => {
                let mut pairs = of_a.iter().zip(of_b);
                a == b
                    && pairs.all(|(a, b)| a.may_be(b, is_alias))
                    && may_have_arguments(a, of_a, of_b)
            }
            (Self::Language(a), Self::Language(b)) => a == b,
            _ => false,
        }
    }
}

/// The runtime's `Result` has an error type of its own where none is written.
fn may_have_arguments(name: &str, a: &[Known], b: &[Known]) -> bool {
    let extra = match (a, b) {
        _ if name != "Result" => return true,
        ([_], [_, extra]) | ([_, extra], [_]) => extra,
        _ => return true,
    };
    matches!(extra, Known::Unknown) || *extra == Known::Library("Error".to_owned(), Vec::new())
}
