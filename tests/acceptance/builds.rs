//! What is generated, built without a warning: all projects of these tests in one workspace, so that
//! what they depend on is compiled once.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files_below::files_below;
use crate::generated_target::cargo;
use crate::scratch;
use crate::tool::{idl, succeeds};

/// A workspace, and the projects in it.
pub(crate) struct Workspace {
    root: PathBuf,
    members: Vec<String>,
}

impl Workspace {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            root: scratch::folder("acceptance", name),
            members: Vec::new(),
        }
    }

    /// Generates a project, or adds to one. Returns its folder.
    pub(crate) fn generate(&mut self, project: &str, flags: &str, idl: &str) -> PathBuf {
        if !self.members.iter().any(|member| member == project) {
            self.members.push(project.to_owned());
        }
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
        let line = format!(
            "{flags} -module {project} -runtime path:{} -out {project} {idl}",
            runtime.display()
        );
        succeeds(&self.root, &line);
        self.root.join(project)
    }

    /// Has Cargo check all of it, which prints nothing if there is no warning.
    pub(crate) fn builds(&self) {
        let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\n".to_owned();
        for member in &self.members {
            let _ = writeln!(manifest, "    {member:?},");
        }
        manifest.push_str("]\n");
        fs::write(self.root.join("Cargo.toml"), manifest).expect("it is ours");
        // The versions that this checkout is tested with.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
        fs::copy(lock, self.root.join("Cargo.lock")).expect("it is ours");
        let mut check = cargo();
        check.args(["check", "--workspace", "--quiet", "--offline"]);
        let output = check.current_dir(&self.root).output().expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{said}");
    }
}

#[test]
fn p01_one_command_makes_a_package_that_builds() {
    let mut workspace = Workspace::new("one-command");
    workspace.generate("thrift", "-streamx -service s", &idl("greet.thrift"));
    workspace.generate("proto", "-service s", &idl("two.proto"));
    workspace.builds();
}

#[test]
fn p06_two_services_build_as_two_and_as_one_in_both_languages() {
    let mut workspace = Workspace::new("two-services");
    for name in ["thrift", "proto"] {
        let idl = idl(&format!("two.{name}"));
        let plain = workspace.generate(&format!("{name}-plain"), "-service s", &idl);
        let several = format!("{name}-several");
        let several = workspace.generate(&several, "-service s -tpl multiple_services", &idl);
        let combined = format!("{name}-combined");
        let combined = workspace.generate(&combined, "-service s -combine-service", &idl);
        let read = |project: &Path, file: &str| {
            fs::read_to_string(project.join("src").join(file)).expect("it is there")
        };
        for file in ["main.rs", "handler.rs"] {
            assert_eq!(read(&plain, file), read(&several, file), "{name}: {file}");
        }
        let added = |project: &Path| read(project, "main.rs").matches(".add_service(").count();
        assert_eq!((added(&plain), added(&combined)), (2, 1), "{name}");
        let implemented = |project: &Path| read(project, "handler.rs").matches("\nimpl ").count();
        assert_eq!(
            (implemented(&plain), implemented(&combined)),
            (2, 1),
            "{name}"
        );
        // The code of the single services is there all the same.
        let services = files_below(&combined.join("src/stream_gen"));
        let is_service = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default();
            ["first.rs", "second.rs", "combine_service.rs"]
                .iter()
                .any(|one| name == *one)
        };
        assert_eq!(services.iter().filter(is_service).count(), 3, "{name}");
    }
    workspace.builds();
}

#[test]
fn p07_includes_across_folders_build() {
    let mut workspace = Workspace::new("includes");
    let project = workspace.generate("places", "-service s", &idl("places/below/top.thrift"));
    let modules = project.join("src/stream_gen/places");
    for name in ["top.rs", "left.rs", "right.rs", "corner.rs"] {
        assert!(modules.join(name).is_file(), "{name}");
    }
    workspace.generate("typedefs", "-service s", &idl("typedefs.thrift"));
    workspace.builds();
}

#[test]
fn p08_every_sample_is_generated() {
    let folder = scratch::folder("acceptance", "samples");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut samples = files_below(&root.join("idl-samples"));
    let is_idl = |path: &PathBuf| path.extension().is_some_and(|suffix| suffix != "md");
    samples.retain(is_idl);
    assert!(samples.len() > 20);
    for (index, sample) in samples.iter().enumerate() {
        let include = root.join("idl-samples/proto");
        let line = format!(
            "-streamx -module m -runtime version:0.1 -I {} -out out{index} {}",
            include.display(),
            sample.display()
        );
        succeeds(&folder, &line);
        let modules = files_below(&folder.join(format!("out{index}/src/stream_gen")));
        assert!(modules.len() > 1, "{}", sample.display());
    }
}
