//! Files that nothing produces any more, and IDL that is gone.

use streamgen::Action;

use crate::folder::Folder;

fn idl(namespace: &str, service: &str) -> String {
    format!(
        "namespace go {namespace}\nstruct T {{ 1: i32 a }}\nservice {service} {{ T t(1: T t) }}\n"
    )
}

#[test]
fn the_module_of_a_renamed_service_goes() {
    let folder = Folder::new("renamed");
    folder.idl("a.thrift", &idl("a", "Old")).run("a.thrift");
    folder.idl("a.thrift", &idl("a", "New"));
    let run = folder.run("a.thrift");
    assert_eq!(run.paths(Action::Remove), ["a/old.rs"]);
    assert_eq!(
        folder.names(),
        ["a.rs", "a/new.rs", "mod.rs", "streamgen.lock"]
    );
    folder.assert_whole();
}

#[test]
fn a_changed_namespace_moves_and_leaves_no_folder() {
    let folder = Folder::new("namespace");
    folder.idl("b.thrift", &idl("acme.b", "B")).run("b.thrift");
    folder
        .idl("a.thrift", &idl("acme.a.deep", "A"))
        .run("a.thrift");
    folder.idl("a.thrift", &idl("other", "A"));
    let run = folder.run("a.thrift");
    assert_eq!(
        run.paths(Action::Remove),
        ["acme/a/deep/a.rs", "acme/a/deep.rs", "acme/a.rs"]
    );
    // The module that is left to the other job declares only that.
    folder.assert_whole();
    assert_eq!(folder.text("acme.rs").matches("pub mod").count(), 1);
}

#[test]
fn a_file_that_somebody_changed_stays_and_is_named() {
    let folder = Folder::new("edited");
    folder.idl("a.thrift", &idl("a", "Old")).run("a.thrift");
    folder.edit("a/old.rs", |text| text + "// by hand\n");
    folder.idl("a.thrift", &idl("a", "New"));
    for _ in 0..2 {
        let run = folder.run("a.thrift");
        assert_eq!(run.paths(Action::Remove), [] as [&str; 0]);
        assert!(
            run.says(&["a/old.rs", "is not generated any more", "changed by hand"]),
            "{:?}",
            run.notes
        );
    }
    assert!(folder.text("a/old.rs").ends_with("// by hand\n"));
    folder.remove("a/old.rs");
    assert_eq!(folder.run("a.thrift").notes, [] as [&str; 0]);
    assert!(!folder.text("streamgen.lock").contains("old.rs"));
}

/// Git ends lines as the system does, where it is asked to.
#[test]
fn ends_of_lines_are_no_change() {
    let folder = Folder::new("crlf");
    folder.idl("a.thrift", &idl("a", "Old")).run("a.thrift");
    folder.edit("a/old.rs", |text| text.replace('\n', "\r\n"));
    folder.edit("streamgen.lock", |text| text.replace('\n', "\r\n"));
    folder.idl("a.thrift", &idl("a", "New"));
    assert_eq!(folder.run("a.thrift").paths(Action::Remove), ["a/old.rs"]);
}

#[test]
fn a_shared_file_stays_while_one_job_has_it() {
    let folder = Folder::new("shared-file");
    folder.idl("base.thrift", "namespace go base\nstruct B { 1: i32 a }\n");
    let with = |name: &str| {
        format!("include \"base.thrift\"\nnamespace go {name}\nservice S {{ base.B b() }}\n")
    };
    folder
        .idl("a.thrift", &with("a"))
        .idl("b.thrift", &with("b"));
    folder.run("a.thrift");
    folder.run("b.thrift");
    folder.idl("a.thrift", &idl("a", "S")).run("a.thrift");
    assert!(folder.names().contains(&"base.rs".to_owned()));
    folder.idl("b.thrift", &idl("b", "S"));
    assert_eq!(folder.run("b.thrift").paths(Action::Remove), ["base.rs"]);
    folder.assert_whole();
}

#[test]
fn an_idl_that_is_gone_or_broken_leaves_its_code_in_place() {
    let folder = Folder::new("gone");
    folder.idl("a.thrift", &idl("acme.a", "A")).run("a.thrift");
    folder.idl("b.thrift", &idl("acme.b", "B"));
    folder.idl("a.thrift", "struct {");
    assert_eq!(folder.run("b.thrift").notes, [] as [&str; 0]);
    folder.assert_whole();
    folder.without_idl("a.thrift");
    let run = folder.run("b.thrift");
    assert!(
        run.says(&["../idl/a.thrift", "is gone", "streamgen.lock"]),
        "{:?}",
        run.notes
    );
    folder.assert_whole();

    // What the note says: without its entry, the code goes too.
    folder.edit("streamgen.lock", |text| {
        let (head, rest) = text.split_once("\n[[jobs]]").expect("a job");
        let (_, rest) = rest.split_once("\n[[jobs]]").expect("two jobs");
        format!("{head}\n[[jobs]]{rest}")
    });
    let run = folder.run("b.thrift");
    assert_eq!(run.paths(Action::Remove), ["acme/a/a.rs", "acme/a.rs"]);
    folder.assert_whole();
}

#[test]
fn a_file_that_another_job_lost_is_named() {
    let folder = Folder::new("lost");
    folder
        .idl("a.thrift", &idl("a", "A"))
        .idl("b.thrift", &idl("b", "B"));
    folder.run("a.thrift");
    folder.run("b.thrift");
    folder.remove("a/a.rs");
    let run = folder.run("b.thrift");
    assert!(
        run.says(&["a/a.rs", "is missing", "streamgen -streamx ../idl/a.thrift"]),
        "{:?}",
        run.notes
    );
    folder.run("a.thrift");
    folder.assert_whole();
}

#[test]
fn an_error_in_the_idl_changes_nothing() {
    let folder = Folder::new("error");
    folder.idl("a.thrift", &idl("a", "Old")).run("a.thrift");
    let before = folder.all();
    folder.idl("a.thrift", &idl("a", "New").replace("i32", "Unknown"));
    assert!(folder.try_run("a.thrift", |_| ()).is_err());
    assert_eq!(folder.all(), before);
}

/// All of the IDL goes to another folder, and is changed on the way.
#[test]
fn idl_that_moves_is_the_same_job() {
    let folder = Folder::new("moves");
    let base = "namespace go base\nstruct B { 1: i32 a }\n";
    let with = |name: &str| {
        format!("include \"base.thrift\"\nnamespace go {name}\nservice S {{ base.B b() }}\n")
    };
    folder.idl("base.thrift", base);
    for name in ["a", "b"] {
        folder.idl(&format!("{name}.thrift"), &with(name));
        folder.run(&format!("{name}.thrift"));
    }
    folder.without_idl("base.thrift");
    folder.idl("deep/base.thrift", &base.replace("i32", "i64"));
    for name in ["a", "b"] {
        folder.without_idl(&format!("{name}.thrift"));
        folder.idl(&format!("deep/{name}.thrift"), &with(name));
    }
    folder.run("deep/a.thrift");
    assert_eq!(folder.run("deep/b.thrift").notes, [] as [&str; 0]);
    folder.assert_whole();
    let lock = folder.text("streamgen.lock");
    assert_eq!(lock.matches("[[jobs]]").count(), 2, "{lock}");
    assert!(!lock.contains("\"../idl/a.thrift\""), "{lock}");
}

/// The types of a namespace go, the namespaces in it stay.
#[test]
fn a_namespace_that_is_left_to_others_keeps_nothing_of_its_own() {
    let folder = Folder::new("left-empty");
    folder.idl("outer.thrift", &idl("acme", "Outer"));
    folder.idl("inner.thrift", &idl("acme.inner", "Inner"));
    folder.run("outer.thrift");
    folder.run("inner.thrift");
    folder.idl("outer.thrift", &idl("moved", "Outer"));
    let run = folder.run("outer.thrift");
    assert_eq!(run.notes, [] as [&str; 0]);
    folder.assert_whole();
    let after = folder.all();
    assert!(
        !after["acme.rs"].contains("pub struct T"),
        "{}",
        after["acme.rs"]
    );
    // It is what the other job alone would have made of it.
    folder.run("inner.thrift");
    assert_eq!(folder.all(), after);
}

/// Of two files in a namespace, one job had both and leaves.
#[test]
fn what_only_one_job_had_in_a_shared_module_is_named() {
    let folder = Folder::new("abandoned");
    folder.idl("base.thrift", "namespace go base\nstruct B { 1: i32 a }\n");
    folder.idl("more.thrift", "namespace go base\nstruct M { 1: i32 a }\n");
    folder.idl(
        "a.thrift",
        "include \"base.thrift\"\ninclude \"more.thrift\"\nstruct A { 1: base.B b, 2: more.M m }\n",
    );
    folder.idl(
        "b.thrift",
        "include \"base.thrift\"\nstruct U { 1: base.B b }\n",
    );
    folder.run("a.thrift");
    folder.run("b.thrift");
    folder.idl("a.thrift", "struct A {}\n");
    let run = folder.run("a.thrift");
    assert!(
        run.says(&[
            "base.rs",
            "still holds",
            "run: streamgen -streamx ../idl/b.thrift"
        ]),
        "{:?}",
        run.notes
    );
    folder.run("b.thrift");
    assert!(!folder.text("base.rs").contains("struct M"));
}
