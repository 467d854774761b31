//! Files for handlers as somebody may have edited them.

use crate::random::Random;

impl Random {
    pub(super) fn once_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// What may stand between two items, or between two functions.
const BETWEEN: [&str; 9] = [
    "",
    "\n",
    "// } \u{4f60}\u{597d} { impl First for X {}\n",
    "/* } /* nested } */ \" */\n",
    "\n\n\n",
    "#[allow(dead_code)]\n",
    "/// Documentation with } and `impl`.\n",
    "#[cfg(not(any()))]\n",
    "\t \n",
];

/// Items of the user's own.
const ITEMS: [&str; 8] = [
    "const TEXT: &str = r#\"impl First for FirstImpl { } \" }\"#;",
    "macro_rules! brace { ($($t:tt)*) => { const _: () = { $($t)* }; } }",
    "brace! { struct Inner; impl Clone for Inner { fn clone(&self) -> Self { Self } } }",
    "mod inner { pub trait First {} impl First for u8 {} }",
    "impl Clone for FirstImpl { fn clone(&self) -> Self { Self } }",
    "fn helper<'a>(c: char) -> bool { c == '}' || c == '\\'' || matches!(b'{', b'}') }",
    "impl std::fmt::Display for SecondImpl { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, \"}}{{\") } }",
    "type Reply = shop::Ask;",
];

/// The functions of both services, by their names.
const FIRST: [(&str, &str); 3] = [
    (
        "one",
        "async fn one(&self, _: Context, mut a: shop::Ask) -> Result<shop::Ask> { a.a += 1; Ok(a) }",
    ),
    (
        "two",
        "fn two(&self, _: Context) -> impl Future<Output = Result<()>> + Send {\n        async { Ok(()) }\n    }",
    ),
    (
        "three",
        "async fn three(&self, _: Context, a: shop::Ask, stream: ServerStreamingServer<shop::Ask>) -> Result<()> { stream.send(a).await }",
    ),
];
const SECOND: [(&str, &str); 2] = [
    (
        "one",
        "async fn one(\n        &self,\n        _cx: Context,\n        a: shop::Ask,\n    ) -> Result<shop::Ask> {\n        Ok(a)\n    }",
    ),
    (
        "four",
        "async fn r#four(&self, _cx: Context) -> Result<()> { Ok(()) }",
    ),
];

/// An implementation without some of its functions.
fn implementation(random: &mut Random, head: &str, functions: &[(&str, &str)]) -> String {
    let mut text = random
        .pick(&["", "#[allow(deprecated)]\n", "/// It.\n"])
        .to_owned()
        + head
        + " {";
    let inline = random.once_in(5);
    for (_, function) in functions {
        if random.once_in(2) {
            continue;
        }
        if inline {
            text += " ";
            text += &function.replace('\n', " ");
        } else {
            text += "\n    ";
            text += random.pick(&BETWEEN);
            text += "    ";
            text += function;
        }
    }
    text + random.pick(&[
        "\n}\n",
        "\n\n}\n",
        "}\n",
        " }",
        "\n    // more\n}\n",
        "\n\t}",
        "/* } */ }\n",
    ])
}

/// A file for handlers of the services `First` and `Second`.
pub(super) fn file(random: &mut Random) -> String {
    let mut text = "use std::future::Future;\nuse crate::stream_gen::shop;\n\
                    use streamgen_runtime::{Context, Result, ServerStreamingServer};\n"
        .to_owned();
    if random.once_in(2) {
        text += "use streamgen_runtime::Error;\n";
    }
    let (mut first, second) = (
        "impl shop::first::First for FirstImpl",
        "impl shop::second::Second for SecondImpl",
    );
    if random.once_in(3) {
        text += "use crate::stream_gen::shop::first::{First as Trait};\n";
        first = "impl Trait for FirstImpl";
    }
    let mut items = vec![
        "pub struct FirstImpl;\n".to_owned(),
        "pub struct SecondImpl;\n".to_owned(),
        implementation(random, first, &FIRST),
        implementation(random, second, &SECOND),
    ];
    for item in ITEMS {
        if random.once_in(4) {
            let at = random.below(items.len() + 1);
            items.insert(at, item.to_owned() + "\n");
        }
    }
    for item in items {
        text += random.pick(&BETWEEN);
        text += &item;
    }
    disguised(random, text)
}

/// The same in another module, with other blanks, other ends of lines and something in front.
fn disguised(random: &mut Random, mut text: String) -> String {
    if random.once_in(4) {
        text = format!("pub mod deep {{\n{text}\n}}\npub use deep::*;\n");
    }
    text = match random.below(5) {
        0 => text.replace("    ", "\t"),
        1 => text.replace("    ", ""),
        2 => text.replace("    ", " "),
        _ => text,
    };
    if random.once_in(4) {
        text = text.replace('\n', "\r\n");
    }
    if random.once_in(4) {
        text = text.trim_end().to_owned();
    }
    let front = [
        "",
        "",
        "",
        "\u{feff}",
        "#!/usr/bin/env run\n",
        "#![allow(unused)]\n",
    ];
    random.pick(&front).to_owned() + &text
}
