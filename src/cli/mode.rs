//! Whether a run writes its files, compares them or prints the IDL, and what it reports.

use super::args::{Args, Emit, MessageFormat};
use crate::options::CiSystem;

/// The flags about the run itself. They hold also if a settings file has the jobs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) mode: Mode,
    /// Print what changes, or would change.
    pub(super) diff: bool,
    /// Say what is done with each file.
    pub(super) verbose: bool,
    /// The system whose workflow is written.
    pub(super) ci: Option<CiSystem>,
}

impl Run {
    /// The run that the flags ask for.
    ///
    /// # Errors
    ///
    /// One sentence for the user, when they cannot be followed together.
    pub(super) fn of(args: &Args) -> Result<Self, String> {
        if args.quiet && args.verbose {
            return Err("-q and -v exclude each other".to_owned());
        }
        Ok(Self {
            mode: Mode::of(args)?,
            diff: args.diff,
            verbose: args.verbose,
            ci: args.ci,
        })
    }
}

/// What is done with the files of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The run writes them.
    Write,
    /// The run prints what it would do.
    DryRun,
    /// The run fails if it would change a file.
    Check,
    /// The run has none: it prints the IDL.
    Emit,
}

impl Mode {
    /// The mode that the flags ask for, or why they cannot be followed together.
    fn of(args: &Args) -> Result<Self, String> {
        match (args.emit, args.check, args.dry_run || args.diff) {
            (None, true, _) => Ok(Self::Check),
            (None, false, true) => Ok(Self::DryRun),
            (None, false, false) => Ok(Self::Write),
            (Some(Emit::Ast), false, false) => {
                if args.message_format == MessageFormat::Json {
                    let message = "-emit and -message-format json exclude each other: \
                                   both print JSON on stdout";
                    return Err(message.to_owned());
                }
                if args.idl.len() > 1 {
                    return Err("-emit takes one IDL".to_owned());
                }
                Ok(Self::Emit)
            }
            (Some(_), ..) => Err(
                "-emit writes no files: -check, -diff and -dry-run have nothing to tell".to_owned(),
            ),
        }
    }
}
