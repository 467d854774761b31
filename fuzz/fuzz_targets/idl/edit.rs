//! Changes a text token by token, so that most of its structure stays.

use crate::random::Random;

/// Words and signs of Thrift and Protobuf, and values that are easily handled wrong.
const WORDS: &[&str] = &[
    // Thrift.
    "namespace",
    "include",
    "cpp_include",
    "const",
    "typedef",
    "struct",
    "union",
    "exception",
    "senum",
    "service",
    "extends",
    "throws",
    "oneway",
    "void",
    "byte",
    "i8",
    "i16",
    "i32",
    "i64",
    "binary",
    "uuid",
    "list",
    "set",
    "async",
    "slist",
    "cpp_type",
    "base.Base",
    "base.LIMIT",
    "base.S",
    "include \"base.thrift\"",
    "(streaming.mode = \"bidirectional\")",
    "(api.get = \"/a\")",
    "1: optional",
    "2: required",
    "typedef list<Self> Self",
    // Protobuf.
    "syntax = \"proto2\";",
    "syntax = \"proto3\";",
    "edition = \"2023\";",
    "package",
    "import",
    "import public \"base.proto\";",
    "message",
    "oneof",
    "extend",
    "extensions",
    "reserved",
    "to max",
    "group",
    "repeated",
    "rpc",
    "returns",
    "stream",
    "option",
    "int32",
    "uint64",
    "sint64",
    "fixed32",
    "sfixed64",
    "float",
    "bytes",
    "base.Base",
    "google.protobuf.Any",
    "deprecated = true",
    "weak",
    // Both.
    "enum",
    "map",
    "optional",
    "required",
    "default",
    "string",
    "bool",
    "double",
    "true",
    "false",
    "Self",
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    ":",
    ";",
    ",",
    "=",
    ".",
    "/*",
    "*/",
    "//",
    "#",
    "/**",
    "\"",
    "'",
    "\\",
    "\\u{110000}",
    "\\xff",
    "\r\n",
    "\u{feff}",
    "é",
    "𝒳",
    "0",
    "-0",
    "1e999",
    "0x7fffffffffffffff",
    "9223372036854775808",
    "-2147483649",
    "536870911",
    "19000",
    "1.",
    ".5",
    "nan",
    "inf",
    "07",
    "r#type",
];

/// The most tokens that one edit moves, removes or repeats.
const SPAN: usize = 24;

/// The most edits of one mutation.
const EDITS: i64 = 4;

/// `text` with a few edits.
pub fn edited(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut tokens = tokens(text);
    for _ in 0..random.between(1, EDITS) {
        edit(&mut tokens, random);
    }
    tokens.concat()
}

fn edit<'a>(tokens: &mut Vec<&'a [u8]>, random: &mut Random) {
    let at = random.below(tokens.len() + 1);
    let span = at..tokens.len().min(at + 1 + random.below(SPAN));
    match random.below(8) {
        0 => drop(tokens.drain(span)),
        1 => {
            let copied: Vec<_> = tokens[span].to_vec();
            let to = random.below(tokens.len() + 1);
            tokens.splice(to..to, copied);
        }
        2 => random.shuffle(&mut tokens[span]),
        3 => {
            let word = random.pick(WORDS).as_bytes();
            tokens.splice(at..at, [b" ", word, b" "]);
        }
        4 if !span.is_empty() => tokens[at] = random.pick(WORDS).as_bytes(),
        // A name becomes another name of the text: a reference, a duplicate, a circle.
        _ => rename(tokens, random),
    }
}

fn rename(tokens: &mut [&[u8]], random: &mut Random) {
    let is_word = |token: &&[u8]| token.first().is_some_and(|byte| is_of_word(*byte));
    let words: Vec<usize> = (0..tokens.len())
        .filter(|at| is_word(&tokens[*at]))
        .collect();
    if !words.is_empty() {
        let (from, to) = (*random.pick(&words), *random.pick(&words));
        tokens[to] = tokens[from];
    }
}

/// The tokens of `text`, which concatenated are `text`: words with their numbers, blanks, and all
/// else byte by byte.
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    text.chunk_by(|one, next| class(*one) != Class::Sign && class(*one) == class(*next))
        .collect()
}

#[derive(PartialEq)]
enum Class {
    Word,
    Blank,
    Sign,
}

fn class(byte: u8) -> Class {
    match byte {
        _ if is_of_word(byte) => Class::Word,
        _ if byte.is_ascii_whitespace() => Class::Blank,
        _ => Class::Sign,
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
