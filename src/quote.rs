//! Text as others read it: a word of a shell, a string of TOML, a string of YAML.

use serde_json::Value as Json;
use toml::Value as Toml;

/// A word that can be pasted into a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A string as TOML has it.
pub(crate) fn toml_string(text: &str) -> String {
    Toml::from(text).to_string()
}

/// A list of strings as TOML has it, on one line.
pub(crate) fn toml_list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<_> = texts
        .iter()
        .map(|text| toml_string(text.as_ref()))
        .collect();
    format!("[{}]", texts.join(", "))
}

/// A string as YAML has it: in double quotes, as in JSON.
pub(crate) fn yaml_string(text: &str) -> String {
    Json::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_gets_the_text_back() {
        for text in ["", "plain", "it's", "a b", "\"q\" \\ $x", "größe: #1"] {
            let toml: toml::Table = format!("a = {}", toml_list(&[text])).parse().expect(text);
            assert_eq!(toml["a"][0].as_str(), Some(text));
            let json: Json = serde_json::from_str(&yaml_string(text)).expect(text);
            assert_eq!(json.as_str(), Some(text));
        }
        assert_eq!(shell_word("-I=../idl"), "-I=../idl");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
    }
}
