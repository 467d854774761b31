//! The paths of a `FieldMask`: in JSON one string, in lowerCamelCase.

/// `fooBar` as the IDL has it: `foo_bar`.
pub(super) fn in_idl(path: &str) -> Option<String> {
    let mut name = String::with_capacity(path.len());
    for letter in path.chars() {
        match letter {
            '_' => return None,
            'A'..='Z' => name.extend(['_', letter.to_ascii_lowercase()]),
            other => name.push(other),
        }
    }
    Some(name)
}

/// `foo_bar` as JSON has it: `fooBar`. Not every path has such a form.
pub(super) fn in_json(path: &str) -> Option<String> {
    let mut name = String::with_capacity(path.len());
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            'A'..='Z' | ',' => return None,
            '_' => {
                let next = letters.next().filter(char::is_ascii_lowercase)?;
                name.push(next.to_ascii_uppercase());
            }
            other => name.push(other),
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::{in_idl, in_json};

    #[test]
    fn paths_go_there_and_back() {
        for (idl, json) in [("a", "a"), ("user_id.first_name", "userId.firstName")] {
            assert_eq!(in_json(idl).as_deref(), Some(json));
            assert_eq!(in_idl(json).as_deref(), Some(idl));
        }
        for wrong in ["a_", "a__b", "aB", "a_1", "a,b"] {
            assert_eq!(in_json(wrong), None, "{wrong}");
        }
        assert_eq!(in_idl("a_b"), None);
    }
}
