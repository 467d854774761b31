//! The same shapes in Protobuf.

use std::fmt::{self, Write};

use super::{STRUCTS_PER_ENUM, Size, capitalised, enum_name, lower_struct, struct_name, word};

pub(super) fn write(size: &Size, out: &mut String) -> fmt::Result {
    writeln!(out, "syntax = \"proto3\";\n\npackage {};\n", size.name)?;
    for index in 0..size.structs.div_ceil(STRUCTS_PER_ENUM) {
        enumeration(out, index)?;
    }
    for index in 0..size.structs {
        message(out, index, size.fields)?;
    }
    for index in 0..size.services {
        service(out, index, size)?;
    }
    Ok(())
}

/// Values have the name of the enum in front: they share the file's scope.
fn enumeration(out: &mut String, index: usize) -> fmt::Result {
    let name = enum_name(index);
    let prefix = format!("{}_KIND{index}", word(index).to_uppercase());
    writeln!(out, "enum {name} {{")?;
    for value in 0..4 {
        let word = word(index + value).to_uppercase();
        writeln!(out, "  {prefix}_{word}_{value} = {value};")?;
    }
    writeln!(out, "}}\n")
}

fn message(out: &mut String, index: usize, fields: usize) -> fmt::Result {
    writeln!(out, "// What is known of one {}.", word(index))?;
    writeln!(out, "message {} {{", struct_name(index))?;
    for field in 0..fields {
        if field % 5 == 2 {
            let word = word(index + field);
            writeln!(out, "  // The {word}, as its owner sees it.")?;
        }
        let ty = field_type(index, field);
        let (first, second) = (word(index + field), word(index + 3 * field + 1));
        let number = field + 1;
        writeln!(out, "  {ty} {first}_{second}_{number} = {number};")?;
    }
    writeln!(out, "}}\n")
}

fn field_type(index: usize, field: usize) -> String {
    let nested = |step| lower_struct(index, step).unwrap_or_else(|| "string".to_owned());
    match field % 20 {
        0 => "int64".to_owned(),
        1 => "optional string".to_owned(),
        3 => nested(1),
        4 => "repeated string".to_owned(),
        5 => "map<string, string>".to_owned(),
        6 | 14 => "bool".to_owned(),
        7 => "double".to_owned(),
        8 => nested(2),
        9 => format!("repeated {}", nested(3)),
        10 | 17 => "int32".to_owned(),
        11 => "optional int64".to_owned(),
        13 => enum_name(index / STRUCTS_PER_ENUM),
        15 => "optional bytes".to_owned(),
        16 => format!("map<int64, {}>", nested(4)),
        19 => "optional int32".to_owned(),
        _ => "string".to_owned(),
    }
}

fn service(out: &mut String, index: usize, size: &Size) -> fmt::Result {
    let (structs, methods) = (size.structs, size.methods);
    let name = capitalised(word(index));
    writeln!(out, "// Answers for every {}.", word(index))?;
    writeln!(out, "service {name}Service{index} {{")?;
    for method in 0..methods {
        let argument = struct_name((index * methods + method) % structs);
        let result = struct_name((index * methods + method * 7 + 1) % structs);
        let verb = ["Get", "List", "Update", "Remove"][method % 4];
        let word = capitalised(word(method));
        writeln!(
            out,
            "  rpc {verb}{word}{method}({argument}) returns ({result});"
        )?;
    }
    writeln!(out, "}}\n")
}
