//! Services: the base, and the methods.

use std::collections::HashMap;

use super::annotation::STREAMING_MODE;
use super::definition::Lowering;
use super::field::FieldPlace;
use super::symbol::SymbolKind;
use super::symbols::{Lookup, refuse_dots};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, Method, StreamingMode};
use crate::source::Span;
use crate::thrift::syntax::{Annotation, Field, Function, Identifier, Literal};
use crate::wording;

/// The values of `streaming.mode`; case counts (kitex-tool.md 11).
const MODES: [(&str, StreamingMode); 4] = [
    ("client", StreamingMode::ClientStreaming),
    ("server", StreamingMode::ServerStreaming),
    ("bidirectional", StreamingMode::Bidirectional),
    ("unary", StreamingMode::Unary),
];

impl Lowering<'_, '_> {
    /// The service after `extends`; `None`, reported, when there is no such service.
    pub(super) fn base_service(&mut self, name: &Identifier) -> Option<DefId> {
        match self.symbols.type_or_service(self.file, &name.text) {
            Lookup::Found(id) if self.symbols.get(id).kind == SymbolKind::Service => {
                return Some(id);
            }
            Lookup::Found(id) => {
                let symbol = self.symbols.get(id);
                let message = format!("`{}` is {}, not a service", name.text, symbol.kind.noun());
                let found = Diagnostic::new(Code::NotAService, message).label(name.span, "");
                self.report
                    .add(found.label(symbol.name_span, "defined here"));
            }
            Lookup::Ambiguous(found) => {
                self.symbols
                    .report_ambiguous(&name.text, name.span, &found, self.report);
            }
            Lookup::Unread => {}
            Lookup::Unknown => self.unknown_service(name),
        }
        None
    }

    fn unknown_service(&mut self, name: &Identifier) {
        let message = format!("unknown service `{}`", name.text);
        let found = Diagnostic::new(Code::UnknownService, message).label(name.span, "not defined");
        let meant = self.report.meant(&name.text, || {
            self.symbols
                .similar(self.file, &name.text, |kind| kind == SymbolKind::Service)
        });
        self.report.add(found.did_you_mean(name.span, meant));
    }

    /// All methods, also those with something wrong, which may have more of it.
    pub(super) fn methods(&mut self, functions: &[Function]) -> Vec<Method> {
        let mut methods = Vec::new();
        let mut names: HashMap<&str, Span> = HashMap::new();
        for function in functions {
            let name = &function.name;
            refuse_dots(name, self.report);
            if let Some(&first) = names.get(name.text.as_str()) {
                let message = format!("the service has a method `{}` already", name.text);
                let found = Diagnostic::new(Code::DuplicateMethod, message).label(name.span, "");
                self.report.add(found.label(first, "first declared here"));
            } else {
                names.insert(&name.text, name.span);
            }
            methods.push(self.method(function));
        }
        methods
    }

    fn method(&mut self, function: &Function) -> Method {
        let result = function.result.as_ref().map(|ty| self.type_ref(ty));
        let args = self.fields(&function.args, FieldPlace::Arguments);
        let throws = self.fields(&function.throws, FieldPlace::Throws);
        let mode = self.streaming_mode(&function.annotations);
        if let [only] = function.args.as_slice() {
            self.check_streaming_default(only, mode);
        }
        self.check_oneway(function);
        let retry_safe = self.retry_safe(function, mode);
        Method {
            name: function.name.text.clone(),
            mode,
            oneway: function.oneway.is_some(),
            retry_safe,
            args,
            result,
            throws,
            docs: self.comments.of_item(function.span),
            annotations: self.method_annotations(&function.annotations),
            span: function.span,
            name_span: function.name.span,
        }
    }

    fn check_streaming_default(&mut self, argument: &Field, mode: StreamingMode) {
        if let Some(default) = &argument.default
            && mode != StreamingMode::PingPong
        {
            let message = format!(
                "`{}` is the message itself, a default has no effect",
                argument.name.text
            );
            let found = Diagnostic::new(Code::StreamingArgumentDefault, message);
            self.report.add(found.label(default.span, "ignored"));
        }
    }

    fn check_oneway(&mut self, function: &Function) {
        let Some(oneway) = &function.oneway else {
            return;
        };
        if oneway.is_async {
            let found = Diagnostic::new(Code::AsyncMethod, "`async` is the old word for `oneway`")
                .label(oneway.span, "")
                .note("Kitex does not read it")
                .suggest("write `oneway`", oneway.span, "oneway");
            self.report.add(found);
        }
        let name = &function.name.text;
        if function.result.is_some() {
            let message = format!("the oneway method `{name}` cannot have a result");
            let found =
                Diagnostic::new(Code::OnewayResult, message).label(function.result_span, "");
            self.report
                .add(found.help("write `oneway void`, or remove `oneway`"));
        }
        if let Some(first) = function.throws.first() {
            let message = format!("the oneway method `{name}` cannot throw");
            let found = Diagnostic::new(Code::OnewayThrows, message).label(first.span, "");
            self.report
                .add(found.label(oneway.span, "no answer is sent"));
        }
    }

    /// The mode that the annotation gives. After one that was refused, the method is taken for one
    /// of the mode that was probably meant, so that what else is wrong with it is found too.
    fn streaming_mode(&mut self, annotations: &[Annotation]) -> StreamingMode {
        let mut found = annotations
            .iter()
            .filter(|annotation| annotation.key.text == STREAMING_MODE);
        let Some(first) = found.next() else {
            self.hint_at_mode(annotations);
            return StreamingMode::PingPong;
        };
        if let Some(second) = found.next() {
            let message = format!("`{STREAMING_MODE}` is given twice");
            let found =
                Diagnostic::new(Code::StreamingModeRepeated, message).label(second.span, "");
            self.report.add(found.label(first.span, "first given here"));
        }
        let Some(value) = &first.value else {
            let message = format!("`{STREAMING_MODE}` has no value");
            let found =
                Diagnostic::new(Code::StreamingModeWithoutValue, message).label(first.span, "");
            self.report
                .add(found.help(format!("write one of {}", legal_modes())));
            return MODE_UNKNOWN;
        };
        if let Some(mode) = mode_called(&value.raw) {
            return mode;
        }
        let message = format!("unknown streaming mode `{}`", wording::shown(&value.raw));
        let found = Diagnostic::new(Code::InvalidStreamingMode, message).label(value.span, "");
        let found = found.note(format!("the modes are {}", legal_modes()));
        let meant = nearest_mode(&value.raw);
        self.report.add(match meant {
            Some(mode) => found.suggest(
                format!("did you mean `{mode}`?"),
                value.span,
                format!("\"{mode}\""),
            ),
            None => found,
        });
        meant.and_then(mode_called).unwrap_or(MODE_UNKNOWN)
    }

    /// Warns of annotations that are nearly `streaming.mode`: Kitex ignores such an annotation
    /// silently, and the method does not stream.
    fn hint_at_mode(&mut self, annotations: &[Annotation]) {
        for annotation in annotations.iter().filter(|one| is_near_miss(one)) {
            let key = &annotation.key;
            let message = format!("`{}` means nothing, the method does not stream", key.text);
            let found = Diagnostic::new(Code::StreamingModeMisspelt, message).label(key.span, "");
            let help = format!("did you mean `{STREAMING_MODE}`?");
            self.report
                .add(found.suggest(help, key.span, STREAMING_MODE));
        }
    }
}

/// What a method with an unreadable mode is checked as: the rules of `unary` are those that all modes
/// have in common.
const MODE_UNKNOWN: StreamingMode = StreamingMode::Unary;

fn mode_called(word: &str) -> Option<StreamingMode> {
    let found = MODES.iter().find(|(known, _)| *known == word);
    found.map(|&(_, mode)| mode)
}

/// Whether an annotation was probably meant to be the mode: its key reads nearly so, or its value is
/// a mode and its key speaks of streams. Upper and lower case and the marks between words do not
/// count here.
fn is_near_miss(annotation: &Annotation) -> bool {
    const WANTED: [&str; 2] = ["streamingmode", "streammode"];
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let key = letters(&annotation.key.text);
    let is_mode = |value: &Literal| mode_called(&value.raw.to_lowercase()).is_some();
    wording::nearest(&key, WANTED).is_some()
        || annotation.value.as_ref().is_some_and(is_mode) && key.starts_with("stream")
}

fn legal_modes() -> String {
    wording::one_of(&MODES.map(|(word, _)| format!("`{word}`")))
}

/// Beside misspellings, the short forms that people write: `bidi`, `clientStreaming`.
fn nearest_mode(written: &str) -> Option<&'static str> {
    let lower = written.to_lowercase();
    let words = MODES.iter().map(|(word, _)| *word);
    let is_form =
        |word: &&str| lower.len() >= 2 && (word.starts_with(&lower) || lower.starts_with(word));
    words
        .clone()
        .find(is_form)
        .or_else(|| wording::nearest(written, words))
}
