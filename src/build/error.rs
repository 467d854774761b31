//! What Cargo prints of a `build.rs` that fails.

use std::fmt;
use std::path::PathBuf;

use annotate_snippets::{Level, Renderer};

use crate::error::Error;
use crate::render;

/// Why no code was generated.
///
/// Its `Debug` is its message, because that is what Cargo shows of the error that a `main` returns.
pub struct BuildError {
    idls: Vec<PathBuf>,
    errors: Vec<Error>,
}

impl BuildError {
    pub(super) fn new(idls: &[PathBuf], errors: Vec<Error>) -> Self {
        Self {
            idls: idls.to_vec(),
            errors,
        }
    }

    /// The errors, at least one.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }
}

/// A title, and below it each message as the command line prints it, without colours.
impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = Renderer::plain();
        let idls = self.idls.iter().map(|idl| format!("`{}`", idl.display()));
        let idls = idls.collect::<Vec<_>>().join(", ");
        match idls.is_empty() {
            true => f.write_str("no code was generated")?,
            false => write!(f, "no code was generated from {idls}")?,
        }
        for error in &self.errors {
            match error.idl_errors() {
                Some(found) => {
                    for one in &found.diagnostics {
                        let text = render::diagnostic(&plain, one, &found.sources);
                        write!(f, "\n\n{text}")?;
                    }
                }
                None => {
                    let text = render::title(&plain, Level::ERROR, &error.to_string());
                    write!(f, "\n\n{text}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        f.write_str("\n")
    }
}

impl std::error::Error for BuildError {}
