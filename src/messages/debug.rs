//! `Debug` of messages that have a `BTreeMap`.
//!
//! What prost derives for one names the crate `prost`, which programs need not depend on. A macro of
//! the runtime writes the same without it.

use super::syntax::{Argument, Attribute, Field, Item, MapValue, Message, Module};

/// The macro.
pub(super) const MACRO: &str = "::streamgen_runtime::protobuf_debug!";

/// What the attribute of a message says for which prost writes no `Debug`.
const SKIP: &str = "skip_debug";

/// Leaves `Debug` of each message to the macro that needs it, and that shall have `Debug` at all.
pub(super) fn of_btree_maps(module: &mut Module) {
    module.for_each(&mut |item| {
        if let Item::Message(message) = item
            && message.fields.iter().any(derive_fails)
            && !is_skipped(message)
        {
            let skip = Attribute::Prost(vec![Argument::Plain(SKIP.to_owned())]);
            message.above.attributes.push(skip);
            message.debug_by_macro = true;
        }
    });
}

fn is_skipped(message: &Message) -> bool {
    let is_skip = |one: &Argument| matches!(one, Argument::Plain(text) if text == SKIP);
    message.above.prost().any(is_skip)
}

/// Whether what prost derives does not compile. Bytes are shown as they are.
fn derive_fails(field: &Field) -> bool {
    field.above.prost().any(|argument| match argument {
        Argument::Map {
            collection, value, ..
        } => is_btree(collection) && !matches!(value, MapValue::Plain(kind) if kind == "bytes"),
        _ => false,
    })
}

fn is_btree(collection: &str) -> bool {
    collection == "btree_map"
}

/// A field as the macro takes it: with the enum whose numbers it holds.
pub(super) fn shown(field: &Field) -> String {
    let kind = field.above.prost().find_map(|argument| match argument {
        Argument::Type { key, path } if key == "enumeration" => Some(path),
        Argument::Map {
            collection,
            value: MapValue::Enumeration(kind),
            ..
        } if is_btree(collection) => Some(kind),
        _ => None,
    });
    match kind {
        Some(kind) => format!("{} as {kind}", field.ident),
        None => field.ident.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse::parse, print::print};
    use super::*;

    fn after(text: &str) -> String {
        let docs = [vec!["pub it: is".to_owned()]];
        let mut module = parse(text, &docs).expect("prost-build writes such things");
        of_btree_maps(&mut module);
        print(&module)
    }

    #[test]
    fn a_message_with_a_map_gets_the_macro() {
        let text = "\
            #[derive(Clone)]\n\
            pub struct Store {\n    \
                #[prost(string, tag = \"1\")]\n    \
                pub r#type: String,\n    \
                /// @docs 0\n    \
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
            }\n\n\
            ::streamgen_runtime::protobuf_debug! {\n    \
                Store {\n        \
                    r#type,\n        \
                    kinds as store::Kind,\n    \
                }\n\
            }";
        assert_eq!(after(text), expected);
    }

    #[test]
    fn the_others_stay() {
        for text in [
            "pub struct A {\n    #[prost(map = \"string, string\", tag = \"1\")]\n    pub a: M,\n}",
            "pub struct A {\n    #[prost(btree_map = \"string, bytes\", tag = \"1\")]\n    pub a: M,\n}",
            "#[prost(skip_debug)]\n#[x]\npub struct A {\n    \
             #[prost(btree_map = \"string, string\", tag = \"1\")]\n    pub a: M,\n}",
            "pub struct A {}",
        ] {
            assert_eq!(after(text), text);
        }
    }
}
