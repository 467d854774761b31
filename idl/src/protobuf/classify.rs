//! Which of our codes a message of protox belongs to.
//!
//! protox tells its errors apart by their text alone; what is not in the table is a
//! [`Code::ProtobufRule`].

use crate::code::Code;

/// What a message contains, and its code. The first that fits counts.
const TABLE: &[(&str, Code)] = &[
    ("option field '", Code::ProtobufOption),
    ("for option '", Code::ProtobufOption),
    ("expected value to be", Code::ProtobufDefault),
    ("but found '", Code::ProtobufSyntax),
    ("but reached end of file", Code::ProtobufSyntax),
    ("invalid token", Code::ProtobufSyntax),
    ("invalid identifier", Code::ProtobufSyntax),
    ("invalid string", Code::ProtobufSyntax),
    ("unterminated string", Code::ProtobufSyntax),
    ("is not valid utf-8", Code::ProtobufSyntax),
    ("nested block comments", Code::ProtobufSyntax),
    ("comments are not allowed here", Code::ProtobufSyntax),
    ("whitespace is required", Code::ProtobufSyntax),
    ("suffix for float literals", Code::ProtobufSyntax),
    ("identifiers may not be negative", Code::ProtobufSyntax),
    ("multiple package names", Code::ProtobufSyntax),
    ("unknown syntax", Code::ProtobufSyntax),
    ("invalid path of an import", Code::ProtobufSyntax),
    ("maximum recursion limit", Code::NestingTooDeep),
    ("is defined twice", Code::ProtobufDuplicateName),
    ("already defined", Code::ProtobufDuplicateName),
    ("camel-case name of field", Code::ProtobufDuplicateName),
    ("default value", Code::ProtobufDefault),
    ("is not defined", Code::ProtobufUnknownName),
    ("' is not ", Code::ProtobufUnknownName),
    ("enum", Code::ProtobufEnum),
    ("number", Code::ProtobufNumber),
    ("integer is too large", Code::ProtobufNumber),
    ("label", Code::ProtobufField),
    ("fields are not allowed", Code::ProtobufField),
    ("groups are not allowed", Code::ProtobufField),
    ("invalid group name", Code::ProtobufField),
    ("map field key type", Code::ProtobufField),
    ("oneof must have", Code::ProtobufField),
    ("extension fields", Code::ProtobufField),
];

/// The code of a message.
pub(super) fn classify(message: &str) -> Code {
    let found = TABLE.iter().find(|(part, _)| message.contains(part));
    found.map_or(Code::ProtobufRule, |(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_each_kind() {
        let table = [
            ("expected ';', but found '}'", Code::ProtobufSyntax),
            ("name 'a.B' is not defined", Code::ProtobufUnknownName),
            ("'a.B' is not a message or enum", Code::ProtobufUnknownName),
            ("option field 'x' is not defined", Code::ProtobufOption),
            ("field number '3' is already used", Code::ProtobufNumber),
            ("file is too large", Code::ProtobufRule),
        ];
        for (message, code) in table {
            assert_eq!(classify(message), code, "{message}");
        }
    }
}
