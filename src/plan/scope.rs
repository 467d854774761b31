//! Rust names that are unique within one scope (`thrift-idl.md` 13.4).
//!
//! The rule is deterministic and does not depend on what else a file holds: a name that already is
//! in Rust's case keeps it; another that would become equal keeps the spelling of the IDL, if that
//! is still free; else it gets `_2`, `_3` in the order of the IDL.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::ident::{self, Case};

/// One name that asks for a place in a [`Scope`].
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// The name in the IDL.
    pub(crate) name: &'a str,
    /// A name that an annotation asks for; it wins over everything.
    pub(crate) explicit: Option<&'a str>,
    /// What a name of underscores only becomes.
    pub(crate) fallback: String,
    /// Whether it names a value of a module: a constant, or a tuple struct. No variable of the module
    /// can have its name then, so it must not look like one.
    pub(crate) is_value: bool,
}

/// The names of one Rust scope: a module, a struct's fields, a trait's methods, …
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    case: Case,
    /// Names taken, without `r#`.
    taken: HashSet<String>,
    /// Whether the spelling of the IDL may be used against Rust's case. Not for modules: they
    /// become file names, and some file systems ignore case. Nor for variables.
    keep_spelling: bool,
}

/// What [`Scope::assign`] decided for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The identifier, escaped.
    pub(crate) ident: String,
    /// Index of the earlier request that holds the name this one would have had.
    pub(crate) clash: Option<usize>,
}

impl Scope {
    /// A scope in which `reserved` names belong to the generator.
    pub(crate) fn new(case: Case, reserved: &[&str]) -> Self {
        let primitives = if case == Case::UpperCamel {
            ident::PRIMITIVES
        } else {
            &[]
        };
        let taken = reserved
            .iter()
            .chain(primitives)
            .map(|name| (*name).to_owned())
            .collect();
        Self {
            case,
            taken,
            keep_spelling: true,
        }
    }

    /// The scope of the modules in one folder. `mod.rs` is the folder's own file; `taken` are the
    /// modules that others make there.
    pub(crate) fn modules(taken: BTreeSet<String>) -> Self {
        let taken = ident::PRIMITIVES
            .iter()
            .chain(&["mod"])
            .map(|n| (*n).to_owned())
            .chain(taken)
            .collect();
        Self {
            case: Case::Snake,
            taken,
            keep_spelling: false,
        }
    }

    /// The scope of variables in code that is the user's: lints look at it.
    pub(crate) fn variables() -> Self {
        Self {
            case: Case::Snake,
            taken: HashSet::new(),
            keep_spelling: false,
        }
    }

    /// Takes names that others give away.
    pub(crate) fn reserve(&mut self, names: BTreeSet<String>) {
        self.taken.extend(names);
    }

    /// One identifier for each request, in the same order.
    pub(crate) fn assign(&mut self, requests: &[Request<'_>]) -> Vec<Assigned> {
        let wanted: Vec<String> = requests.iter().map(|r| self.wanted(r)).collect();
        let mut result: Vec<Option<Assigned>> = vec![None; requests.len()];
        // The request that got each name as it was wanted. A namespace may ask for thousands.
        let mut holders = HashMap::new();
        // First those that may not lose their name, then the others in order.
        for pass in 0..3 {
            for (index, request) in requests.iter().enumerate() {
                let due = match pass {
                    0 => request.explicit.is_some(),
                    1 => request.name == wanted[index],
                    _ => true,
                };
                if due && result[index].is_none() {
                    let wanted = wanted[index].as_str();
                    let clash = holders.get(wanted).copied();
                    let ident = self.take(request, wanted);
                    if ident::unraw(&ident) == wanted {
                        holders.insert(wanted, index);
                    }
                    result[index] = Some(Assigned { ident, clash });
                }
            }
        }
        result.into_iter().flatten().collect()
    }

    fn wanted(&self, request: &Request<'_>) -> String {
        if let Some(explicit) = request.explicit {
            return ident::unraw(explicit).to_owned();
        }
        match self.case.convert(request.name) {
            empty if empty.is_empty() => request.fallback.clone(),
            name => ident::suffixed(name),
        }
    }

    fn take(&mut self, request: &Request<'_>, wanted: &str) -> String {
        let spelling = Some(request.name)
            .filter(|name| self.keep_spelling && ident::is_identifier(name) && *name != wanted)
            .filter(|name| !request.is_value || !looks_like_a_variable(name));
        let numbered = (2..).map(|n| format!("{wanted}_{n}"));
        let name = std::iter::once(wanted.to_owned())
            .chain(spelling.map(str::to_owned))
            .chain(numbered)
            .find(|name| !self.taken.contains(name))
            .unwrap_or_default(); // never: the numbers do not end
        self.taken.insert(name.clone());
        ident::escape(&name)
    }
}

/// Whether generated code may have a variable of this name.
pub(super) fn looks_like_a_variable(name: &str) -> bool {
    !name.trim_start_matches('_').starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assign(case: Case, reserved: &[&str], names: &[&str]) -> Vec<String> {
        let requests: Vec<_> = names
            .iter()
            .map(|name| Request {
                name,
                explicit: None,
                fallback: "unnamed".into(),
                is_value: false,
            })
            .collect();
        Scope::new(case, reserved)
            .assign(&requests)
            .into_iter()
            .map(|a| a.ident)
            .collect()
    }

    #[test]
    fn the_name_in_rust_case_wins_wherever_it_stands() {
        assert_eq!(
            assign(
                Case::UpperCamel,
                &[],
                &["new_result", "NewResult", "newResult"]
            ),
            ["new_result", "NewResult", "newResult"]
        );
        assert_eq!(
            assign(Case::Snake, &[], &["userID", "user_id"]),
            ["userID", "user_id"]
        );
    }

    #[test]
    fn without_a_winner_the_first_converts() {
        assert_eq!(
            assign(Case::Snake, &[], &["userID", "UserId"]),
            ["user_id", "UserId"]
        );
        assert_eq!(assign(Case::Snake, &[], &["a_", "a__"]), ["a", "a__"]);
    }

    #[test]
    fn keywords_and_reserved_names() {
        assert_eq!(
            assign(Case::Snake, &[], &["type", "self", "_"]),
            ["r#type", "self_", "unnamed"]
        );
        assert_eq!(
            assign(Case::UpperCamel, &["Unknown"], &["unknown"]),
            ["unknown"]
        );
        assert_eq!(
            assign(Case::UpperCamel, &["Unknown"], &["Unknown"]),
            ["Unknown_2"]
        );
    }

    #[test]
    fn primitives_are_never_shadowed() {
        assert_eq!(assign(Case::Snake, &[], &["bool"]), ["bool"]);
        assert_eq!(
            assign(Case::UpperCamel, &[], &["Bool", "bool"]),
            ["Bool", "Bool_2"]
        );
    }

    #[test]
    fn clashes_name_the_winner() {
        let requests = ["userID", "user_id"].map(|name| Request {
            name,
            explicit: None,
            fallback: String::new(),
            is_value: false,
        });
        let assigned = Scope::new(Case::Snake, &[]).assign(&requests);
        assert_eq!(assigned[0].clash, Some(1));
        assert_eq!(assigned[1].clash, None);
    }

    /// `match x { A(value) => … }` does not compile beside a constant `value`.
    #[test]
    fn what_cannot_be_shadowed_does_not_look_like_a_variable() {
        let requests = ["VALUE", "value", "Value", "_value"].map(|name| Request {
            name,
            explicit: None,
            fallback: String::new(),
            is_value: true,
        });
        let assigned = Scope::new(Case::ShoutySnake, &[]).assign(&requests);
        let idents = assigned.iter().map(|one| one.ident.as_str());
        assert_eq!(
            idents.collect::<Vec<_>>(),
            ["VALUE", "VALUE_2", "Value", "_VALUE"]
        );
    }

    #[test]
    fn an_annotation_wins() {
        let requests = [
            Request {
                name: "a",
                explicit: None,
                fallback: String::new(),
                is_value: false,
            },
            Request {
                name: "b",
                explicit: Some("a"),
                fallback: String::new(),
                is_value: false,
            },
        ];
        let idents: Vec<_> = Scope::new(Case::Snake, &[])
            .assign(&requests)
            .into_iter()
            .map(|a| a.ident)
            .collect();
        assert_eq!(idents, ["a_2", "a"]);
    }
}
