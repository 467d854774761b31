//! Options that have no effect on one of the two languages.

use streamgen_idl::{Code, Diagnostic};

use crate::options::Options;

/// Warns about each option that was given and has no effect.
pub(crate) fn warn(options: &Options, is_protobuf: bool, diagnostics: &mut Vec<Diagnostic>) {
    let types = &options.types;
    let (given, about, other): (&[_], _, _) = match is_protobuf {
        true => (
            &[
                ("serde", types.serde),
                ("keep-unknown-fields", types.keep_unknown_fields),
                ("enum-as-text", types.enum_as_text),
                ("no-recurse", options.no_recurse),
                ("idl-ref", options.idl_ref.is_some()),
            ],
            "the messages of Protobuf",
            "the types of Thrift",
        ),
        false => (
            &[
                ("bytes-type PATH=…", !types.bytes_of.is_empty()),
                ("map-type PATH=…", !types.maps_of.is_empty()),
                ("compile-well-known-types", types.compile_well_known_types),
                ("descriptors", options.descriptors),
            ],
            "the types of Thrift",
            "the messages of Protobuf",
        ),
    };
    for (flag, _) in given.iter().filter(|(_, given)| *given) {
        let message = format!("-{flag} has no effect on {about}");
        diagnostics.push(
            Diagnostic::new(Code::OptionWithoutEffect, message)
                .help(format!("it is about {other}; leave it out here")),
        );
    }
}
