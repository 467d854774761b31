//! Traits that an option derives, and prost-build too.

use super::syntax::{Attribute, Module};

/// Derives each trait of an item once: prost-build derives `Eq`, `Hash` and `Copy` of its own where it
/// can, and stands behind the attributes of options.
pub(super) fn once(module: &mut Module) {
    module.for_each(&mut |item| {
        if let Some(above) = item.above() {
            let attributes = std::mem::take(&mut above.attributes);
            above.attributes = each_once(attributes);
        }
    });
}

/// Attributes of an item with each trait in the last list that has it. Lists that follow each other
/// are one, as rustfmt would have them.
fn each_once(attributes: Vec<Attribute>) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    let mut derived: Vec<String> = Vec::new();
    for attribute in attributes.into_iter().rev() {
        let Attribute::Derive(traits) = attribute else {
            found.push(attribute);
            continue;
        };
        let traits = traits.iter().map(|path| bare(path));
        let mut list: Vec<String> = traits.filter(|one| !derived.contains(one)).collect();
        derived.extend_from_slice(&list);
        match found.last_mut() {
            Some(Attribute::Derive(below)) => {
                list.append(below);
                *below = list;
            }
            _ if list.is_empty() => {}
            _ => found.push(Attribute::Derive(list)),
        }
    }
    found.reverse();
    found
}

/// A trait without the way through the standard library.
fn bare(path: &str) -> String {
    let short = path.trim_start_matches("::");
    let of_std = short.starts_with("core::") || short.starts_with("std::");
    match short.rsplit_once("::") {
        Some((_, last)) if of_std => last.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse::parse, print::print};
    use super::*;

    fn after(text: &str) -> String {
        let mut module = parse(text, &[]).expect("prost-build writes such things");
        once(&mut module);
        print(&module)
    }

    #[test]
    fn what_prost_derives_is_not_derived_before() {
        let text = "#[derive(Eq)]\n#[derive(PartialOrd, ::core::hash::Hash)]\n#[x]\n\
                    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]\npub struct A {\n}\n\
                    #[derive(Eq)]\n#[x]\npub struct B {\n}\n";
        let expected = "#[derive(PartialOrd)]\n#[x]\n\
                        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]\npub struct A {}\n\n\
                        #[derive(Eq)]\n#[x]\npub struct B {}";
        assert_eq!(after(text), expected);
    }

    #[test]
    fn lists_that_follow_each_other_are_one() {
        let text = "#[derive(A)]\n#[derive(B, C)]\n#[derive(D, B)]\npub struct E {\n}\n";
        let expected = "#[derive(A, C, D, B)]\npub struct E {}";
        assert_eq!(after(text), expected);
    }
}
