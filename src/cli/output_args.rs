//! Flags of Kitex's that decide what is generated for which service and file, and what else is written.

use std::path::PathBuf;

use super::switch::Switch;

/// See the module.
#[derive(Debug, clap::Args)]
pub(super) struct OutputArgs {
    /// Generate the code of the IDL itself, and leave that of included files to other runs; Thrift only
    #[arg(long, switch(), help_heading = "IDL", hide_short_help = true)]
    pub(super) no_recurse: bool,

    /// Types of these IDL files exist in Rust, as in -idl-ref idl-ref.yaml; Thrift only
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "IDL",
        hide_short_help = true
    )]
    pub(super) idl_ref: Option<PathBuf>,

    /// Serve all services of the IDL as one, which is called CombineService
    #[arg(long, switch(), help_heading = "Project", hide_short_help = true)]
    pub(super) combine_service: bool,

    /// With -service: the code exists in this module, as in -use shop_gen::stream_gen
    #[arg(
        long = "use",
        value_name = "PATH",
        help_heading = "Project",
        hide_short_help = true
    )]
    pub(super) use_path: Option<String>,

    /// Give servers `into_invoker`, to be called without a socket; with -service, src/lib.rs replaces src/main.rs
    #[arg(long, switch(), help_heading = "Project", hide_short_help = true)]
    pub(super) invoker: bool,

    /// Copy the IDL and what it includes beside the generated code, into the folder idl
    #[arg(long, switch(), help_heading = "Project", hide_short_help = true)]
    pub(super) copy_idl: bool,

    /// Write streamgen-all.sh, which runs streamgen for every IDL of the project
    #[arg(long, switch(), help_heading = "Project", hide_short_help = true)]
    pub(super) record: bool,
}
