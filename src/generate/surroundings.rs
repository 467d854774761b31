//! What a run has around it.

use std::collections::BTreeSet;

use streamgen_idl::{Disk, FileSystem};

use crate::timings::Watch;

/// What a run can see, who watches it, and what is made.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The IDL files that it can see.
    pub(crate) idl_files: &'a dyn FileSystem,
    /// Who is told of each part of the work.
    pub(crate) watch: Watch<'a>,
    /// What the modules are made for.
    pub(crate) purpose: Purpose,
    /// The IDLs of all jobs that the project is to have, if a settings file says so.
    pub(crate) jobs: Option<&'a BTreeSet<String>>,
}

/// What the modules are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A Cargo project, whose files the run looks at and completes.
    Project,
    /// A build that includes them: nothing but the modules is made, and no file of an earlier run counts.
    Build,
}

impl Surroundings<'_> {
    /// Those of a run that reads the disk, makes a project and is watched by nobody.
    pub(crate) fn of_project() -> Self {
        Self {
            idl_files: &Disk,
            watch: &|_, _| (),
            purpose: Purpose::Project,
            jobs: None,
        }
    }
}
