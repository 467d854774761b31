//! The tree of [`syntax`](super::syntax) as rustfmt would have it, without rustfmt.

use crate::layout::{self, STEP, blanks};

use super::debug;
use super::parse::NESTED;
use super::syntax::{
    Above, Argument, Arm, ArmValue, Attribute, Enumeration, Field, Function, Item, MapValue,
    Message, Module, Oneof, Value,
};

/// The items, without an empty line at the end.
pub(super) fn print(module: &Module) -> String {
    let mut out = Out {
        text: String::new(),
        indent: 0,
    };
    out.module(module);
    out.text.truncate(out.text.trim_end().len());
    out.text
}

struct Out {
    text: String,
    indent: usize,
}

impl Out {
    /// One line, or a few that know how far they are indented.
    fn line(&mut self, line: &str) {
        self.text.push_str(&blanks(self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// `{head} { … }`, on one line if `is_empty`.
    fn block(&mut self, head: &str, is_empty: bool, body: impl FnOnce(&mut Self)) {
        if is_empty {
            return self.line(&format!("{head} {{}}"));
        }
        self.line(&format!("{head} {{"));
        self.indent += STEP;
        body(self);
        self.indent -= STEP;
        self.line("}");
    }

    fn module(&mut self, module: &Module) {
        for (index, item) in module.items.iter().enumerate() {
            if index > 0 && has_space_above(item) {
                self.text.push('\n');
            }
            match item {
                Item::Message(item) => self.message(item),
                Item::Oneof(item) => self.oneof(item),
                Item::Enumeration(item) => self.enumeration(item),
                Item::Nested(item) => {
                    self.line(&format!("///{NESTED}{}`.", item.message));
                    let head = format!("pub mod {}", item.ident);
                    let is_empty = item.module.items.is_empty();
                    self.block(&head, is_empty, |out| out.module(&item.module));
                }
            }
        }
    }

    fn docs(&mut self, lines: &[String]) {
        for line in lines {
            self.line(format!("/// {line}").trim_end());
        }
    }

    fn above(&mut self, above: &Above) {
        self.docs(&above.docs);
        for attribute in &above.attributes {
            let text = match attribute {
                Attribute::Derive(traits) => {
                    self.line(&layout::derive(traits, self.indent));
                    continue;
                }
                Attribute::Prost(arguments) => {
                    let arguments: Vec<_> = arguments.iter().map(argument).collect();
                    format!("#[prost({})]", arguments.join(", "))
                }
                Attribute::Other(text) => text.clone(),
            };
            let text = layout::attributes(&[text], self.indent, 0);
            self.text.push_str(&text);
        }
    }

    fn message(&mut self, message: &Message) {
        self.above(&message.above);
        let head = format!("pub struct {}", message.ident);
        self.block(&head, message.fields.is_empty(), |out| {
            for field in &message.fields {
                out.above(&field.above);
                let line = layout::field(&field.ident, &field.ty, out.indent);
                out.line(&format!("{line},"));
            }
        });
        if message.debug_by_macro {
            self.text.push('\n');
            self.block(debug::MACRO, false, |out| {
                out.block(&message.ident, false, |out| {
                    for field in &message.fields {
                        out.line(&format!("{},", debug::shown(field)));
                    }
                });
            });
        }
    }

    fn oneof(&mut self, oneof: &Oneof) {
        self.above(&oneof.above);
        let head = format!("pub enum {}", oneof.ident);
        self.block(&head, oneof.members.is_empty(), |out| {
            for Field { above, ident, ty } in &oneof.members {
                out.above(above);
                let line = layout::variant(ident, ty, out.indent);
                out.line(&format!("{line},"));
            }
        });
    }

    fn enumeration(&mut self, item: &Enumeration) {
        self.above(&item.above);
        let head = format!("pub enum {}", item.ident);
        self.block(&head, item.values.is_empty(), |out| {
            for (index, value) in item.values.iter().enumerate() {
                if index > 0 && value_has_space_above(value) {
                    out.text.push('\n');
                }
                out.above(&value.above);
                out.line(&format!("{} = {},", value.ident, value.number));
            }
        });
        self.text.push('\n');
        let head = format!("impl {}", item.ident);
        self.block(&head, item.functions.is_empty(), |out| {
            for (index, function) in item.functions.iter().enumerate() {
                if index > 0 {
                    out.text.push('\n');
                }
                out.function(function);
            }
        });
    }

    fn function(&mut self, function: &Function) {
        for line in &function.docs {
            self.line(&format!("///{line}"));
        }
        self.block(&function.signature, false, |out| {
            let head = format!("match {}", function.on);
            out.block(&head, function.arms.is_empty(), |out| {
                function.arms.iter().for_each(|arm| out.arm(arm));
            });
        });
    }

    fn arm(&mut self, arm: &Arm) {
        arm.attributes.iter().for_each(|one| self.line(one));
        let Arm { pattern, value, .. } = arm;
        let line = match value {
            ArmValue::Plain(value) => layout::arm(pattern, value, self.indent),
            ArmValue::Some(value) => layout::some_arm(pattern, value, self.indent),
        };
        self.line(&line);
    }
}

/// Whether an empty line goes above: not where an attribute of the user's comes first, which rustfmt
/// leaves to the author.
fn has_space_above(item: &Item) -> bool {
    let above = match item {
        Item::Message(item) => &item.above,
        Item::Oneof(item) => &item.above,
        Item::Enumeration(item) => &item.above,
        Item::Nested(_) => return true,
    };
    !above.docs.is_empty() || matches!(above.attributes.first(), Some(Attribute::Derive(_)))
}

/// Values stand close, but where one has both a comment and an attribute of the user's.
fn value_has_space_above(value: &Value) -> bool {
    let first = value.above.attributes.first();
    let is_own = |one: &Attribute| match one {
        Attribute::Other(text) => text != "#[deprecated]",
        Attribute::Derive(_) => true,
        Attribute::Prost(_) => false,
    };
    !value.above.docs.is_empty() && first.is_some_and(is_own)
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Plain(text) => text.clone(),
        Argument::Type { key, path } => format!("{key} = \"{path}\""),
        Argument::Map {
            collection,
            key,
            value,
        } => match value {
            MapValue::Plain(value) => format!("{collection} = \"{key}, {value}\""),
            MapValue::Enumeration(kind) => {
                format!("{collection} = \"{key}, enumeration({kind})\"")
            }
        },
    }
}
