//! What is refused, as rows of the exit status and of what the message is about. Texts in full are in
//! `tests/cli` and `tests/idl-fail`.

use std::fs;

use crate::scratch;
use crate::tool::streamgen;

/// A command line, its status, and words of what it prints.
const COMMAND_LINES: &[(&str, i32, &[&str])] = &[
    ("-module m", 2, &["no IDL"]),
    ("-module m notes.txt", 2, &["-type"]),
    (
        "-type java -module m echo.thrift",
        2,
        &["unsupported", "java"],
    ),
    ("-type Thrift -module m echo.thrift", 2, &["unsupported"]),
    (
        "-use other -module m echo.thrift",
        2,
        &["-use needs -service"],
    ),
    (
        "-template-dir t -service s -module m echo.thrift",
        2,
        &["leave it out"],
    ),
    (
        "-nonsense -module m echo.thrift",
        2,
        &["unexpected", "--nonsense"],
    ),
    ("-module", 2, &["value is required"]),
    (
        "-streamx=maybe -module m echo.thrift",
        2,
        &["not a boolean"],
    ),
    ("-streamx false -module m echo.thrift", 2, &["`false`"]),
    ("-protobuf x -module m echo.thrift", 2, &["--help"]),
    ("echo.thrift", 2, &["no Cargo.toml", "-module"]),
    (
        "-module other -out package echo.thrift",
        2,
        &["`other`", "`mine`"],
    ),
    (
        "-module m not-there.thrift",
        1,
        &["cannot read", "not-there.thrift"],
    ),
    ("-I not-there -module m echo.thrift", 1, &["not-there"]),
    (
        "-thrift naming_stile=x -module m echo.thrift",
        2,
        &["no option", "naming_stile"],
    ),
    (
        "-thrift keep_unknown_fields=x -module m echo.thrift",
        2,
        &["not a boolean"],
    ),
    ("-tpl slim -module m echo.thrift", 2, &["multiple_services"]),
    (
        "-template-extension e.yaml -module m echo.thrift",
        2,
        &["leave it out"],
    ),
    ("-service s -module m types.thrift", 1, &["no service"]),
    ("-module m types.thrift", 0, &["wrote"]),
    ("-version", 0, &["streamgen"]),
    ("-h", 0, &["Usage"]),
];

#[test]
fn p02_command_lines_are_refused_with_kitex_statuses() {
    let folder = scratch::folder("acceptance", "command-lines");
    let write = |path: &str, text: &str| fs::write(folder.join(path), text).expect("it is ours");
    write(
        "echo.thrift",
        "namespace rs echo\nservice Echo {\n    string Ask(1: string it),\n}\n",
    );
    write("types.thrift", "namespace rs types\nstruct A {}\n");
    write("notes.txt", "struct A {}\n");
    fs::create_dir(folder.join("package")).expect("it is ours");
    write(
        "package/Cargo.toml",
        "[package]\nname = \"mine\"\nversion = \"0.1.0\"\n",
    );
    for (index, (line, status, words)) in COMMAND_LINES.iter().enumerate() {
        let out = match line.contains("-out") || line.starts_with(['-']) && !line.contains(' ') {
            true => String::new(),
            false => format!("-out out{index} -runtime version:0.1 "),
        };
        let ran = streamgen(&folder, &format!("{out}{line}"));
        assert_eq!(ran.status, *status, "{line}:\n{}", ran.text);
        for word in *words {
            assert!(ran.text.contains(word), "{line}: {word}\n{}", ran.text);
        }
        if *status != 0 {
            assert!(
                !folder.join(format!("out{index}")).exists(),
                "{line} has written"
            );
        }
    }
}

/// A method, the status, and words of the message; Kitex crashes on some of them.
const METHODS: &[(&str, i32, &[&str])] = &[
    ("A M(1: A a) (streaming.mode = \"client\")", 0, &[]),
    ("A M(1: A a) (streaming.mode = \"server\")", 0, &[]),
    ("A M(1: A a) (streaming.mode = \"bidirectional\")", 0, &[]),
    ("A M(1: A a) (streaming.mode = \"unary\")", 0, &["SG0117"]),
    ("A M(1: A a) (streaming.mode = \"\")", 1, &["SG0090"]),
    (
        "A M(1: A a) (streaming.mode = \"Server\")",
        1,
        &["SG0090", "server"],
    ),
    (
        "A M(1: A a) (streaming.mode = \"bidi\")",
        1,
        &["SG0090", "bidirectional"],
    ),
    (
        "A M(1: A a) (streaming.mode = \"client\", streaming.mode = \"server\")",
        1,
        &["SG0091"],
    ),
    ("A M(1: A a) (streaming.mode)", 1, &["SG0092"]),
    ("A M() (streaming.mode = \"server\")", 1, &["SG0093"]),
    (
        "A M(1: A a, 2: A b) (streaming.mode = \"client\")",
        1,
        &["SG0093"],
    ),
    (
        "A M(1: A a, 2: A b) (streaming.mode = \"unary\")",
        1,
        &["SG0093"],
    ),
    (
        "void M(1: A a) (streaming.mode = \"client\")",
        1,
        &["SG0094"],
    ),
    (
        "void M(1: A a) (streaming.mode = \"unary\")",
        0,
        &["SG0117"],
    ),
    (
        "oneway void M(1: A a) (streaming.mode = \"server\")",
        1,
        &["SG0095"],
    ),
    (
        "oneway void M(1: A a) (streaming.mode = \"unary\")",
        0,
        &["SG0098"],
    ),
    (
        "A M(1: A a) throws (1: E e) (streaming.mode = \"server\")",
        0,
        &["SG0097"],
    ),
    (
        "string M(1: A a) (streaming.mode = \"server\")",
        1,
        &["SG0096"],
    ),
    (
        "A M(1: list<A> a) (streaming.mode = \"client\")",
        1,
        &["SG0096"],
    ),
    ("B M(1: B b) (streaming.mode = \"bidirectional\")", 0, &[]),
    (
        "A M(1: A a = {}) (streaming.mode = \"client\")",
        0,
        &["SG0100"],
    ),
];

#[test]
fn p02_streaming_modes_are_judged_as_kitex_means_them() {
    let folder = scratch::folder("acceptance", "modes");
    for (method, status, words) in METHODS {
        let text = format!(
            "namespace rs modes\nstruct A {{}}\ntypedef A B\nexception E {{}}\nservice S {{\n    {method}\n}}\n"
        );
        fs::write(folder.join("modes.thrift"), text).expect("it is ours");
        let ran = streamgen(
            &folder,
            "-streamx -dry-run -module m -runtime version:0.1 -out out modes.thrift",
        );
        assert_eq!(ran.status, *status, "{method}:\n{}", ran.text);
        for word in *words {
            assert!(ran.text.contains(word), "{method}: {word}\n{}", ran.text);
        }
    }
}

/// On anything but a method the annotation means nothing, which is said.
#[test]
fn p02_a_streaming_mode_elsewhere_is_a_warning() {
    let folder = scratch::folder("acceptance", "elsewhere");
    let text = "namespace rs m\nservice S {} (streaming.mode = \"server\")\n";
    fs::write(folder.join("m.thrift"), text).expect("it is ours");
    let ran = streamgen(
        &folder,
        "-streamx -dry-run -module m -runtime version:0.1 m.thrift",
    );
    assert_eq!(ran.status, 0, "{}", ran.text);
    assert!(ran.text.contains("SG0099"), "{}", ran.text);
}
