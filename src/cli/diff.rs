//! What changes in the files, as programs that apply patches read it.

use std::path::Path;

use similar::TextDiff;

use crate::output::{Action, Change, FilePlan, raw_text};

/// Lines around a change.
const CONTEXT: usize = 3;

/// The change of one file in the unified form, paths relative to the output folder `root`; `None` if its
/// bytes stay.
pub(super) fn of_change(change: &Change, files: &FilePlan, root: &Path) -> Option<String> {
    if !change.action.touches_disk() {
        return None;
    }
    let old = raw_text(&root.join(&change.path)).unwrap_or_default();
    let new = files.new_text(&change.path);
    let path = change.path.display();
    let (from, to) = (format!("a/{path}"), format!("b/{path}"));
    let nothing = "/dev/null".to_owned();
    let (from, to) = match change.action {
        Action::Create => (nothing, to),
        Action::Remove => (from, nothing),
        Action::Update | Action::Complete | Action::Unchanged | Action::Keep => (from, to),
    };
    let diff = TextDiff::from_lines(&old, &new);
    let mut unified = diff.unified_diff();
    Some(
        unified
            .context_radius(CONTEXT)
            .header(&from, &to)
            .to_string(),
    )
}
