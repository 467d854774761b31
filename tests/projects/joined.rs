//! Several IDLs in one project.

use streamgen::Action;

use crate::folder::Folder;

const BASE: &str = "namespace go base\nstruct Base { 1: i32 a }\n";
const A: &str = "namespace go a\ninclude \"base.thrift\"\nstruct Ask { 1: base.Base b }\nservice First { Ask ask(1: Ask a) }\n";
const B: &str =
    "namespace go b\ninclude \"base.thrift\"\nservice Second { base.Base get(1: base.Base b) }\n";

fn two(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder
        .idl("base.thrift", BASE)
        .idl("a.thrift", A)
        .idl("b.thrift", B);
    folder
}

#[test]
fn a_second_idl_joins_and_shared_types_are_written_once() {
    let folder = two("joins");
    folder.run("a.thrift");
    let second = folder.run("b.thrift");
    folder.assert_whole();
    assert_eq!(second.paths(Action::Create), ["b/second.rs", "b.rs"]);
    assert_eq!(second.paths(Action::Unchanged), ["base.rs"]);
    assert_eq!(second.notes, [] as [&str; 0]);
    let root = folder.text("mod.rs");
    for line in [
        "pub mod a;",
        "pub mod b;",
        "pub mod base;",
        "//! Code generated from `a.thrift`, `b.thrift`.",
    ] {
        assert!(root.lines().any(|found| found == line), "{line}:\n{root}");
    }
}

#[test]
fn which_ran_first_or_last_does_not_matter() {
    let (one, other) = (two("order-one"), two("order-other"));
    for idl in ["a.thrift", "b.thrift"] {
        one.run(idl);
    }
    for idl in ["b.thrift", "a.thrift", "b.thrift"] {
        other.run(idl);
    }
    assert_eq!(one.all(), other.all());
    let again = other.run("a.thrift");
    assert!(
        again
            .changes
            .iter()
            .all(|change| !change.action.touches_disk())
    );
}

#[test]
fn the_lock_knows_no_machine_and_a_file_is_a_line() {
    let folder = two("lock");
    folder.run("a.thrift");
    folder.run("b.thrift");
    let lock = folder.text("streamgen.lock");
    for line in [
        "version = 1",
        "idl = \"../idl/a.thrift\"",
        "options = [\"-streamx\"]",
        "\"base.rs\" = { from = [\"../idl/base.thrift\"] }",
    ] {
        assert!(lock.lines().any(|found| found == line), "{line}:\n{lock}");
    }
    assert!(!lock.contains(env!("CARGO_MANIFEST_DIR")), "{lock}");
}

/// Namespaces that share their first parts, one of them within the other.
#[test]
fn namespaces_share_folders() {
    let folder = Folder::new("nested");
    let idl = |namespace: &str| {
        format!("namespace go {namespace}\nstruct T {{ 1: i32 a }}\nservice S {{ T t(1: T t) }}\n")
    };
    for (name, namespace) in [
        ("x.thrift", "acme.x"),
        ("y.thrift", "acme.x.y"),
        ("z.thrift", "acme"),
        ("t.thrift", "acme.type"),
    ] {
        folder.idl(name, &idl(namespace));
    }
    let mut results = Vec::new();
    for order in [
        ["x", "y", "z", "t"],
        ["y", "z", "t", "x"],
        ["z", "t", "x", "y"],
    ] {
        for idl in order {
            folder.run(&format!("{idl}.thrift"));
            folder.assert_whole();
        }
        results.push(folder.all());
    }
    assert!(results.iter().all(|result| *result == results[0]));
    let acme = folder.text("acme.rs");
    let declared = "\npub mod s;\npub mod r#type;\npub mod x;\n";
    assert!(
        acme.contains(declared) && acme.contains("pub struct T"),
        "{acme}"
    );
}

#[test]
fn a_proto_without_a_package_shares_the_root_with_others() {
    let folder = Folder::new("root");
    folder.idl("hello.proto", "syntax = \"proto3\";\nmessage Ping { string s = 1; }\nservice Pinger { rpc Ping(Ping) returns (Ping); }\n");
    folder.idl("base.thrift", BASE);
    folder.run("hello.proto");
    folder.run("base.thrift");
    folder.assert_whole();
    let root = folder.text("mod.rs");
    assert!(
        root.contains("pub struct Ping") && root.contains("pub mod base;"),
        "{root}"
    );
    let all = folder.all();
    folder.run("hello.proto");
    assert_eq!(all, folder.all());
}

#[test]
fn other_options_replace_those_of_the_job() {
    let folder = two("options");
    folder.run("a.thrift");
    folder.run("b.thrift");
    let run = folder
        .try_run("a.thrift", |options| options.types.serde = true)
        .expect("it runs");
    let lock = folder.text("streamgen.lock");
    assert_eq!(lock.matches("[[jobs]]").count(), 2, "{lock}");
    assert!(lock.contains("\"-serde\""), "{lock}");
    // The types that both have are as the last run would have them, and that is said.
    assert!(
        run.says(&[
            "base.rs",
            "b.thrift",
            "options were others",
            "streamgen -streamx ../idl/b.thrift"
        ]),
        "{:?}",
        run.notes
    );
}

#[test]
fn a_change_in_what_is_shared_asks_for_the_other_job() {
    let folder = two("shared");
    folder.run("a.thrift");
    folder.run("b.thrift");
    folder.idl("base.thrift", &BASE.replace("i32 a", "i64 a"));
    let run = folder.run("a.thrift");
    assert!(
        run.says(&[
            "base.rs",
            "run it again: streamgen -streamx ../idl/b.thrift"
        ]),
        "{:?}",
        run.notes
    );
    assert_eq!(folder.run("b.thrift").notes, [] as [&str; 0]);
}

/// A namespace of two files, of which one job knows only one.
#[test]
fn who_knows_more_of_a_namespace_wins() {
    let folder = two("covers");
    folder.idl(
        "more.thrift",
        "namespace go base\nstruct More { 1: i32 a }\n",
    );
    folder.idl(
        "b.thrift",
        &B.replace(
            "service",
            "include \"more.thrift\"\nstruct Uses { 1: more.More m }\nservice",
        ),
    );
    let holds_both = || {
        let text = folder.text("base.rs");
        text.contains("pub struct Base") && text.contains("pub struct More")
    };
    for idl in ["a.thrift", "b.thrift", "a.thrift"] {
        assert_eq!(folder.run(idl).notes, [] as [&str; 0]);
    }
    assert!(holds_both());
    // What the other job would have to add to is not written without it.
    folder.idl("base.thrift", &BASE.replace("i32 a", "i64 a"));
    let before = folder.all();
    let error = folder
        .try_run("a.thrift", |_| ())
        .err()
        .expect("the other job comes first");
    assert!(
        error.contains("first run: streamgen -streamx ../idl/b.thrift"),
        "{error}"
    );
    assert_eq!(folder.all(), before);
    folder.run("b.thrift");
    folder.run("a.thrift");
    assert!(holds_both() && folder.text("base.rs").contains("i64"));
}

#[test]
fn lints_are_allowed_while_a_job_needs_it() {
    let folder = two("lints");
    folder.idl(
        "a.thrift",
        &A.replace("{ 1: base.Base b }", "{ 1: base.Base b } (deprecated)"),
    );
    folder.run("a.thrift");
    folder.run("b.thrift");
    assert!(folder.text("mod.rs").contains("    deprecated,"));
    folder.idl("a.thrift", A);
    folder.run("a.thrift");
    assert!(!folder.text("mod.rs").contains("    deprecated,"));
}

#[test]
fn the_root_exports_the_descriptors_of_one_job_and_the_modules_of_all() {
    let folder = two("descriptors");
    folder.idl(
        "p.proto",
        "syntax = \"proto3\";\npackage p;\nmessage M {}\n",
    );
    let run = folder.try_run("p.proto", |options| options.descriptors = true);
    run.unwrap_or_else(|error| panic!("{error}"));
    folder.run("a.thrift");
    folder.assert_whole();
    let root = folder.text("mod.rs");
    for line in [
        "mod file_descriptor_set;",
        "pub use file_descriptor_set::*;",
        "pub mod a;",
        "    unused_imports,",
    ] {
        assert!(root.lines().any(|found| found == line), "{line}:\n{root}");
    }
}

/// A base with streams is of both, and has one surface: which of the two jobs has to run again is said
/// until they agree.
#[test]
fn a_shared_service_has_one_surface() {
    let folder = Folder::new("surfaces");
    folder
        .idl(
            "base.thrift",
            "namespace go base\nstruct M {}\nservice Base { M watch(1: M m) (streaming.mode = \"server\") }\n",
        )
        .idl(
            "a.thrift",
            "namespace go a\ninclude \"base.thrift\"\nservice A extends base.Base {}\n",
        )
        .idl(
            "b.thrift",
            "namespace go b\ninclude \"base.thrift\"\nservice B extends base.Base {}\n",
        );
    let classic = |options: &mut streamgen::Options| options.streamx = false;
    folder.run("a.thrift");
    let second = folder.try_run("b.thrift", classic).unwrap();
    let words = [
        "`src/stream_gen/base/base.rs` is of `../idl/a.thrift` too, and has changed; its options were \
         others, in: streamgen -streamx ../idl/a.thrift; run it again with those of this run",
    ];
    assert!(second.says(&words), "{:?}", second.notes);
    folder.try_run("a.thrift", classic).unwrap();
    let again = folder.try_run("b.thrift", classic).unwrap();
    assert!(again.notes.is_empty(), "{:?}", again.notes);
    assert!(again.paths(Action::Update).is_empty());
}
