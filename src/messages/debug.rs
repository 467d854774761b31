//! `Debug` of messages that have a `BTreeMap`.
//!
//! What prost derives for one names the crate `prost`, which programs need not depend on. A macro of
//! the runtime writes the same without it.

/// The macro.
pub(super) const MACRO: &str = "::streamgen_runtime::protobuf_debug!";

/// What prost-build writes where the user asked for no `Debug`.
const SKIP: &str = "#[prost(skip_debug)]";

/// prost-build's text with the macro behind each message that needs it.
pub(super) fn of_btree_maps(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut skipped = false;
    while let Some(line) = lines.get(at) {
        let content = line.trim_start();
        let message =
            Message::at(&lines[at..]).filter(|message| !skipped && message.derive_fails());
        if let Some(message) = message {
            message.write(&mut out);
            at += message.lines.len();
        } else {
            push(&mut out, &[line]);
            at += 1;
        }
        skipped = content == SKIP || (skipped && content.starts_with("#["));
    }
    out
}

fn push(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push('\n');
}

/// A message as prost-build wrote it.
struct Message<'a> {
    indent: &'a str,
    name: &'a str,
    /// From `pub struct` to the closing brace.
    lines: &'a [&'a str],
    fields: Vec<Field<'a>>,
}

impl<'a> Message<'a> {
    /// The one that starts at the first line.
    fn at(lines: &'a [&'a str]) -> Option<Self> {
        let first = lines.first()?;
        let content = first.trim_start();
        let name = content.strip_prefix("pub struct ")?.strip_suffix(" {")?;
        let indent = &first[..first.len() - content.len()];
        let is_end = |line: &&str| line.strip_prefix(indent) == Some("}");
        let lines = &lines[..=lines.iter().position(is_end)?];
        Some(Self {
            indent,
            name,
            lines,
            fields: fields(lines),
        })
    }

    fn derive_fails(&self) -> bool {
        self.fields.iter().any(|field| field.derive_fails)
    }

    /// The message, and the macro behind it.
    fn write(&self, out: &mut String) {
        let Self { indent, name, .. } = self;
        push(out, &[indent, SKIP]);
        for line in self.lines {
            push(out, &[line]);
        }
        push(out, &[indent, MACRO, " {"]);
        push(out, &[indent, "    ", name, " {"]);
        for field in &self.fields {
            push(out, &[indent, "        ", &field.shown(), ","]);
        }
        push(out, &[indent, "    }"]);
        push(out, &[indent, "}"]);
    }
}

/// A field of a message.
struct Field<'a> {
    name: &'a str,
    /// The enum whose numbers it holds.
    kind: Option<&'a str>,
    derive_fails: bool,
}

impl Field<'_> {
    fn shown(&self) -> String {
        match self.kind {
            Some(kind) => format!("{} as {kind}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// The fields among the lines of a message: each has prost's attribute above.
fn fields<'a>(lines: &[&'a str]) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    let mut attribute = "";
    for line in lines {
        let line = line.trim_start();
        if let Some(arguments) = line.strip_prefix("#[prost(") {
            attribute = arguments;
        }
        let Some((name, _)) = line
            .strip_prefix("pub ")
            .and_then(|rest| rest.split_once(": "))
        else {
            continue;
        };
        let map = attribute.strip_prefix("btree_map = \"");
        let (_, value) = map.and_then(|types| types.split_once(", ")).unzip();
        let kind = attribute.strip_prefix("enumeration = \"");
        let kind = kind.or(value.and_then(|value| value.strip_prefix("enumeration(")));
        found.push(Field {
            name,
            kind: kind.and_then(|rest| rest.split(['"', ')']).next()),
            // Bytes are shown as they are.
            derive_fails: value.is_some_and(|value| !value.starts_with("bytes")),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_a_map_gets_the_macro() {
        let text = "\
            #[derive(Clone)]\n\
            pub struct Store {\n    \
                #[prost(string, tag = \"1\")]\n    \
                pub r#type: String,\n    \
                /// pub it: is\n    \
                #[prost(btree_map = \"string, enumeration(store::Kind)\", tag = \"2\")]\n    \
                #[doc(hidden)]\n    \
                pub kinds: BTreeMap<String, i32>,\n\
            }\n";
        let expected = "\
            #[derive(Clone)]\n\
            #[prost(skip_debug)]\n\
            pub struct Store {\n    \
                #[prost(string, tag = \"1\")]\n    \
                pub r#type: String,\n    \
                /// pub it: is\n    \
                #[prost(btree_map = \"string, enumeration(store::Kind)\", tag = \"2\")]\n    \
                #[doc(hidden)]\n    \
                pub kinds: BTreeMap<String, i32>,\n\
            }\n\
            ::streamgen_runtime::protobuf_debug! {\n    \
                Store {\n        \
                    r#type,\n        \
                    kinds as store::Kind,\n    \
                }\n\
            }\n";
        assert_eq!(of_btree_maps(text), expected);
    }

    #[test]
    fn the_others_stay() {
        for text in [
            "pub struct A {\n    #[prost(map = \"string, string\", tag = \"1\")]\n    pub a: M,\n}\n",
            "pub struct A {\n    #[prost(btree_map = \"string, bytes\", tag = \"1\")]\n    pub a: M,\n}\n",
            "#[prost(skip_debug)]\n#[x]\npub struct A {\n    \
             #[prost(btree_map = \"string, string\", tag = \"1\")]\n    pub a: M,\n}\n",
            "pub struct A {}\n",
        ] {
            assert_eq!(of_btree_maps(text), text);
        }
    }
}
