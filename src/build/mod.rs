//! The door for `build.rs`: IDL in, modules in Cargo's `OUT_DIR` out.
//!
//! The modules have the bytes that the command line writes. What a project has besides, such as
//! `Cargo.toml`, handlers and `streamgen.lock`, is not made here.

mod cargo;
mod error;
mod seen;
mod settings;
mod tree;

use std::path::{Path, PathBuf};

use streamgen_idl::Disk;

use crate::error::Error;
use crate::generate::{Purpose, Surroundings, generate_all_beside};
use crate::options::Options;

pub use error::BuildError;
use seen::Seen;

/// Generates code when a package is built, for `streamgen_runtime::include_gen!()`.
///
/// The methods have the names of the command line's flags, and do the same.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), streamgen::BuildError> {
///     streamgen::Generator::new().streamx(true).include("idl").compile(&["idl/echo.thrift"])
/// }
/// ```
///
/// ```ignore
/// // src/lib.rs or src/main.rs
/// streamgen_runtime::include_gen!(); // declares `pub mod stream_gen`
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is generated before `compile` is called"]
pub struct Generator {
    /// Those of every IDL.
    options: Options,
    /// Where the modules go; `None` for Cargo's `OUT_DIR`.
    out_dir: Option<PathBuf>,
    /// Whether Cargo reads what is printed.
    tells_cargo: bool,
    /// What is wrong with the values of options. A method has no place to say so.
    mistakes: Vec<String>,
}

impl Generator {
    /// A generator with every option at its default.
    pub fn new() -> Self {
        Self {
            options: Options::new(""),
            out_dir: None,
            tells_cargo: true,
            mistakes: Vec::new(),
        }
    }

    /// Generates the modules of some IDLs, with paths as seen from the folder of the package. Later calls
    /// in the same build add to the same module tree, unless they have another
    /// [`gen_path`](Self::gen_path); what two IDLs share is generated once.
    ///
    /// Tells Cargo to run `build.rs` again when a file changes that was read, or when one turns up in a
    /// folder that is searched before the one where an included file was found. That second rule leaves
    /// out folders that hold the package or its `OUT_DIR`, for there Cargo would always see a change.
    /// Warnings on the IDL become warnings of Cargo.
    ///
    /// Writes all files or none, and leaves alone those whose bytes would be the same. Removes modules
    /// that an earlier build has generated and this one has not. So IDLs that share a tree are best given
    /// in one call: the first of several would remove what the others generate again.
    ///
    /// # Errors
    ///
    /// When an option has a value that cannot be followed, and for the reasons of
    /// [`generate`](crate::generate()). Returned from `main`, the error is printed as the command line
    /// prints it, with the lines of the IDL.
    pub fn compile<P: AsRef<Path>>(&self, idls: &[P]) -> Result<(), BuildError> {
        let idls: Vec<_> = idls.iter().map(|idl| idl.as_ref().to_owned()).collect();
        let out_dir = self
            .checked(&idls)
            .map_err(|message| BuildError::new(&idls, vec![Error::usage(message)]))?;
        let (outcome, lines) = self.run(&idls, &out_dir);
        if self.tells_cargo {
            cargo::tell(&lines);
        }
        outcome.map_err(|errors| BuildError::new(&idls, errors))
    }

    /// Where the modules go, if there is something to do and all options have values.
    fn checked(&self, idls: &[PathBuf]) -> Result<PathBuf, String> {
        if !self.mistakes.is_empty() {
            return Err(self.mistakes.join("\n"));
        }
        if idls.is_empty() {
            return Err("no IDL is given to `compile`".to_owned());
        }
        let out_dir = self.out_dir.clone().or_else(cargo::out_dir);
        out_dir.ok_or_else(|| {
            "OUT_DIR is not set, as it is while Cargo runs a build.rs; elsewhere, name a folder \
             with `out_dir`"
                .to_owned()
        })
    }

    /// Does the work, and says what Cargo has to know in any case.
    fn run(&self, idls: &[PathBuf], out_dir: &Path) -> (Result<(), Vec<Error>>, Vec<String>) {
        let seen = Seen::new(&Disk);
        let around = Surroundings {
            idl_files: &seen,
            purpose: Purpose::Build,
            ..Surroundings::of_project()
        };
        let jobs: Vec<_> = idls.iter().map(|idl| self.job(idl)).collect();
        let outcome = tree::grow(out_dir, &self.options.gen_path, |planned| {
            generate_all_beside(&jobs, planned, around)
        });
        let mut lines = cargo::reruns(&seen, out_dir);
        let outcome = outcome.map(|batch| lines.extend(cargo::warnings(&batch)));
        (outcome, lines)
    }

    fn job(&self, idl: &Path) -> Options {
        let mut options = Options {
            idl: idl.to_owned(),
            ..self.options.clone()
        };
        // A name is written by serde only.
        options.types.serde |= options.types.enum_as_text;
        options
    }
}

impl Default for Generator {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As on the command line, the order of two flags does not matter.
    #[test]
    fn enums_as_text_need_serde_whatever_is_said_of_it() {
        let derives = |generator: Generator| generator.job(Path::new("a.thrift")).types.serde;
        let plain = Generator::new;
        assert!(derives(plain().enum_as_text(true).serde(false)));
        assert!(derives(plain().serde(false).enum_as_text(true)));
        assert!(derives(plain().serde(true).enum_as_text(false)));
        assert!(!derives(plain().enum_as_text(true).enum_as_text(false)));
    }
}
