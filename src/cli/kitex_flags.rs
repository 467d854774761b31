//! What becomes of Kitex flags that the tool knows but does not act on.
//!
//! None is dropped in silence: a flag whose purpose Rust serves already is accepted with one
//! warning line, a flag whose absence would change the result is refused (`kitex-tool.md` 2).

use super::kitex_args::KitexOnly;
use super::switch::go_bool;

/// What to tell somebody who typed the flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Accepted without effect, because …
    NoEffect(&'static str),
    /// Refused, because …
    Refused(&'static str),
}

use Verdict::{NoEffect, Refused};

const NO_GO_CODEC: &str = "the Go codecs it selects do not exist in Rust";
const NO_PLUGINS: &str = "the IDL compilers are built in, there is no plugin protocol";
const NO_DUBBO: &str = "Hessian2 and Dubbo are not supported";
const NO_USER_TEMPLATES: &str = "user templates are not supported";

/// Every known flag, sorted by name.
const VERDICTS: &[(&str, Verdict)] = &[
    (
        "combine-service",
        Refused("a server takes several services, each with its own handler"),
    ),
    ("compiler-path", NoEffect("the IDL compilers are built in")),
    ("copy-idl", Refused("copying the IDL is not supported")),
    (
        "deep-copy-api",
        NoEffect("generated types implement `Clone`"),
    ),
    ("frugal-pretouch", NoEffect(NO_GO_CODEC)),
    ("frugal-struct", NoEffect(NO_GO_CODEC)),
    (
        "handler-return-keep-resp",
        NoEffect("a `Result` cannot hold a response beside an error"),
    ),
    ("hessian2", Refused(NO_DUBBO)),
    ("invoker", Refused("invokers are not supported")),
    ("local-thriftgo", NoEffect("the IDL compilers are built in")),
    (
        "no-dependency-check",
        NoEffect("there is no dependency check to skip"),
    ),
    ("no-fast-api", NoEffect(NO_GO_CODEC)),
    (
        "no-recurse",
        Refused("included files are always generated, their types are needed"),
    ),
    ("protobuf", Refused(NO_PLUGINS)),
    ("protobuf-plugin", Refused(NO_PLUGINS)),
    ("protocol", Refused(NO_DUBBO)),
    (
        "record",
        Refused("recording the command line is not supported"),
    ),
    ("template-dir", Refused(NO_USER_TEMPLATES)),
    ("template-extension", Refused(NO_USER_TEMPLATES)),
    (
        "thrift",
        Refused("thriftgo's generator options do not apply"),
    ),
    ("thrift-plugin", Refused(NO_PLUGINS)),
    ("thrift-plugin-time-limit", NoEffect(NO_PLUGINS)),
    (
        "use",
        Refused("generating only the scaffold is not supported"),
    ),
];

/// Options of `-thrift` that describe what the tool does anyway, or concern the Go text only.
const THRIFT_NO_EFFECT: &[&str] = &[
    "apache_adaptor",
    "apache_warning",
    "compatible_names",
    "enum_as_int_32",
    "frugal_tag",
    "gen_deep_equal",
    "gen_json_tag",
    "gen_setter",
    "ignore_initialisms",
    "naming_style",
    "no_default_serdes",
    "no_fmt",
    "no_processor",
    "omitempty_for_optional",
    "raw_struct",
    "reorder_fields",
    "reserve_comments",
    "skip_go_gen",
    "template",
    "thrift_streaming",
    "use_type_alias",
    "validate_set",
];

/// What Kitex's flags come to.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// One line each, without the word "warning".
    pub(super) warnings: Vec<String>,
    /// `-thrift keep_unknown_fields`
    pub(super) keep_unknown_fields: bool,
    /// `-thrift trim_idl`
    pub(super) trim_idl: bool,
}

/// Sorts the given flags into warnings and settings, and an error for the first that is refused.
///
/// # Errors
///
/// The message for the first refused flag.
pub(super) fn judge(flags: &KitexOnly) -> Result<Judgement, String> {
    let mut judgement = Judgement::default();
    for name in flags.switches.given() {
        judge_one(&name, &[], &mut judgement)?;
    }
    for (name, values) in flags.values.given() {
        judge_one(&name, &values, &mut judgement)?;
    }
    Ok(judgement)
}

fn judge_one(name: &str, values: &[String], judgement: &mut Judgement) -> Result<(), String> {
    let warnings = &mut judgement.warnings;
    match (name, values) {
        ("thrift", values) => return judge_thrift_options(values, judgement),
        // Kitex's one meaningful value, and what the tool does by itself.
        ("tpl", values) if values.iter().all(|v| v == "multiple_services") => {
            warnings.push(
                "-tpl multiple_services has no effect: it is how every service is generated".into(),
            );
            return Ok(());
        }
        ("tpl", _) => return Err("-tpl: the only template set is `multiple_services`".into()),
        // Any other value means Thrift's own protocol, the default (`kitex-tool.md` 2).
        ("protocol", values) if values.iter().all(|v| !v.eq_ignore_ascii_case("hessian2")) => {
            warnings
                .push("-protocol has no effect: the wire is chosen when a client is built".into());
            return Ok(());
        }
        _ => {}
    }
    match VERDICTS.iter().find(|(flag, _)| *flag == name) {
        Some((_, NoEffect(reason))) => warnings.push(format!("-{name} has no effect: {reason}")),
        Some((_, Refused(reason))) => return Err(format!("-{name} is not supported: {reason}")),
        None => return Err(format!("-{name} is not supported")),
    }
    Ok(())
}

fn judge_thrift_options(values: &[String], judgement: &mut Judgement) -> Result<(), String> {
    for option in values
        .iter()
        .flat_map(|v| v.split(','))
        .filter(|o| !o.is_empty())
    {
        let (name, value) = option.split_once('=').unwrap_or((option, "true"));
        let setting = match name {
            "keep_unknown_fields" => Some(&mut judgement.keep_unknown_fields),
            "trim_idl" => Some(&mut judgement.trim_idl),
            _ => None,
        };
        if let Some(setting) = setting {
            *setting = go_bool(value).map_err(|e| format!("-thrift {option}: {e}"))?;
            continue;
        }
        if !THRIFT_NO_EFFECT.contains(&name) {
            return Err(format!("-thrift {option} is not supported"));
        }
        let warning = format!("-thrift {option} has no effect");
        judgement.warnings.push(warning);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::args::Args;

    /// Flags with rules of their own in `judge_one`.
    const SPECIAL: [&str; 1] = ["tpl"];

    #[test]
    fn every_hidden_flag_has_a_verdict() {
        let command = Args::command();
        let hidden = command.get_arguments().filter(|arg| arg.is_hide_set());
        for name in hidden.filter_map(clap::Arg::get_long) {
            let known = VERDICTS.iter().any(|(flag, _)| *flag == name) || SPECIAL.contains(&name);
            assert!(known, "{name} has no verdict");
        }
    }

    #[test]
    fn messages_name_flags_as_they_are_typed() {
        for (name, _) in VERDICTS.iter().filter(|(name, _)| *name != "thrift") {
            let value = format!("--{name}=true");
            let args = Args::try_parse_from(["streamgen", &value]).expect(name);
            let said = match judge(&args.kitex) {
                Ok(judgement) => judgement.warnings.join(" "),
                Err(message) => message,
            };
            assert!(said.starts_with(&format!("-{name} ")), "{name}: {said}");
        }
    }

    #[test]
    fn verdicts_are_sorted_and_name_flags_that_exist() {
        assert!(VERDICTS.is_sorted_by_key(|(name, _)| *name));
        let command = Args::command();
        for (name, _) in VERDICTS {
            assert!(
                command.get_arguments().any(|a| a.get_long() == Some(name)),
                "{name}"
            );
        }
    }
}
