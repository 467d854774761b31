//! What a run is asked to do, after the command line or `build.rs` has been understood.

mod choice;
mod extern_path;
mod flags;
mod idl_path;
pub(crate) mod idl_ref;
mod path_attribute;
mod path_option;
mod rename;
mod rust_path;
mod types;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

pub use choice::PathChoice;
pub(crate) use choice::chosen;
pub use extern_path::ExternPath;
pub use idl_path::{IdlPath, InvalidIdlPath};
pub use path_attribute::PathAttribute;
pub use path_option::InvalidPathOption;
pub use rename::Rename;
pub use rust_path::{InvalidRustPath, RustPath};
pub use types::{BytesType, MapType, StringType, TypeOptions, UnknownChoice};

/// Name of the folder, below `src/`, that generated code goes to unless [`Options::gen_path`] says otherwise.
pub const DEFAULT_GEN_PATH: &str = "stream_gen";

/// Name of the file that says what is generated in a project, beside its `Cargo.toml`.
pub(crate) const SETTINGS_FILE: &str = "streamgen.toml";

/// The name of an IDL that is in no file, in messages and in generated code. No file of that name is looked for.
pub(crate) const INLINE_NAME: &str = "<stdin>";

/// The word for such an IDL on the command line, and in what a project records.
pub(crate) const INLINE_WORD: &str = "-";

/// Everything that decides what a run produces.
///
/// The command line fills this in, and so does any other door, so that all give the same bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The root IDL.
    pub idl: PathBuf,
    /// Its text, if it is in no file; see [`from_text`](Self::from_text).
    pub(crate) text: Option<Arc<[u8]>>,
    /// Kind of the IDL; `None` goes by the file's suffix.
    pub idl_type: Option<IdlType>,
    /// Folders searched for includes, in order, after the including file's own.
    pub include_dirs: Vec<PathBuf>,
    /// A `FileDescriptorSet` that is read instead of `.proto` files; the root IDL then is the name of
    /// a file in it.
    pub descriptor_set: Option<PathBuf>,
    /// Generate Kitex's StreamX surface. Otherwise services have the classic one: clients of their own
    /// for streams, and handlers of streams without a context in front.
    pub streamx: bool,
    /// Name of the Cargo package (Kitex's `-module`).
    pub module: Option<String>,
    /// Name under which the service is deployed; asks for `src/main.rs` and `src/handler.rs`.
    pub service: Option<String>,
    /// Folder below `src/` for generated code, also the name of its root module.
    pub gen_path: String,
    /// Folder of the Cargo package.
    pub out_dir: PathBuf,
    /// Where a new `Cargo.toml` finds `streamgen-runtime`.
    pub runtime: Option<RuntimeSource>,
    /// Write the descriptors of Protobuf too, as a constant: what server reflection tells clients.
    pub descriptors: bool,
    /// Generate the code of the root IDL only; another run provides that of the files that it includes.
    /// No effect on Protobuf.
    pub no_recurse: bool,
    /// A file in YAML that says which IDL files exist in Rust, as thriftgo's `code_ref` reads it. Paths in
    /// it are relative to its folder. No effect on Protobuf.
    pub idl_ref: Option<PathBuf>,
    /// Serve all services of the root IDL as one more, `CombineService`.
    pub combine_service: bool,
    /// The code exists already, in this module of the package or of another crate: only the files for
    /// the program and its handlers are written, and name it there.
    pub use_path: Option<RustPath>,
    /// Give servers a function that makes an invoker, which serves calls without a socket. A program
    /// that serves is not written then.
    pub invoker: bool,
    /// Give each service a handler for tests, `Mock…`, which the test tells what to answer.
    pub mock: bool,
    /// Copy the IDL files beside the generated code.
    pub copy_idl: bool,
    /// Write a script that runs every job of the project again.
    pub record: bool,
    /// Give the traits of handlers a body for each method, which answers that it is not implemented, so
    /// that a new method of the IDL breaks no build.
    pub default_handlers: bool,
    /// Insert what existing handlers and programs lack into their files. Otherwise it is only told.
    pub edit_handlers: bool,
    /// The `streamgen.toml` that the options are from. The jobs of the project then are those that run
    /// together, and no others.
    pub settings_file: Option<PathBuf>,
    /// Write the workflow of this system for continuous integration, unless there is one.
    pub ci: Option<CiSystem>,
    /// Rust names for parts of the IDL.
    pub renames: Vec<Rename>,
    /// How types of the IDL become types of Rust.
    pub types: TypeOptions,
}

impl Options {
    /// Options for one IDL with every other setting at its default.
    pub fn new(idl: impl Into<PathBuf>) -> Self {
        Self {
            idl: idl.into(),
            text: None,
            idl_type: None,
            include_dirs: Vec::new(),
            descriptor_set: None,
            streamx: false,
            module: None,
            service: None,
            gen_path: DEFAULT_GEN_PATH.to_owned(),
            out_dir: PathBuf::from("."),
            runtime: None,
            descriptors: false,
            no_recurse: false,
            idl_ref: None,
            combine_service: false,
            use_path: None,
            invoker: false,
            mock: false,
            copy_idl: false,
            record: false,
            default_handlers: false,
            edit_handlers: true,
            settings_file: None,
            ci: None,
            renames: Vec::new(),
            types: TypeOptions::default(),
        }
    }

    /// Options for an IDL that is in no file, such as one that came from standard input. Messages and
    /// generated code call it `<stdin>`, its includes are looked for in the working directory and in
    /// [`include_dirs`](Self::include_dirs), and a project records it as `-`: it can have one.
    pub fn from_text(text: impl Into<Arc<[u8]>>, idl_type: IdlType) -> Self {
        Self {
            text: Some(text.into()),
            idl_type: Some(idl_type),
            ..Self::new(INLINE_NAME)
        }
    }
}

/// The IDL languages that Kitex's `-type` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdlType {
    /// `.thrift`
    Thrift,
    /// `.proto`
    Protobuf,
}

/// A system for continuous integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiSystem {
    /// GitHub Actions: `.github/workflows`.
    GitHub,
    /// GitLab CI: `.gitlab-ci.yml`.
    GitLab,
}

impl FromStr for CiSystem {
    type Err = UnknownChoice;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "github" => Ok(Self::GitHub),
            "gitlab" => Ok(Self::GitLab),
            _ => Err(UnknownChoice::new(text, "github and gitlab")),
        }
    }
}

/// Where Cargo is to find `streamgen-runtime`: the value of `-runtime`.
///
/// It is never left to a bare version by default: nobody has published the crate yet, and a name
/// that the registry resolves to somebody else's code must not come out of a generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeSource {
    /// `path:DIR`, a folder that holds the crate.
    Path(PathBuf),
    /// `version:REQ`, a Cargo version requirement.
    Version(String),
    /// `git:URL` or `git:URL#REV`.
    Git {
        /// Address of the repository.
        url: String,
        /// Commit, tag or branch that Cargo is pinned to.
        rev: Option<String>,
    },
}

impl FromStr for RuntimeSource {
    type Err = InvalidRuntimeSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidRuntimeSource(text.to_owned());
        let (kind, value) = text.split_once(':').ok_or_else(invalid)?;
        if value.is_empty() || value.contains(['"', '\n', '\r']) {
            return Err(invalid());
        }
        match kind {
            "path" => Ok(Self::Path(PathBuf::from(value))),
            "version" => Ok(Self::Version(value.to_owned())),
            "git" => Ok(match value.split_once('#') {
                Some((url, rev)) => Self::Git {
                    url: url.to_owned(),
                    rev: Some(rev.to_owned()),
                },
                None => Self::Git {
                    url: value.to_owned(),
                    rev: None,
                },
            }),
            _ => Err(invalid()),
        }
    }
}

/// A `-runtime` value in none of the three forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRuntimeSource(String);

impl fmt::Display for InvalidRuntimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is none of path:DIR, version:REQUIREMENT and git:URL[#REV]",
            self.0
        )
    }
}

impl std::error::Error for InvalidRuntimeSource {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtime_source_forms() {
        assert_eq!(
            "path:../rt".parse(),
            Ok(RuntimeSource::Path("../rt".into()))
        );
        assert_eq!(
            "version:0.1".parse(),
            Ok(RuntimeSource::Version("0.1".into()))
        );
        assert_eq!(
            "git:https://example.com/x.git#v1".parse(),
            Ok(RuntimeSource::Git {
                url: "https://example.com/x.git".into(),
                rev: Some("v1".into())
            })
        );
        for bad in ["", "path", "path:", "url:x", "version:1\"\nx = \"2"] {
            assert!(bad.parse::<RuntimeSource>().is_err(), "{bad:?}");
        }
    }
}
