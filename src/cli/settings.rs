//! From words that parse to options that make sense.

use std::path::{Path, PathBuf};

use crate::options::{IdlType, Options, TypeOptions};
use crate::output::is_file;

use super::args::Args;
use super::choice;
use super::kitex_flags;
use super::kitex_thrift::ThriftOptions;
use super::mode::Run;
use super::output_args::OutputArgs;
use super::settings_file::SettingsFile;
use super::stdin::{self, Input};

const NO_IDL: &str = "no IDL file given, as in: streamgen -module echo echo.thrift; and there is no \
                      streamgen.toml here or in a folder above, which `streamgen init` writes";

/// A command line that has been understood, with the settings file that it follows.
#[derive(Debug)]
pub(super) struct Settings {
    /// What to generate, one job for each IDL. The first one may be served.
    pub(super) jobs: Vec<Options>,
    pub(super) run: Run,
    /// One line each, without the word "warning".
    pub(super) warnings: Vec<String>,
    /// The file that has the jobs, if the command line has none.
    pub(super) file: Option<SettingsFile>,
}

impl Settings {
    /// A run of these jobs, without warnings.
    pub(super) fn new(mut jobs: Vec<Options>, run: Run) -> Self {
        for job in &mut jobs {
            job.ci = run.ci;
        }
        Self {
            jobs,
            run,
            warnings: Vec::new(),
            file: None,
        }
    }

    /// The folder that all jobs write to.
    pub(super) fn out_dir(&self) -> &Path {
        self.jobs.first().map_or(Path::new("."), |job| &job.out_dir)
    }
}

/// The settings of a command line with IDLs. Checks what clap cannot: rules between flags. `input` reads an
/// IDL from standard input.
///
/// # Errors
///
/// One sentence for the user; the exit status is 2 (`kitex-tool.md` 4).
pub(super) fn settings(args: Args, input: Input) -> Result<Settings, String> {
    let kitex = kitex_flags::judge(&args.kitex)?;
    let run = Run::of(&args)?;
    let [first, others @ ..] = args.idl.as_slice() else {
        return Err(NO_IDL.to_owned());
    };
    if args.output.use_path.is_some() && !others.is_empty() {
        return Err("-use takes one IDL: the code of all of them exists already".to_owned());
    }
    let (first, others) = (first.clone(), others.to_vec());
    let mut jobs = jobs(options(first, args, kitex.thrift)?, others);
    stdin::take(&mut jobs, input)?;
    Ok(Settings {
        warnings: kitex.warnings,
        ..Settings::new(jobs, run)
    })
}

/// The options of one job. `args` are its flags, whose IDLs do not count, and `thrift` what `-thrift` asks
/// for.
///
/// # Errors
///
/// One sentence for the user, when the flags cannot be followed.
pub(super) fn options(idl: PathBuf, args: Args, thrift: ThriftOptions) -> Result<Options, String> {
    let mut options = Options::new(idl);
    options.idl_type = idl_type(&args.idl_type)?;
    refuse_repositories(&args.include)?;
    options.include_dirs = args.include;
    options.descriptor_set = args.descriptor_set;
    options.streamx = args.streamx || thrift.streamx;
    // An empty value is the same as none, as in Go.
    options.module = args.module.filter(|name| !name.is_empty());
    options.service = args.service.filter(|name| !name.is_empty());
    options.gen_path = args.gen_path;
    options.out_dir = args.out;
    options.runtime = args.runtime;
    options.descriptors = args.descriptors;
    options.default_handlers = args.default_handlers;
    options.mock = args.mock;
    options.edit_handlers = !args.no_handler_edit;
    options.renames = args.rename;
    set_output(&mut options, args.output)?;
    if options.use_path.is_some() && options.mock {
        return Err("-mock has no place with -use, which writes no code".to_owned());
    }
    if thrift.code_ref && options.idl_ref.is_none() {
        options.idl_ref = Some(idl_ref_here()?);
    }
    let (bytes, bytes_of) = choice::sorted(args.bytes_type);
    let (maps, maps_of) = choice::sorted(args.map_type);
    let enum_as_text = args.enum_as_text || thrift.enum_as_text;
    options.types = TypeOptions {
        strings: args.string_type,
        bytes,
        bytes_of,
        maps,
        maps_of,
        // A name is written by serde only.
        serde: args.serde || enum_as_text,
        enum_as_text,
        keep_unknown_fields: args.keep_unknown_fields || thrift.keep_unknown_fields,
        only_reachable: args.only_reachable || thrift.trim_idl,
        type_attributes: args.type_attribute,
        field_attributes: args.field_attribute,
        extern_paths: args.extern_path,
        skip_debug: args.skip_debug,
        compile_well_known_types: args.compile_well_known_types,
    };
    Ok(options)
}

/// One job for each IDL: the first has all options, and the others those of a client.
fn jobs(first: Options, others: Vec<PathBuf>) -> Vec<Options> {
    let of_other = |idl| Options {
        idl,
        service: None,
        ..first.clone()
    };
    let mut jobs: Vec<_> = others.into_iter().map(of_other).collect();
    jobs.insert(0, first);
    jobs
}

/// What is written besides or instead of the code of every file.
fn set_output(options: &mut Options, args: OutputArgs) -> Result<(), String> {
    let use_path = args.use_path.filter(|path| !path.is_empty());
    let use_path = use_path.map(|path| path.parse().map_err(|error| format!("-use {error}")));
    options.use_path = use_path.transpose()?;
    if options.use_path.is_some() && options.service.is_none() {
        // Kitex's own rule (`kitex-tool.md` 4).
        return Err("-use needs -service: it is about the program that serves".to_owned());
    }
    if options.use_path.is_some() && args.copy_idl {
        return Err("-copy-idl has no place with -use, which writes no code".to_owned());
    }
    options.no_recurse = args.no_recurse;
    options.idl_ref = args.idl_ref;
    options.combine_service = args.combine_service;
    options.invoker = args.invoker;
    options.copy_idl = args.copy_idl;
    options.record = args.record;
    Ok(())
}

/// The file that thriftgo reads for `code_ref`, in the current folder.
fn idl_ref_here() -> Result<PathBuf, String> {
    const NAMES: [&str; 2] = ["idl-ref.yml", "idl-ref.yaml"];
    let mut files = NAMES.iter().map(PathBuf::from);
    let [first, second] = NAMES;
    files.find(|file| is_file(file)).ok_or_else(|| {
        format!("-thrift code_ref: there is no {first} or {second} in this folder; name one with -idl-ref")
    })
}

/// Refuses addresses of repositories among the folders of `-I`, which Kitex clones: what a generator
/// writes is to depend on files that are there, so that a run needs no network and gives the same tomorrow.
///
/// # Errors
///
/// One sentence for the first one.
pub(super) fn refuse_repositories<'a>(
    dirs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<(), String> {
    let mut dirs = dirs.into_iter();
    match dirs.find(|dir| is_repository(&dir.to_string_lossy())) {
        Some(url) => Err(format!(
            "-I `{}` is a repository, and streamgen fetches nothing: clone it, as with `git clone` or \
             `git submodule add`, and give its folder",
            url.display()
        )),
        None => Ok(()),
    }
}

/// Whether Kitex would clone what an `-I` says.
pub(super) fn is_repository(dir: &str) -> bool {
    const REPOSITORIES: [&str; 4] = ["git@", "http://", "https://", "ssh://"];
    REPOSITORIES.iter().any(|start| dir.starts_with(start))
}

fn idl_type(text: &str) -> Result<Option<IdlType>, String> {
    match text {
        "" | "unknown" => Ok(None),
        "thrift" => Ok(Some(IdlType::Thrift)),
        "protobuf" => Ok(Some(IdlType::Protobuf)),
        other => Err(format!(
            "unsupported IDL type `{other}`: -type is thrift or protobuf"
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::cli::argv;

    fn understood(words: &[String]) -> Options {
        let command = Args::command();
        let matches = argv::matches(&command, words.to_vec()).expect("clap takes them");
        let args = Args::from_arg_matches(&matches).expect("they are values");
        let input = || Ok(b"namespace rs a".to_vec());
        settings(args, input)
            .expect("they make sense")
            .jobs
            .remove(0)
    }

    /// What `streamgen.lock` records is what somebody could type, to the same effect.
    #[test]
    fn options_are_the_flags_that_make_them() {
        let typed = [
            "-service=a.b c",
            "-streamx",
            "-I=idl",
            "-I=../idl",
            "-descriptor-set=a/set.bin",
            "-type=protobuf",
            "-no-recurse",
            "-combine-service",
            "-string-type=string",
            "-bytes-type=vec",
            "-bytes-type=Page.image=bytes",
            "-map-type=btree",
            "-map-type=.a=hash",
            "-serde",
            "-enum-as-text",
            "-keep-unknown-fields",
            "-only-reachable",
            "-type-attribute=.=#[derive(Eq)]",
            "-field-attribute=A.b=#[doc = \"x=y\"]",
            "-extern-path=base=::common::base",
            "-skip-debug=.a.B",
            "-compile-well-known-types",
            "-rename=a.B=Other",
            "-descriptors",
            "-copy-idl",
            "-invoker",
            "-default-handlers",
            "-mock",
            "a.proto",
        ];
        let typed = typed.map(str::to_owned);
        let options = understood(&typed);
        let mut flags = options.flags();
        flags.push(options.idl_of_project());
        assert_eq!(flags, typed);
        assert_eq!(understood(&flags).types, options.types);

        let plain = understood(&["idl/a.thrift".to_owned()]);
        assert_eq!(plain.flags(), [] as [&str; 0]);
        assert_eq!(plain.idl_of_project(), "idl/a.thrift");
        let inline = understood(&["-type=thrift".to_owned(), "-".to_owned()]);
        assert_eq!(inline.flags(), ["-type=thrift"]);
        assert_eq!(inline.idl_of_project(), "-");
    }
}
