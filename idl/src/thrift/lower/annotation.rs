//! Annotations.

use super::definition::Lowering;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Annotation, Annotations};
use crate::thrift::literal::decode_string_leniently;
use crate::thrift::syntax;

/// The key that makes a method a streaming method.
pub(super) const STREAMING_MODE: &str = "streaming.mode";

impl Lowering<'_, '_> {
    /// Annotations of anything but a method: `streaming.mode` is out of place there.
    pub(super) fn annotations(&mut self, written: &[syntax::Annotation]) -> Annotations {
        for annotation in written.iter().filter(|a| a.key.text == STREAMING_MODE) {
            let message = format!("`{STREAMING_MODE}` has no effect here");
            let found = Diagnostic::new(Code::StreamingModeMisplaced, message)
                .label(annotation.span, "")
                .help("write it after a method");
            self.report.add(found);
        }
        self.method_annotations(written)
    }

    pub(super) fn method_annotations(&self, written: &[syntax::Annotation]) -> Annotations {
        let lower = |annotation: &syntax::Annotation| Annotation {
            key: annotation.key.text.clone(),
            value: annotation
                .value
                .as_ref()
                .map(|literal| decode_string_leniently(&literal.raw)),
            raw: annotation.value.as_ref().map(|literal| literal.raw.clone()),
            span: annotation.span,
        };
        Annotations {
            entries: written.iter().map(lower).collect(),
        }
    }
}
