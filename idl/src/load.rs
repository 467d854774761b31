//! The entry point: a root file and options in, a schema or diagnostics out.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Severity};
use crate::file_system::FileSystem;
use crate::model::Schema;
use crate::report::Report;
use crate::source::SourceMap;
use crate::thrift;

/// Largest IDL file that is read, in bytes: 16 MiB. The largest files in the field have some
/// hundred kilobytes; the bound keeps a wrong path from filling the memory. While a file is parsed
/// it takes some sixty times its size.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Most files one run reads, the root and everything it includes.
pub const MAX_FILES: usize = 10_000;

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The IDL file, relative to the working directory or absolute.
    pub root: PathBuf,
    /// Folders in which includes are looked for, in order, after the folder of the including file
    /// and before the working directory (`-I`).
    pub include_dirs: Vec<PathBuf>,
}

/// What came of it.
#[derive(Debug)]
pub struct Loaded {
    /// The schema; `None` exactly when there is an error among the diagnostics.
    pub schema: Option<Schema>,
    /// The text of every file that was read, for drawing the diagnostics.
    pub sources: SourceMap,
    /// Errors and warnings, sorted by file and position; at most
    /// [`MAX_DIAGNOSTICS`](crate::MAX_DIAGNOSTICS) of each.
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics were dropped because of that bound.
    pub dropped: usize,
}

impl Loaded {
    /// Whether there is an error among the diagnostics.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error)
    }
}

/// Loads a Thrift file and everything it includes.
///
/// Never panics and never recurses without bound, whatever the bytes. A file that is not Thrift
/// stops at its first error, and then names and values are not looked at in any file; else every
/// rule that is broken is reported in one run.
///
/// ```no_run
/// use streamgen_idl::{Disk, LoadOptions, load};
///
/// let options = LoadOptions { root: "idl/echo.thrift".into(), include_dirs: vec!["idl".into()] };
/// let loaded = load(&options, &Disk);
/// for found in &loaded.diagnostics {
///     let place = found.primary_span().and_then(|span| loaded.sources.position(span));
///     println!("{} {}: {} at {place:?}", found.severity, found.code, found.message);
/// }
/// if let Some(schema) = loaded.schema {
///     for (def, _) in schema.services_of(schema.root) {
///         println!("{} has {} methods", def.name, schema.methods_of(def.id).len());
///     }
/// }
/// ```
#[must_use]
pub fn load(options: &LoadOptions, files: &dyn FileSystem) -> Loaded {
    let mut sources = SourceMap::new();
    let mut report = Report::default();
    let schema = thrift::load(options, files, &mut sources, &mut report);
    let schema = schema.filter(|_| !report.has_errors());
    let (diagnostics, dropped) = report.finish();
    Loaded {
        schema,
        sources,
        diagnostics,
        dropped,
    }
}
