//! The matrix by which Kitex tests its own generator: each basic IDL with each of its sets of flags,
//! generated and built. The IDLs are our own, of the same kinds.
//!
//! Code without a program is built as modules of one package, which is quick. Programs are packages of
//! their own; of those, an ordinary run builds two, and `STREAMGEN_MATRIX=full` all.

use std::env;
use std::fs;

use crate::builds::Workspace;
use crate::scratch;
use crate::tool::{idl, streamgen};

const IDLS: [&str; 9] = [
    "base.thrift",
    "greet.thrift",
    "loop/outer/common.thrift",
    "loop/outer/inner/common.thrift",
    "simple.thrift",
    "go_names.thrift",
    "initials.thrift",
    "methods.thrift",
    "typedefs.thrift",
];

/// Those of Kitex's script that make no program.
const FLAGS: [&str; 5] = [
    "",
    "-combine-service",
    "-thrift template=slim",
    "-thrift keep_unknown_fields",
    "-thrift template=slim -thrift keep_unknown_fields",
];

/// The IDLs whose programs an ordinary run builds: one that is plain, and one with every kind of method.
const IN_SHORT: [&str; 2] = ["greet.thrift", "simple.thrift"];

#[test]
fn p10_each_idl_builds_with_each_set_of_flags() {
    let mut workspace = Workspace::new("matrix");
    let mut modules = String::new();
    for (row, name) in IDLS.iter().enumerate() {
        for (column, flags) in FLAGS.iter().enumerate() {
            let module = format!("gen_{row}_{column}");
            let flags = format!("-no-dependency-check -streamx -gen-path {module} {flags}");
            let project = workspace.generate("codegen-test", &flags, &idl(name));
            modules += &format!("pub mod {module};\n");
            fs::write(project.join("src/lib.rs"), &modules).expect("it is ours");
        }
    }
    for name in programs() {
        let project = format!("program-{}", name.replace(['/', '.'], "-"));
        workspace.generate(
            &project,
            "-no-dependency-check -streamx -service a.b.c",
            &idl(name),
        );
    }
    workspace.builds();
}

/// Of an IDL without a service, Kitex's script expects an error that says so.
#[test]
fn p10_no_program_without_a_service() {
    let folder = scratch::folder("acceptance", "matrix-without-service");
    for name in IDLS.into_iter().filter(|name| !has_service(name)) {
        let line = format!(
            "-no-dependency-check -module m -runtime version:0.1 -service a.b.c {}",
            idl(name)
        );
        let ran = streamgen(&folder, &line);
        assert_eq!(ran.status, 1, "{name}: {}", ran.text);
        assert!(
            ran.text.contains("defines no service"),
            "{name}: {}",
            ran.text
        );
    }
}

fn programs() -> impl Iterator<Item = &'static str> {
    let full = env::var("STREAMGEN_MATRIX").is_ok_and(|value| value == "full");
    let served = IDLS.into_iter().filter(|name| has_service(name));
    served.filter(move |name| full || IN_SHORT.contains(name))
}

fn has_service(name: &str) -> bool {
    let text = fs::read_to_string(idl(name)).expect("it is committed");
    text.contains("\nservice ")
}
