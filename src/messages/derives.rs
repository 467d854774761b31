//! Traits that an option derives, and prost-build too.

/// The text with each trait of an item derived once: prost-build derives `Eq`, `Hash` and `Copy` of its
/// own where it can, and stands behind the attributes of options. Lists that follow each other are
/// one, as rustfmt would have them.
pub(super) fn once(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    // From below, so that what stands lower keeps a trait.
    let mut derived: Vec<String> = Vec::new();
    for line in text.lines().rev() {
        let Some(traits) = traits(line) else {
            if !line.trim_start().starts_with("#[") {
                derived.clear();
            }
            lines.push(line.to_owned());
            continue;
        };
        let traits = traits.into_iter().filter(|one| !derived.contains(one));
        let mut list: Vec<String> = traits.collect();
        derived.extend_from_slice(&list);
        if let Some(below) = lines.pop_if(|line| self::traits(line).is_some()) {
            list.extend(self::traits(&below).into_iter().flatten());
        }
        if !list.is_empty() {
            let indent = &line[..line.len() - line.trim_start().len()];
            lines.push(format!("{indent}#[derive({})]", list.join(", ")));
        }
    }
    lines.reverse();
    lines.push(String::new());
    lines.join("\n")
}

/// What a line derives, each without the way through the standard library.
fn traits(line: &str) -> Option<Vec<String>> {
    let list = line.trim().strip_prefix("#[derive(")?.strip_suffix(")]")?;
    let bare = |path: &str| {
        let short = path.trim_start_matches("::");
        let of_std = short.starts_with("core::") || short.starts_with("std::");
        match short.rsplit_once("::") {
            Some((_, last)) if of_std => last.to_owned(),
            _ => path.to_owned(),
        }
    };
    let names = list.split(',').map(str::trim);
    Some(names.filter(|name| !name.is_empty()).map(bare).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prost_derives_is_not_derived_before() {
        let text = "#[derive(Eq)]\n#[derive(PartialOrd, ::core::hash::Hash)]\n#[x]\n\
                    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]\npub struct A {\n}\n\
                    #[derive(Eq)]\n#[x]\npub enum B {\n}\n";
        let expected = "#[derive(PartialOrd)]\n#[x]\n\
                        #[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]\npub struct A {\n}\n\
                        #[derive(Eq)]\n#[x]\npub enum B {\n}\n";
        assert_eq!(once(text), expected);
    }

    #[test]
    fn lists_that_follow_each_other_are_one() {
        let text = "  #[derive(A)]\n  #[derive(B, C)]\n  #[derive(D, B)]\n  pub enum E {\n}\n";
        let expected = "  #[derive(A, C, D, B)]\n  pub enum E {\n}\n";
        assert_eq!(once(text), expected);
    }
}
