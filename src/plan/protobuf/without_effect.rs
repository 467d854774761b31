//! Options for types that Protobuf's messages do not follow: prost-build decides on those.

use streamgen_idl::{Code, Diagnostic};

use crate::options::{BytesType, MapType, StringType, TypeOptions};

/// Warns about each option that was given and has no effect.
pub(crate) fn warn(types: &TypeOptions, diagnostics: &mut Vec<Diagnostic>) {
    let given = [
        ("string-type", types.strings != StringType::default()),
        ("bytes-type", types.bytes != BytesType::default()),
        ("map-type", types.maps != MapType::default()),
        ("serde", types.serde),
        ("keep-unknown-fields", types.keep_unknown_fields),
        ("type-attribute", !types.type_attributes.is_empty()),
        ("field-attribute", !types.field_attributes.is_empty()),
        ("extern-path", !types.extern_paths.is_empty()),
    ];
    for (flag, _) in given.iter().filter(|(_, given)| *given) {
        let message = format!("-{flag} has no effect on the messages of Protobuf");
        diagnostics.push(
            Diagnostic::new(Code::OptionWithoutEffect, message)
                .help("it is about the types of Thrift; leave it out here"),
        );
    }
}
