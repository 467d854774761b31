//! Flags of the Go tool that have no meaning here, as typed; `kitex_flags` has the answers.

use super::switch::Switch;

/// Flags of the Go tool that have no meaning here. They are recognised so that a command copied
/// from a Kitex project gets an answer better than "unknown flag".
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
                #[arg(long, hide = true, switch())]
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
    field.replace('_', "-")
}

hidden_switches!(
    handler_return_keep_resp,
    deep_copy_api,
    no_fast_api,
    frugal_pretouch,
    local_thriftgo,
    no_dependency_check,
);

hidden_values!(
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
