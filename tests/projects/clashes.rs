//! Two jobs that want different things in one place.

use crate::folder::Folder;

/// Runs the first, then fails with the second and says why; nothing has changed then.
fn error(folder: &Folder, first: &str, second: &str) -> String {
    folder.run(first);
    let before = folder.all();
    let error = folder.try_run(second, |_| ()).err();
    assert_eq!(folder.all(), before);
    error.expect("they clash")
}

#[test]
fn one_namespace_of_two_idls() {
    let folder = Folder::new("same-namespace");
    folder.idl("a.thrift", "namespace go common\nstruct A {}\n");
    folder.idl("b.thrift", "namespace go common\nstruct B {}\n");
    let error = error(&folder, "a.thrift", "b.thrift");
    for part in [
        "src/stream_gen/common.rs",
        "`../idl/a.thrift`",
        "`../idl/b.thrift`",
        "streamgen -streamx ../idl/a.thrift",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn one_file_name_in_two_folders() {
    let folder = Folder::new("copies");
    for (name, text) in [
        ("one", "struct T { 1: i32 a }"),
        ("two", "struct T { 1: i64 a }"),
        ("three", "struct T { 1: i32 a }"),
    ] {
        folder.idl(&format!("{name}/base.thrift"), text);
        folder.idl(
            &format!("{name}.thrift"),
            &format!("include \"{name}/base.thrift\"\nstruct U {{ 1: base.T t }}"),
        );
    }
    let error = error(&folder, "one.thrift", "two.thrift");
    assert!(error.contains("`../idl/two/base.thrift`"), "{error}");
    // A copy with the same bytes is as good as the file itself.
    folder.run("three.thrift");
    folder.assert_whole();
}

#[test]
fn two_protos_without_a_package() {
    let folder = Folder::new("no-packages");
    folder.idl("a.proto", "syntax = \"proto3\";\nmessage A {}\n");
    folder.idl("b.proto", "syntax = \"proto3\";\nmessage B {}\n");
    let error = error(&folder, "a.proto", "b.proto");
    assert!(
        error.contains("src/stream_gen/mod.rs") && error.contains("-gen-path"),
        "{error}"
    );
}

#[test]
fn a_package_and_a_nested_type_of_one_name() {
    let folder = Folder::new("nested-type");
    folder.idl(
        "a.proto",
        "syntax = \"proto3\";\npackage a;\nmessage B { message C {} C c = 1; }\n",
    );
    folder.idl(
        "b.proto",
        "syntax = \"proto3\";\npackage a.b;\nmessage D {}\n",
    );
    let error = error(&folder, "a.proto", "b.proto");
    assert!(error.contains("two modules `b`"), "{error}");
    let folder = Folder::new("nested-type-second");
    folder.idl(
        "a.proto",
        "syntax = \"proto3\";\npackage a;\nmessage B { message C {} C c = 1; }\n",
    );
    folder.idl(
        "b.proto",
        "syntax = \"proto3\";\npackage a.b;\nmessage D {}\n",
    );
    let error = self::error(&folder, "b.proto", "a.proto");
    assert!(error.contains("two modules `b`"), "{error}");
}

#[test]
fn a_lock_that_cannot_be_followed() {
    let folder = Folder::new("lock-errors");
    folder.idl("a.thrift", "struct A {}\n").run("a.thrift");
    let good = folder.text("streamgen.lock");
    for (text, why) in [
        (
            good.replace("version = 1", "version = 7"),
            "a newer streamgen wrote it",
        ),
        (
            format!("{good}<<<<<<< HEAD\n"),
            "a merge left both sides in it",
        ),
        (
            good.replace("\"a.rs\"", "\"../../a.rs\""),
            "is not a file below its folder",
        ),
        ("not TOML".to_owned(), "TOML parse error"),
    ] {
        folder.edit("streamgen.lock", |_| text);
        let error = folder.try_run("a.thrift", |_| ()).err().expect(why);
        assert!(
            error.contains("streamgen.lock") && error.contains(why),
            "{why}: {error}"
        );
    }
}

#[test]
fn a_clash_with_an_idl_that_is_gone_says_how_to_drop_it() {
    let folder = Folder::new("clash-gone");
    folder.idl("a.thrift", "namespace go common\nstruct A {}\n");
    folder.run("a.thrift");
    folder.without_idl("a.thrift");
    folder.idl("b.thrift", "namespace go common\nstruct B {}\n");
    let error = folder
        .try_run("b.thrift", |_| ())
        .err()
        .expect("they clash");
    assert!(
        error.contains("`../idl/a.thrift` is gone") && error.contains("streamgen.lock"),
        "{error}"
    );
}
