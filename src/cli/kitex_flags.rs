//! What becomes of Kitex flags that the tool knows but does not act on.
//!
//! None is dropped in silence: a flag whose purpose Rust serves already is accepted with one
//! warning line, a flag whose absence would change the result is refused (`kitex-tool.md` 2).

use super::kitex_args::KitexOnly;
use super::kitex_thrift::ThriftOptions;

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
const NO_PLUGINS: &str = "there is no plugin protocol; a program that reads the code in \
                          src/stream_gen can do the plugin's work after a run";
const NO_DUBBO: &str = "there is no codec for Hessian2 and Dubbo; leave it out to speak Kitex's own wires, and \
                        keep a Kitex service in front of Dubbo's";
const NO_USER_TEMPLATES: &str = "there are no user templates; leave it out, and edit src/main.rs \
                                 and src/handler.rs, of which later runs keep every line";
const BUILT_IN: &str = "the IDL compilers are built in";

/// Every known flag, sorted by name.
const VERDICTS: &[(&str, Verdict)] = &[
    ("compiler-path", NoEffect(BUILT_IN)),
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
    ("local-thriftgo", NoEffect(BUILT_IN)),
    (
        "no-dependency-check",
        NoEffect("generated code itself checks the version of its runtime, when it is compiled"),
    ),
    ("no-fast-api", NoEffect(NO_GO_CODEC)),
    (
        "protobuf",
        Refused("Kitex refuses it too; streamgen's own flags choose what is generated, see --help"),
    ),
    ("protobuf-plugin", Refused(NO_PLUGINS)),
    ("protocol", Refused(NO_DUBBO)),
    ("template-dir", Refused(NO_USER_TEMPLATES)),
    (
        "template-extension",
        Refused(
            "there are no user templates; leave it out, and make clients and servers in a \
             function of your own, which sets what the template would",
        ),
    ),
    ("thrift-plugin", Refused(NO_PLUGINS)),
    ("thrift-plugin-time-limit", NoEffect(NO_PLUGINS)),
];

/// What Kitex's flags come to.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// One line each, without the word "warning".
    pub(super) warnings: Vec<String>,
    /// `-thrift`
    pub(super) thrift: ThriftOptions,
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
        ("thrift", values) => return judgement.thrift.add(values, warnings),
        // Kitex's one meaningful value, and what the tool does by itself.
        ("tpl", values) if values.iter().all(|v| v == "multiple_services") => {
            warnings.push(
                "-tpl multiple_services has no effect: it is how every service is generated".into(),
            );
            return Ok(());
        }
        ("tpl", _) => {
            return Err(
                "-tpl: the only template set is `multiple_services`, which is how every service is \
                 generated; leave it out"
                    .into(),
            );
        }
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

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::args::Args;

    /// Flags with rules of their own in `judge_one`.
    const SPECIAL: [&str; 2] = ["thrift", "tpl"];

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
        for (name, _) in VERDICTS {
            let value = format!("--{name}=true");
            let args = Args::try_parse_from(["streamgen", &value]).expect(name);
            let said = match judge(&args.kitex) {
                Ok(judgement) => judgement.warnings.join(" "),
                Err(message) => message,
            };
            assert!(said.starts_with(&format!("-{name} ")), "{name}: {said}");
        }
    }

    /// A reason alone leaves the user where he was.
    #[test]
    fn refusals_say_what_to_do_instead() {
        for (name, verdict) in VERDICTS {
            if let Refused(reason) = verdict {
                assert!(reason.contains("; "), "-{name}: {reason}");
            }
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
