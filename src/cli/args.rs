//! The flags, as typed. Nothing here touches the file system; `settings` gives them a meaning.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use super::choice::Choice;
use crate::options::{
    BytesType, DEFAULT_GEN_PATH, ExternPath, IdlPath, MapType, PathAttribute, Rename,
    RuntimeSource, StringType,
};

/// Kitex accepts any number of flags and exactly one IDL; `-flag` and `--flag` are the same.
#[derive(Debug, Parser)]
#[command(
    name = "streamgen",
    version,
    about = "Generates a Rust client and server from a Thrift or Protobuf IDL, for Kitex's protocols",
    override_usage = "streamgen [flags] IDL",
    after_help = AFTER_HELP,
    args_override_self = true,
    disable_version_flag = true
)]
pub(super) struct Args {
    /// Root IDL file
    #[arg(value_name = "IDL")]
    pub(super) idl: Vec<PathBuf>,

    /// Name of the Cargo package; taken from an existing Cargo.toml when absent
    #[arg(long, value_name = "NAME")]
    pub(super) module: Option<String>,

    /// Name the service is deployed under; also writes src/main.rs and src/handler.rs
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,

    /// Generate the StreamX surface: one client for ping-pong and streaming methods
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) streamx: bool,

    /// Folder of the Cargo package
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) out: PathBuf,

    /// Folder to search for included IDL files; may be repeated
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    pub(super) include: Vec<PathBuf>,

    /// Read this FileDescriptorSet instead of .proto files; IDL names a file in it
    #[arg(long, value_name = "FILE")]
    pub(super) descriptor_set: Option<PathBuf>,

    /// IDL language, when the file's suffix does not tell: thrift or protobuf
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = "unknown",
        hide_default_value = true
    )]
    pub(super) idl_type: String,

    /// Folder below src/ for generated code
    #[arg(long, value_name = "NAME", default_value = DEFAULT_GEN_PATH)]
    pub(super) gen_path: String,

    /// Where a new Cargo.toml finds streamgen-runtime: path:DIR, version:REQUIREMENT or git:URL[#REV]
    #[arg(long, value_name = "SOURCE")]
    pub(super) runtime: Option<RuntimeSource>,

    /// Form of messages: human on stderr, or json on stdout, one object a line
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(super) message_format: MessageFormat,

    /// Print what a code such as SG0022 means, with examples, and exit
    #[arg(long, value_name = "CODE")]
    pub(super) explain: Option<String>,

    /// Rust type of string: faststr or string
    #[arg(long, value_name = "TYPE", default_value_t = StringType::default())]
    pub(super) string_type: StringType,

    /// Rust type of binary: bytes, the default, or vec; for fields of messages 'Page.image=vec' too
    #[arg(long, value_name = "[PATH=]TYPE")]
    pub(super) bytes_type: Vec<Choice<BytesType>>,

    /// Rust types of map and set: hash, the default, or btree; for fields of messages 'Page.terms=btree' too
    #[arg(long, value_name = "[PATH=]TYPE")]
    pub(super) map_type: Vec<Choice<MapType>>,

    /// Derive serde's traits, with the names of the IDL
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) serde: bool,

    /// Keep fields that the IDL does not have, and write them back
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) keep_unknown_fields: bool,

    /// Leave out structs that no service of the IDL reaches
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) only_reachable: bool,

    /// Attribute for types, as in 'echo.Request=#[derive(Eq)]'; may be repeated
    #[arg(long, value_name = "PATH=ATTRIBUTE")]
    pub(super) type_attribute: Vec<PathAttribute>,

    /// Attribute for fields, as in 'Request.id=#[serde(skip)]'; may be repeated
    #[arg(long, value_name = "PATH=ATTRIBUTE")]
    pub(super) field_attribute: Vec<PathAttribute>,

    /// Part of the IDL that exists in Rust, as in 'base=::common::base'; may be repeated
    #[arg(long, value_name = "PATH=RUST")]
    pub(super) extern_path: Vec<ExternPath>,

    /// Rust name of a package, a definition or a member, as in 'acme.Order.id=key'; may be repeated
    #[arg(long, value_name = "PATH=NAME")]
    pub(super) rename: Vec<Rename>,

    /// Types whose Debug is written by hand, as in 'echo.Request'; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) skip_debug: Vec<IdlPath>,

    /// Generate google.protobuf instead of taking prost's types for it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) compile_well_known_types: bool,

    /// Write the descriptors of Protobuf as FILE_DESCRIPTOR_SET, for server reflection
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) descriptors: bool,

    /// Give the traits of handlers a body for each method, which answers "unimplemented"
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) default_handlers: bool,

    /// Tell what existing handlers and programs lack, instead of inserting it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) no_handler_edit: bool,

    /// Write nothing, and fail unless every file is as it would be written; for CI
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) check: bool,

    /// Write nothing, and print what would change, as a unified diff on stdout
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) diff: bool,

    /// Write nothing, and say what would be done with each file
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) dry_run: bool,

    /// Say nothing but errors and warnings
    #[arg(short = 'q', long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) quiet: bool,

    /// Say what is done with each file, and what took how long
    #[arg(short = 'v', long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", value_parser = go_bool,
          hide_default_value = true, hide_possible_values = true)]
    pub(super) verbose: bool,

    /// Print version
    #[arg(long, action = clap::ArgAction::Version)]
    version: Option<bool>,

    #[command(flatten)]
    pub(super) kitex: KitexOnly,
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

const AFTER_HELP: &str = "\
Flags may be written with one dash or two, before or after the IDL.

Exit status: 0 success, 1 the IDL or a file is at fault, 2 the command line is at fault,
101 streamgen itself is at fault.";

/// Flags of the Go tool that have no meaning here. They are recognised so that a command copied
/// from a Kitex project gets an answer better than \"unknown flag\".
#[derive(Debug, clap::Args)]
pub(super) struct KitexOnly {
    #[command(flatten)]
    pub(super) switches: KitexSwitches,
    #[command(flatten)]
    pub(super) values: KitexValues,
}

macro_rules! hidden_switches {
    ($($field:ident),* $(,)?) => {
        /// Switches, in the order in which they are reported.
        #[derive(Debug, clap::Args)]
        pub(super) struct KitexSwitches {
            $(
                #[arg(long, hide = true, num_args = 0..=1, require_equals = true,
                      default_value = "false", default_missing_value = "true",
                      value_parser = go_bool)]
                $field: bool,
            )*
        }

        impl KitexSwitches {
            /// The switches that were turned on, in flag spelling.
            pub(super) fn given(&self) -> Vec<String> {
                let all = [$((stringify!($field), self.$field)),*];
                all.iter().filter(|(_, on)| *on).map(|(name, _)| flag_name(name)).collect()
            }
        }
    };
}

macro_rules! hidden_values {
    ($($field:ident),* $(,)?) => {
        /// Flags with a value, in the order in which they are reported.
        #[derive(Debug, clap::Args)]
        pub(super) struct KitexValues {
            $(
                #[arg(long, hide = true)]
                $field: Vec<String>,
            )*
        }

        impl KitexValues {
            /// The flags that were given a value other than the empty one, in flag spelling.
            pub(super) fn given(&self) -> Vec<(String, Vec<String>)> {
                let all = [$((stringify!($field), &self.$field)),*];
                all.iter()
                    .map(|(name, values)| {
                        let values = values.iter().filter(|v| !v.is_empty()).cloned().collect();
                        (flag_name(name), values)
                    })
                    .filter(|(_, values): &(String, Vec<String>)| !values.is_empty())
                    .collect()
            }
        }
    };
}

/// The flag that clap makes of a field.
fn flag_name(field: &str) -> String {
    crate::plan::unraw(field).replace('_', "-")
}

hidden_switches!(
    combine_service,
    copy_idl,
    record,
    invoker,
    no_recurse,
    handler_return_keep_resp,
    deep_copy_api,
    no_fast_api,
    frugal_pretouch,
    local_thriftgo,
    no_dependency_check,
);

hidden_values!(
    r#use,
    tpl,
    thrift,
    thrift_plugin,
    thrift_plugin_time_limit,
    protobuf,
    protobuf_plugin,
    frugal_struct,
    hessian2,
    protocol,
    template_extension,
    template_dir,
    compiler_path,
);

/// The spellings that Go's `flag` package takes for a boolean.
pub(super) fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("not a boolean".to_owned()),
    }
}
