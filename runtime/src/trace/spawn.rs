//! Tasks in spans. Where a span is off its task is not a byte larger for it.

use tokio::task::{JoinHandle, JoinSet};
use tracing::{Instrument, Span};

/// Runs a task in `span`.
pub(crate) fn spawn<F>(span: &Span, task: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match span.is_disabled() {
        true => tokio::spawn(task),
        false => tokio::spawn(task.instrument(span.clone())),
    }
}

/// Runs a task in the span that its maker is in.
pub(crate) fn spawn_here<F>(task: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    spawn(&Span::current(), task)
}

/// Runs a task of a set in `span`.
pub(crate) fn spawn_on<F>(set: &mut JoinSet<F::Output>, span: Span, task: F)
where
    F: Future<Output: Send> + Send + 'static,
{
    match span.is_disabled() {
        true => set.spawn(task),
        false => set.spawn(task.instrument(span)),
    };
}
