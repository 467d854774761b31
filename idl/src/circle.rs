//! Messages about what leads back to itself: includes, typedefs, constants, services, structs.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Most steps of a circle that a message shows. Real ones are shorter.
const MAX_STEPS: usize = 8;

/// One step on the way round.
pub(crate) struct Step {
    /// What is left.
    pub(crate) name: String,
    /// Where the next one is named.
    pub(crate) span: Span,
}

/// `message: a -> b -> a`, with a label `verb b` at every step.
pub(crate) fn describe(code: Code, message: &str, verb: &str, steps: &[Step]) -> Diagnostic {
    let shown = &steps[..steps.len().min(MAX_STEPS)];
    let mut path: Vec<&str> = shown.iter().map(|step| step.name.as_str()).collect();
    if shown.len() < steps.len() {
        path.push("…");
    }
    path.extend(steps.first().map(|step| step.name.as_str()));
    let mut found = Diagnostic::new(code, format!("{message}: {}", path.join(" -> ")));
    for (index, step) in shown.iter().enumerate() {
        let next = &steps[(index + 1) % steps.len()].name;
        found = found.label(step.span, format!("{verb} `{next}`"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn steps(count: usize) -> Vec<Step> {
        let file = SourceMap::new().add("a.thrift".into(), String::new());
        let step = |index| Step {
            name: format!("s{index}"),
            span: Span::new(file, 0, 0),
        };
        (0..count).map(step).collect()
    }

    #[test]
    fn the_way_is_written_out_and_labelled() {
        let found = describe(Code::TypedefCycle, "it leads back", "leads to", &steps(2));
        assert_eq!(found.message, "it leads back: s0 -> s1 -> s0");
        let labels: Vec<_> = found
            .labels
            .iter()
            .map(|label| label.text.as_str())
            .collect();
        assert_eq!(labels, ["leads to `s1`", "leads to `s0`"]);
    }

    #[test]
    fn a_long_way_is_cut() {
        let found = describe(
            Code::TypedefCycle,
            "it leads back",
            "leads to",
            &steps(100_000),
        );
        assert!(
            found.message.ends_with("s6 -> s7 -> … -> s0"),
            "{}",
            found.message
        );
        assert_eq!(found.labels.len(), MAX_STEPS);
    }
}
