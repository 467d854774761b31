//! `streaming.mode = "unary"`: a word without effect on the StreamX surface (`kitex-tool.md` 11). On the
//! classic surface, [`super::kinds`] and [`super::clients`] follow it.

use streamgen_idl::model::{DefinitionKind, Schema, StreamingMode};
use streamgen_idl::{Code, Diagnostic};

/// The annotation, in Thrift only: a Protobuf method without `stream` is unary and says nothing.
const ANNOTATION: &str = "streaming.mode";

/// Warns about every method that asks for what it would be anyway.
pub(super) fn warn(schema: &Schema, diagnostics: &mut Vec<Diagnostic>) {
    for def in &schema.definitions {
        let DefinitionKind::Service(service) = &def.kind else {
            continue;
        };
        // Of a oneway method the IDL's own check has said so.
        let unary = service
            .methods
            .iter()
            .filter(|method| method.mode == StreamingMode::Unary && !method.oneway);
        for method in unary {
            // Another value is an error, after which the mode is not known.
            let annotation = method.annotations.get(ANNOTATION);
            if let Some(annotation) = annotation.filter(|one| one.raw.as_deref() == Some("unary")) {
                let message = format!("the mode `unary` of `{}` has no effect", method.name);
                diagnostics.push(
                    Diagnostic::new(Code::UnaryWithoutEffect, message)
                        .label(
                            annotation.span,
                            "with -streamx, it is a ping-pong method anyway",
                        )
                        .help("remove the annotation"),
                );
            }
        }
    }
}
