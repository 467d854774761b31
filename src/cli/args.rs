//! The flags, as typed. Nothing here touches the file system; `settings` gives them a meaning.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use clap_complete::Shell;

use super::choice::Choice;
use super::kitex_args::KitexOnly;
use super::output_args::OutputArgs;
use super::switch::Switch;
use crate::options::{
    BytesType, CiSystem, DEFAULT_GEN_PATH, ExternPath, IdlPath, MapType, PathAttribute, Rename,
    RuntimeSource, StringType,
};

/// Kitex accepts any number of flags and exactly one IDL; `-flag` and `--flag` are the same. Here there
/// may be several IDLs.
#[derive(Debug, Parser)]
#[command(
    name = "streamgen",
    version,
    about = "Generates a Rust client and server from a Thrift or Protobuf IDL, for Kitex's protocols",
    override_usage = "streamgen [flags] [IDL...]\n       streamgen init [flags] [IDL...]",
    after_help = AFTER_SHORT_HELP,
    after_long_help = AFTER_HELP,
    args_override_self = true,
    disable_help_subcommand = true,
    disable_version_flag = true
)]
pub(super) struct Args {
    /// Root IDL files, or - for one from standard input; -service serves the first one; without any, streamgen.toml says what to do
    #[arg(value_name = "IDL")]
    pub(super) idl: Vec<PathBuf>,

    /// Name of the Cargo package, as in -module shop; taken from an existing Cargo.toml when absent
    #[arg(long, value_name = "NAME", help_heading = "Project")]
    pub(super) module: Option<String>,

    /// Name the service is deployed under, as in -service shop; also writes src/main.rs and src/handler.rs
    #[arg(long, value_name = "NAME", help_heading = "Project")]
    pub(super) service: Option<String>,

    /// Generate the StreamX surface, one client for ping-pong and streaming methods: -streamx
    #[arg(long, switch(), help_heading = "IDL")]
    pub(super) streamx: bool,

    /// Folder of the Cargo package, as in -out services/shop
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        help_heading = "Project"
    )]
    pub(super) out: PathBuf,

    /// Folder to search for included IDL files, as in -I idl; may be repeated
    #[arg(
        short = 'I',
        long = "include",
        value_name = "DIR",
        help_heading = "IDL"
    )]
    pub(super) include: Vec<PathBuf>,

    /// Read this FileDescriptorSet instead of .proto files; IDL names a file in it
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "IDL",
        hide_short_help = true
    )]
    pub(super) descriptor_set: Option<PathBuf>,

    /// IDL language, when the file's suffix does not tell: thrift or protobuf
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = "unknown",
        hide_default_value = true,
        help_heading = "IDL",
        hide_short_help = true
    )]
    pub(super) idl_type: String,

    /// Folder below src/ for generated code
    #[arg(long, value_name = "NAME", default_value = DEFAULT_GEN_PATH, help_heading = "Project", hide_short_help = true)]
    pub(super) gen_path: String,

    /// Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]
    #[arg(
        long,
        value_name = "SOURCE",
        help_heading = "Project",
        hide_short_help = true
    )]
    pub(super) runtime: Option<RuntimeSource>,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// Rust type of string: faststr or string
    #[arg(long, value_name = "TYPE", default_value_t = StringType::default(), help_heading = "Types", hide_short_help = true)]
    pub(super) string_type: StringType,

    /// Rust type of binary: bytes, the default, or vec; for fields of messages 'Page.image=vec' too
    #[arg(
        long,
        value_name = "[PATH=]TYPE",
        help_heading = "Types",
        hide_short_help = true
    )]
    pub(super) bytes_type: Vec<Choice<BytesType>>,

    /// Rust types of map and set: hash, the default, or btree; for fields of messages 'Page.terms=btree' too
    #[arg(
        long,
        value_name = "[PATH=]TYPE",
        help_heading = "Types",
        hide_short_help = true
    )]
    pub(super) map_type: Vec<Choice<MapType>>,

    /// Derive serde's traits, with the names of the IDL: -serde
    #[arg(long, switch(), help_heading = "Types")]
    pub(super) serde: bool,

    /// Derive serde's traits, with an enum as its name in the IDL instead of its number
    #[arg(long, switch(), help_heading = "Types", hide_short_help = true)]
    pub(super) enum_as_text: bool,

    /// Keep fields that the IDL does not have, and write them back
    #[arg(long, switch(), help_heading = "Types", hide_short_help = true)]
    pub(super) keep_unknown_fields: bool,

    /// Leave out structs that no service of the IDL reaches
    #[arg(long, switch(), help_heading = "IDL", hide_short_help = true)]
    pub(super) only_reachable: bool,

    /// Attribute for types, as in 'echo.Request=#[derive(Eq)]'; may be repeated
    #[arg(
        long,
        value_name = "PATH=ATTRIBUTE",
        help_heading = "Types",
        hide_short_help = true
    )]
    pub(super) type_attribute: Vec<PathAttribute>,

    /// Attribute for fields, as in 'Request.id=#[serde(skip)]'; may be repeated
    #[arg(
        long,
        value_name = "PATH=ATTRIBUTE",
        help_heading = "Types",
        hide_short_help = true
    )]
    pub(super) field_attribute: Vec<PathAttribute>,

    /// Part of the IDL that exists in Rust, as in 'base=::common::base'; may be repeated
    #[arg(
        long,
        value_name = "PATH=RUST",
        help_heading = "IDL",
        hide_short_help = true
    )]
    pub(super) extern_path: Vec<ExternPath>,

    /// Rust name of a package, a definition or a member, as in 'acme.Order.id=key'; may be repeated
    #[arg(
        long,
        value_name = "PATH=NAME",
        help_heading = "IDL",
        hide_short_help = true
    )]
    pub(super) rename: Vec<Rename>,

    /// Types whose Debug is written by hand, as in 'echo.Request'; may be repeated
    #[arg(
        long,
        value_name = "PATH",
        help_heading = "Types",
        hide_short_help = true
    )]
    pub(super) skip_debug: Vec<IdlPath>,

    /// Generate google.protobuf instead of taking prost's types for it
    #[arg(long, switch(), help_heading = "Types", hide_short_help = true)]
    pub(super) compile_well_known_types: bool,

    /// Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection
    #[arg(long, switch(), help_heading = "IDL", hide_short_help = true)]
    pub(super) descriptors: bool,

    /// Give the traits of handlers a body for each method, which answers "unimplemented"
    #[arg(long, switch(), help_heading = "Handlers", hide_short_help = true)]
    pub(super) default_handlers: bool,

    /// Give services a `Mock…` for tests, a handler that is told which calls to expect and what to answer
    #[arg(long, switch(), help_heading = "Handlers", hide_short_help = true)]
    pub(super) mock: bool,

    /// Tell what existing handlers and programs lack, instead of inserting it: -no-handler-edit
    #[arg(long, switch(), help_heading = "Handlers")]
    pub(super) no_handler_edit: bool,

    /// Write the workflow that builds, lints, tests and checks, unless there is one: -ci github or -ci gitlab
    #[arg(long, value_name = "SYSTEM", help_heading = "Checks")]
    pub(super) ci: Option<CiSystem>,

    /// Write nothing, and fail unless every file is as it would be written, for CI: -check
    #[arg(long, switch(), help_heading = "Checks")]
    pub(super) check: bool,

    /// Write nothing, and print what would change, as a unified diff on stdout: -diff | git apply
    #[arg(long, switch(), help_heading = "Checks")]
    pub(super) diff: bool,

    /// Write nothing, and say what would be done with each file
    #[arg(long, switch(), help_heading = "Checks", hide_short_help = true)]
    pub(super) dry_run: bool,

    /// Write nothing, and print the IDL on stdout as other programs read it: ast, which is JSON
    #[arg(
        long,
        value_name = "FORM",
        hide_possible_values = true,
        help_heading = "Checks",
        hide_short_help = true
    )]
    pub(super) emit: Option<Emit>,

    /// Say nothing but errors and warnings: -q
    #[arg(short = 'q', long, switch(), help_heading = "Messages")]
    pub(super) quiet: bool,

    /// Say what is done with each file, and what took how long: -v
    #[arg(short = 'v', long, switch(), help_heading = "Messages")]
    pub(super) verbose: bool,

    /// Form of messages: human on stderr, or json on stdout, one object a line
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Messages",
        hide_short_help = true
    )]
    pub(super) message_format: MessageFormat,

    /// Print what the code of a message means, and exit, as in -explain SG0022
    #[arg(long, value_name = "CODE", help_heading = "Messages")]
    pub(super) explain: Option<String>,

    /// Print a script for the completion of flags: bash, zsh, fish or powershell
    #[arg(
        long,
        value_name = "SHELL",
        hide_possible_values = true,
        help_heading = "Messages",
        hide_short_help = true
    )]
    pub(super) completions: Option<Shell>,

    /// Print the manual page
    #[arg(long, help_heading = "Messages", hide_short_help = true)]
    pub(super) man_page: bool,

    /// Print the JSON schema of streamgen.toml, for editors
    #[arg(long, help_heading = "Messages", hide_short_help = true)]
    pub(super) toml_schema: bool,

    /// Print version
    #[arg(long, help_heading = "Messages", action = clap::ArgAction::Version)]
    version: Option<bool>,

    #[command(flatten)]
    pub(super) kitex: KitexOnly,
}

/// What is printed of an IDL instead of generating code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Emit {
    /// The shared AST.
    Ast,
}

/// Who the messages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MessageFormat {
    /// People.
    Human,
    /// Programs.
    Json,
}

impl MessageFormat {
    /// The format that the words ask for, also when they are wrong otherwise.
    pub(super) fn of_words(words: &[String]) -> Self {
        match words.iter().any(|word| word == "--message-format=json") {
            true => Self::Json,
            false => Self::Human,
        }
    }
}

const AFTER_SHORT_HELP: &str = "\
Examples:
  streamgen -streamx -module shop -service shop shop.thrift     a new project that serves shop.thrift
  streamgen -module shop pow.proto                              which now can call pow.proto, too
  streamgen -check -streamx -service shop shop.thrift           what CI runs

--help has all flags.";

const AFTER_HELP: &str = "\
Flags may be written with one dash or two, before or after the IDL.

Exit status: 0 success, 1 the IDL or a file is at fault, 2 the command line is at fault,
101 streamgen itself is at fault.";
