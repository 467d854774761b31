//! Why nothing was generated.

use std::fmt;

use streamgen_idl::{Diagnostic, SourceMap};

use crate::output::WriteError;

/// Why a run produced nothing.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    Usage(String),
    Idl(Box<IdlErrors>),
    Project(String),
    Prost(String),
    Write(WriteError),
    Template(askama::Error),
}

/// What is wrong with the IDL, with the text it was read from.
#[derive(Debug)]
pub struct IdlErrors {
    /// Errors and warnings, sorted by position.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics point into.
    pub sources: SourceMap,
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self(Kind::Usage(message.into()))
    }

    /// A file of the project is at fault.
    pub(crate) fn project(message: impl Into<String>) -> Self {
        Self(Kind::Project(message.into()))
    }

    /// What was asked for cannot be printed.
    #[cfg(feature = "cli")]
    pub(crate) fn output(error: &std::io::Error) -> Self {
        Self(Kind::Project(format!("cannot write to stdout: {error}")))
    }

    /// prost-build makes what this program does not know.
    pub(crate) fn prost(found: impl fmt::Display) -> Self {
        Self(Kind::Prost(found.to_string()))
    }

    pub(crate) fn idl(diagnostics: Vec<Diagnostic>, sources: SourceMap) -> Self {
        Self(Kind::Idl(Box::new(IdlErrors {
            diagnostics,
            sources,
        })))
    }

    /// Whether the options are at fault, and not the IDL or the disk: what a command line answers
    /// with exit status 2.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self.0, Kind::Usage(_))
    }

    /// Whether a file of the project is at fault, which another run may mend.
    pub(crate) fn is_project(&self) -> bool {
        matches!(self.0, Kind::Project(_))
    }

    /// The diagnostics, if the IDL is at fault.
    #[must_use]
    pub fn idl_errors(&self) -> Option<&IdlErrors> {
        match &self.0 {
            Kind::Idl(errors) => Some(errors),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Usage(message) | Kind::Project(message) => f.write_str(message),
            Kind::Idl(errors) => errors.fmt(f),
            Kind::Write(error) => error.fmt(f),
            Kind::Prost(found) => write!(
                f,
                "this release of streamgen does not fit its prost-build: {found}"
            ),
            Kind::Template(error) => write!(f, "cannot render a template: {error}"),
        }
    }
}

/// One line a diagnostic, `file:line:column: severity[code]: message`.
impl fmt::Display for IdlErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, one) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&on_one_line(one, &self.sources))?;
        }
        Ok(())
    }
}

/// `file:line:column: severity[code]: message`
pub(crate) fn on_one_line(one: &Diagnostic, sources: &SourceMap) -> String {
    let place = one.primary_span().and_then(|span| sources.position(span));
    let place = place.map(|(path, at)| format!("{}:{}:{}: ", path.display(), at.line, at.column));
    let place = place.unwrap_or_default();
    format!("{place}{}[{}]: {}", one.severity, one.code, one.message)
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Write(error) => error.source(),
            Kind::Template(error) => Some(error),
            Kind::Usage(_) | Kind::Project(_) | Kind::Prost(_) | Kind::Idl(_) => None,
        }
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self(Kind::Write(error))
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self(Kind::Template(error))
    }
}
