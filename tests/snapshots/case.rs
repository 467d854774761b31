//! What a case is: an IDL, the options of the run, and the folder that holds what the tool writes.

use std::path::{Path, PathBuf};

use streamgen::{DEFAULT_GEN_PATH, FilePlan, Options, TypeOptions, generate};

/// One generated project, or the generated part of one.
pub(crate) struct Case {
    pub(crate) idl: &'static str,
    /// The project's folder.
    pub(crate) dir: &'static str,
    /// `-streamx`
    pub(crate) streamx: bool,
    /// What `-service` says; without it there is only a library.
    pub(crate) service: Option<&'static str>,
    /// Whether the scaffold is compared too. It is not where it has been filled in by hand.
    pub(crate) scaffold: bool,
    /// The folder below `src/` that generated code goes to.
    pub(crate) gen_path: &'static str,
    /// Settings of types that are not at their default.
    pub(crate) types: fn(&mut TypeOptions),
    /// Other options that are not at their default.
    pub(crate) set: fn(&mut Options),
}

impl Case {
    /// The files that the tool plans for this case in an empty folder.
    pub(crate) fn planned(&self) -> FilePlan {
        let dir = Path::new(self.dir);
        let mut options = Options::new(self.idl);
        options.streamx = self.streamx;
        options.gen_path = self.gen_path.to_owned();
        options.include_dirs = vec!["idl-samples/proto".into(), "interop/idl".into()];
        let name = dir.file_name().expect("a case has a folder");
        let kind = if self.is_option() {
            "option"
        } else {
            "snapshot"
        };
        options.module = Some(format!("{kind}-{}", name.to_string_lossy()));
        (self.types)(&mut options.types);
        (self.set)(&mut options);
        options.service = self.service.map(str::to_owned);
        // A folder beside the real one: the paths are the same, and no scaffold is there yet.
        options.out_dir = dir.with_file_name("not-there");
        generate(&options)
            .unwrap_or_else(|error| panic!("{}: {error}", self.idl))
            .files
    }

    pub(crate) fn is_option(&self) -> bool {
        self.dir.starts_with("tests/options/")
    }

    pub(crate) fn generated_dir(&self) -> PathBuf {
        Path::new(self.dir).join("src").join(self.gen_path)
    }
}

/// A sample on the surface of `-streamx`.
pub(crate) const fn snapshot(
    idl: &'static str,
    dir: &'static str,
    service: Option<&'static str>,
) -> Case {
    Case {
        idl,
        dir,
        streamx: true,
        service,
        scaffold: true,
        gen_path: DEFAULT_GEN_PATH,
        types: |_| (),
        set: |_| (),
    }
}

/// A sample on the classic surface, without `-streamx`: those that are not the same on both.
pub(crate) const fn classic(
    idl: &'static str,
    dir: &'static str,
    service: Option<&'static str>,
) -> Case {
    Case {
        streamx: false,
        ..snapshot(idl, dir, service)
    }
}

/// A crate below `tests/options/`, which shows one option: the IDL, the code that is generated with
/// the option, and below `tests/` a use of it. Its manifest may have more at the end.
pub(crate) const fn option(
    idl: &'static str,
    dir: &'static str,
    types: fn(&mut TypeOptions),
) -> Case {
    Case {
        types,
        ..snapshot(idl, dir, None)
    }
}

/// The generated part of a project whose other files were written by hand.
pub(crate) const fn part(idl: &'static str, dir: &'static str) -> Case {
    Case {
        scaffold: false,
        ..snapshot(idl, dir, None)
    }
}

/// A service of the default-options matrix, which are in one crate.
pub(crate) const fn defaults(gen_path: &'static str, idl: &'static str) -> Case {
    Case {
        gen_path,
        ..part(idl, "interop/defaults")
    }
}

/// An IDL of the suites of kitex-tests, which are in one crate.
pub(crate) const fn suites(gen_path: &'static str, idl: &'static str) -> Case {
    Case {
        gen_path,
        ..part(idl, "interop/suites")
    }
}
