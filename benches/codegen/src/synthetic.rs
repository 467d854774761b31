//! Thrift and Protobuf files of any size that look like those of a company: nested structs,
//! containers, enums, optional fields, defaults and comments. The same size gives the same bytes on
//! every machine.

mod proto;

use std::fmt::{self, Write};

use clap::ValueEnum;

/// In what a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Thrift.
    Thrift,
    /// Protobuf, proto3.
    Proto,
}

impl Language {
    /// What a file's name ends with.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Thrift => "thrift",
            Self::Proto => "proto",
        }
    }
}

/// How large a file is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Name of the size, and of the file.
    pub(crate) name: &'static str,
    structs: usize,
    fields: usize,
    services: usize,
    methods: usize,
}

/// The three sizes that the bars are about.
pub(crate) const SIZES: [Size; 3] = [
    Size::new("small", (5, 6), (1, 4)),
    Size::new("mid", (200, 20), (20, 20)),
    Size::new("large", (2_000, 20), (200, 20)),
];

impl Size {
    /// Structs × fields and services × methods.
    pub(crate) const fn new(
        name: &'static str,
        (structs, fields): (usize, usize),
        (services, methods): (usize, usize),
    ) -> Self {
        Self {
            name,
            structs,
            fields,
            services,
            methods,
        }
    }

    /// The Rust names of every struct in the file.
    pub(crate) fn struct_names(&self) -> impl Iterator<Item = String> {
        (0..self.structs).map(struct_name)
    }

    /// The text of the file.
    pub(crate) fn idl(&self, language: Language) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = match language {
            Language::Thrift => self.write(&mut out),
            Language::Proto => proto::write(self, &mut out),
        };
        out
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let name = self.name;
        writeln!(out, "namespace rs {name}\nnamespace go {name}\n")?;
        for index in 0..self.structs.div_ceil(STRUCTS_PER_ENUM) {
            enumeration(out, index)?;
        }
        for index in 0..self.structs {
            structure(out, index, self.fields)?;
        }
        for index in 0..self.services {
            service(out, index, self.methods, self.structs)?;
        }
        Ok(())
    }
}

/// Every so many structs share an enum.
const STRUCTS_PER_ENUM: usize = 10;

/// A struct holds only structs of a lower level, so that none is infinitely large and none grows
/// by more than two levels of nesting.
const LEVELS: usize = 3;

const WORDS: [&str; 20] = [
    "user", "order", "item", "price", "region", "device", "session", "reason", "source", "target",
    "label", "quota", "tenant", "cursor", "window", "status", "payload", "origin", "branch",
    "metric",
];

fn word(index: usize) -> &'static str {
    WORDS[index % WORDS.len()]
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn struct_name(index: usize) -> String {
    let (first, second) = (word(index), word(index / WORDS.len() + 7));
    format!("{}{}{index}", capitalised(first), capitalised(second))
}

fn enum_name(index: usize) -> String {
    format!("{}Kind{index}", capitalised(word(index)))
}

fn enumeration(out: &mut String, index: usize) -> fmt::Result {
    let name = enum_name(index);
    writeln!(out, "enum {name} {{")?;
    for value in 0..4 {
        writeln!(
            out,
            "  {}_{value} = {value}",
            word(index + value).to_uppercase()
        )?;
    }
    writeln!(out, "}}\n")
}

fn structure(out: &mut String, index: usize, fields: usize) -> fmt::Result {
    let name = struct_name(index);
    writeln!(out, "/** What is known of one {}. */", word(index))?;
    writeln!(out, "struct {name} {{")?;
    for field in 0..fields {
        if field % 5 == 2 {
            writeln!(
                out,
                "  // The {}, as its owner sees it.",
                word(index + field)
            )?;
        }
        let (requiredness, ty, default) = field_type(index, field);
        let field_name = format!("{}_{}", word(index + field), word(index + 3 * field + 1));
        let id = field + 1;
        writeln!(
            out,
            "  {id}: {requiredness}{ty} {field_name}_{id}{default},"
        )?;
    }
    writeln!(out, "}}\n")
}

/// Requiredness, type and default of a field. Scalars are most frequent; two of twenty fields are
/// structs, and four are containers.
fn field_type(index: usize, field: usize) -> (&'static str, String, &'static str) {
    let nested = |step| lower_struct(index, step).unwrap_or_else(|| "string".to_owned());
    let plain = |ty: &str| ("", ty.to_owned(), "");
    match field % 20 {
        0 => ("required ", "i64".to_owned(), ""),
        1 => ("optional ", "string".to_owned(), ""),
        2 | 12 => plain("string"),
        3 => ("", nested(1), ""),
        4 => ("", "list<string>".to_owned(), ""),
        5 => ("optional ", "map<string, string>".to_owned(), ""),
        6 | 14 => plain("bool"),
        7 => plain("double"),
        8 => ("optional ", nested(2), ""),
        9 => ("", format!("list<{}>", nested(3)), ""),
        10 => ("", "i32".to_owned(), " = 20"),
        11 => ("optional ", "i64".to_owned(), ""),
        13 => ("", enum_name(index / STRUCTS_PER_ENUM), ""),
        15 => ("optional ", "binary".to_owned(), ""),
        16 => ("optional ", format!("map<i64, {}>", nested(4)), ""),
        17 => plain("i16"),
        18 => ("required ", "string".to_owned(), ""),
        _ => ("optional ", "i32".to_owned(), ""),
    }
}

/// A struct before this one and of a lower level.
fn lower_struct(index: usize, step: usize) -> Option<String> {
    let level = index % LEVELS;
    let first = index - level;
    (level > 0).then(|| struct_name((first + (level - 1)).saturating_sub(LEVELS * step)))
}

fn service(out: &mut String, index: usize, methods: usize, structs: usize) -> fmt::Result {
    let name = capitalised(word(index));
    writeln!(out, "/** Answers for every {}. */", word(index))?;
    writeln!(out, "service {name}Service{index} {{")?;
    for method in 0..methods {
        let (arg, result) = (
            struct_name((index * methods + method) % structs),
            struct_name((index * methods + method * 7 + 1) % structs),
        );
        let verb = ["Get", "List", "Update", "Remove"][method % 4];
        writeln!(
            out,
            "  {result} {verb}{}{method}(1: {arg} request, 2: string {}_token)",
            capitalised(word(method)),
            word(index)
        )?;
    }
    writeln!(out, "}}\n")
}
