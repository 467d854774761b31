//! The name of a field in JSON.

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

#[cfg(test)]
mod tests {
    use super::json_of_tag;

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
}
