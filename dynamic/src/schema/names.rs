//! The names of fields in JSON.

use streamgen_idl::model::Field;

/// The name that `go.tag = 'json:"name,omitempty"'` gives, else that of the IDL. As in Kitex, no other
/// annotation renames a field in JSON: those that begin with `api.` are about HTTP.
pub(crate) fn json_name(field: &Field, go_tag: bool) -> &str {
    let tag = field.annotations.get("go.tag").filter(|_| go_tag);
    let tag = tag.and_then(|tag| tag.raw.as_deref());
    tag.and_then(json_of_tag).unwrap_or(&field.name)
}

/// The name in a struct tag of Go, which holds `key:"value"` pairs. In a string of Thrift, the quotes
/// may stand behind backslashes.
fn json_of_tag(tag: &str) -> Option<&str> {
    let mut rest = tag;
    loop {
        let (key, behind) = rest.trim_start().split_once(':')?;
        let behind = behind.strip_prefix('\\').unwrap_or(behind);
        let (value, behind) = behind.strip_prefix('"')?.split_once('"')?;
        rest = behind;
        if key == "json" {
            let value = value.strip_suffix('\\').unwrap_or(value);
            let name = value.split(',').next().unwrap_or_default();
            return Some(name).filter(|name| !name.is_empty());
        }
    }
}

/// Whether two names are the same. Names are short: calling the comparison of memory for each takes a
/// twentieth of the time of a message.
pub(super) fn is_same(a: &[u8], b: &[u8]) -> bool {
    fn halves<const N: usize>(a: &[u8], b: &[u8]) -> Option<bool> {
        let first = a.first_chunk::<N>()? == b.first_chunk()?;
        Some(first && a.last_chunk::<N>() == b.last_chunk())
    }
    a.len() == b.len()
        && match a.len() {
            0..4 => a.iter().eq(b),
            4..9 => halves::<4>(a, b).unwrap_or_default(),
            9..17 => halves::<8>(a, b).unwrap_or_default(),
            _ => a == b,
        }
}

#[cfg(test)]
mod tests {
    use super::{is_same, json_of_tag};

    #[test]
    fn the_name_stands_before_the_comma() {
        assert_eq!(json_of_tag(r#"json:"id""#), Some("id"));
        assert_eq!(json_of_tag(r#"json:"id,omitempty""#), Some("id"));
        assert_eq!(json_of_tag(r#"json:\"id\""#), Some("id"));
        assert_eq!(json_of_tag(r#"form:"x,y" json:"id" query:"z""#), Some("id"));
    }

    #[test]
    fn a_tag_without_a_name_renames_nothing() {
        for tag in [
            "",
            "json",
            r#"json:"""#,
            r#"json:",omitempty""#,
            r#"xml:"id""#,
        ] {
            assert_eq!(json_of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn names_of_any_length_are_the_same_if_every_byte_is() {
        for len in 0..40 {
            let name = vec![b'a'; len];
            assert!(is_same(&name, &name.clone()));
            assert!(!is_same(&name, &[&name[..], b"a"].concat()));
            for at in 0..len {
                let mut other = name.clone();
                other[at] = b'b';
                assert!(!is_same(&name, &other), "{len}, {at}");
            }
        }
    }
}
