//! The command lines of a job, as typed in the folder of the project.

use crate::options::INLINE_WORD;
use crate::quote::shell_word;

use super::lock::Job;

impl Job {
    /// Whether the IDL is in a descriptor set.
    pub(super) fn is_of_set(&self) -> bool {
        let mut flags = self.options.iter();
        flags.any(|flag| flag.starts_with("-descriptor-set="))
    }

    /// Whether the IDL came from standard input, so that only the user who ran the job can run it again.
    pub(crate) fn is_inline(&self) -> bool {
        self.idl == INLINE_WORD
    }

    /// The command that runs the job again.
    pub(super) fn command(&self) -> String {
        format!("streamgen {}{}", self.flags(), self.input())
    }

    /// The command that checks the job.
    pub(super) fn check_command(&self) -> String {
        format!("streamgen -check {}{}", self.flags(), shell_word(&self.idl))
    }

    /// How the command that runs the job ends: with the IDL. Where that came from standard input, its
    /// file is for the reader to name.
    pub(super) fn input(&self) -> String {
        let file = if self.is_inline() { " < IDL" } else { "" };
        shell_word(&self.idl) + file
    }

    /// Its flags, each with a blank behind it.
    fn flags(&self) -> String {
        let flags = self.options.iter();
        flags.map(|flag| shell_word(flag) + " ").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(idl: &str, options: &[&str]) -> String {
        let job = Job {
            idl: idl.to_owned(),
            options: options.iter().map(|one| (*one).to_owned()).collect(),
            ..Job::default()
        };
        job.command()
    }

    #[test]
    fn the_command_of_a_job_can_be_pasted() {
        let options = ["-streamx", "-type-attribute=A=#[doc = \"x\"]"];
        assert_eq!(
            command("../idl/echo.thrift", &options),
            "streamgen -streamx '-type-attribute=A=#[doc = \"x\"]' ../idl/echo.thrift"
        );
        assert_eq!(
            command("-", &["-type=thrift"]),
            "streamgen -type=thrift - < IDL"
        );
    }
}
