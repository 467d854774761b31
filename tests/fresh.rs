//! First projects of IDL with names and shapes that Rust has other plans for: each builds without a
//! warning, is formatted as rustfmt would, and has its things where the tool says that they are.
//!
//! The inputs are in `tests/fresh/`. They are reduced from what users brought.

mod files_below;
mod generated_target;

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use files_below::files_below;

/// One project: its name, the words of the command, and paths that its crate has.
struct Case {
    name: &'static str,
    command: &'static str,
    paths: &'static [&'static str],
}

const fn case(name: &'static str, command: &'static str, paths: &'static [&'static str]) -> Case {
    Case {
        name,
        command,
        paths,
    }
}

const CASES: &[Case] = &[
    // A name that begins with a digit, and one that has no letter of ASCII.
    case("digits", "-service s 2fa.thrift", &["_2fa::T"]),
    case("chinese", "-service s 用户.thrift", &["u7528_u6237::User"]),
    case(
        "capitals",
        "-service s capitals.proto",
        &["acme::order_desk::fa::Order"],
    ),
    // Lints look at what is the user's, and an IDL must not make them speak.
    case("arguments", "-service s case-clash-arguments.thrift", &[]),
    case("lower-case", "-service s lower-case.thrift", &[]),
    case("deprecated", "-service s deprecated.thrift", &[]),
    case("deprecated-types", "deprecated.thrift", &[]),
    case("deprecated-proto", "-service s deprecated.proto", &[]),
    case(
        "underscore",
        "underscore-exception.thrift",
        &["acct::Denied"],
    ),
    case("defaults", "-service s struct-default.thrift", &[]),
    case("misspelt", "-service s near-miss-mode.thrift", &[]),
    // What is nested gives way to a package, and the types keep their names.
    case(
        "module-clash",
        "-service s module-clash.proto",
        &["a::B", "a::b_2::C", "a::b_2::K", "a::b::C", "a::b::D"],
    ),
    case(
        "nested-clash",
        "nested-clash.proto",
        &[
            "Acme",
            "acme_3::In",
            "acme_3::Kind",
            "acme_2::In",
            "acme::item::Kind",
            "type_2::In",
            "r#type::In",
        ],
    ),
    case(
        "rename-proto",
        "-service s -rename ACME=acme -rename ACME.Api=api -rename HTTP_Request=Request \
         -rename HTTP_Request.userId=key -rename HTTP_Request.kind=sort \
         -rename HTTP_Request.small=Little -rename COLOUR_GREEN=ColourGreen \
         -rename Desk.get_user=stream_users -rename ACME.Api.Desk=Office rename.proto",
        &[
            "acme::api::Request",
            "acme::api::HttpRequest",
            "acme::api::request::Sort::Little",
            "acme::api::Colour::ColourGreen",
            "acme::api::office::Office",
        ],
    ),
    case(
        "rename-thrift",
        "-service s -rename Order.userID=legacy_id -rename acme=vendor -rename Colour=Color \
         -rename Colour.RED=CRIMSON -rename Desk.get=fetch -rename Kind.order=Whole rename.thrift",
        &[
            "vendor::api::Order",
            "vendor::api::Color",
            "vendor::api::Kind::Whole",
            "vendor::api::desk::Desk",
        ],
    ),
    // Deeper than rustc follows types by default.
    case("deep-structs", "-service s deep-structs.thrift", &[]),
    case("deep-options", "-service s deep-options.thrift", &[]),
    case("deep-lists", "-service s deep-lists.thrift", &[]),
    case("deep-maps", "deep-maps.thrift", &[]),
    case("deep-unions", "-service s deep-unions.thrift", &[]),
    case("deep-messages", "-service s deep-messages.proto", &[]),
];

/// Types in the chains.
const DEEP: usize = 130;

/// Chains of types: the file, the kind of definition, and how one holds the next.
const CHAINS: [(&str, &str, &str); 5] = [
    ("deep-structs.thrift", "struct", "1: NEXT next"),
    ("deep-options.thrift", "struct", "1: optional NEXT next"),
    ("deep-lists.thrift", "struct", "1: list<NEXT> next"),
    ("deep-maps.thrift", "struct", "1: map<i32, list<NEXT>> next"),
    ("deep-unions.thrift", "union", "1: NEXT next, 2: i32 a"),
];

#[test]
fn fresh_projects_build_without_a_warning() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fresh");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("idl")).expect("a folder can be made");
    copy_inputs(&root.join("idl"));
    for case in CASES {
        generate(case, &root);
    }
    let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n");
    fs::write(root.join("Cargo.toml"), workspace).expect("a manifest can be written");
    // The versions that our workspace has, so that nothing has to be looked up.
    fs::copy("Cargo.lock", root.join("Cargo.lock")).expect("the workspace has a lock file");
    check(&root);
}

fn copy_inputs(to: &Path) {
    for entry in fs::read_dir("tests/fresh").expect("the inputs are there") {
        let path = entry.expect("an input").path();
        let name = path.file_name().expect("a file has a name");
        fs::copy(&path, to.join(name)).expect("an input can be copied");
    }
    for (name, kind, field) in CHAINS {
        let mut text = "namespace go deep\n".to_owned();
        for index in 0..DEEP {
            let field = field.replace("NEXT", &format!("S{}", index + 1));
            writeln!(text, "{kind} S{index} {{ {field} }}").expect("text can grow");
        }
        text += &format!("struct S{DEEP} {{ 1: i32 a }}\nservice V {{ S0 m(1: S0 a) }}\n");
        fs::write(to.join(name), text).expect("an input can be written");
    }
    let mut text = "syntax = \"proto3\";\npackage deep;\n".to_owned();
    for index in 0..DEEP {
        let next = index + 1;
        writeln!(text, "message S{index} {{ S{next} next = 1; }}").expect("text can grow");
    }
    text += &format!("message S{DEEP} {{}}\nservice V {{ rpc M(S0) returns (S0); }}\n");
    fs::write(to.join("deep-messages.proto"), text).expect("an input can be written");
}

/// Runs the tool, and adds to the crate what says where its things are.
fn generate(case: &Case, root: &Path) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["-streamx", "-module", case.name, "-out"])
        .arg(root.join(case.name))
        .args(["-runtime", &format!("path:{}", runtime.display())])
        .args(case.command.split_whitespace())
        .current_dir(root.join("idl"))
        .output()
        .expect("the tool runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", case.name);
    let sources = root.join(case.name).join("src");
    let is_rust = |file: &PathBuf| file.extension().is_some_and(|suffix| suffix == "rs");
    for file in files_below(&sources).iter().filter(|file| is_rust(file)) {
        assert_is_formatted(file);
    }
    let main = ["main.rs", "lib.rs"].map(|name| sources.join(name));
    let main = main
        .iter()
        .find(|path| path.exists())
        .expect("a crate has a root");
    let mut text = fs::read_to_string(main).expect("it can be read");
    for (index, path) in case.paths.iter().enumerate() {
        let line = format!("\n#[allow(unused_imports)]\nuse stream_gen::{path} as _P{index};\n");
        text += &line;
    }
    fs::write(main, text).expect("it can be written");
}

fn assert_is_formatted(file: &Path) {
    let output = Command::new(env::var_os("RUSTFMT").unwrap_or("rustfmt".into()))
        .args(["--edition", "2024", "--check"])
        .args(["--config", "skip_children=true"])
        .arg(file)
        .output();
    let output = match output {
        // Not every toolchain has it; ours does.
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        other => other.expect("rustfmt runs"),
    };
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}:\n{found}", file.display());
}

fn check(root: &Path) {
    let output = generated_target::cargo()
        .args(["check", "--workspace", "--quiet", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .output()
        .expect("cargo starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    let is_clean = output.status.success() && messages.is_empty();
    assert!(is_clean, "in {}:\n{messages}", root.display());
}
