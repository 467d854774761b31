//! Projects that an older streamgen has left, which wrote no lock file.

use streamgen::Action;

use crate::folder::Folder;

fn idl(namespace: &str, service: &str) -> String {
    format!(
        "namespace go {namespace}\nstruct T {{ 1: i32 a }}\nservice {service} {{ T t(1: T t) }}\n"
    )
}

/// A project of `a.thrift` without its lock file.
fn old(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder
        .idl("a.thrift", &idl("acme.a", "Old"))
        .idl("b.thrift", &idl("acme.b", "B"));
    folder.run("a.thrift");
    folder.remove("streamgen.lock");
    folder
}

#[test]
fn the_same_idl_goes_on() {
    let folder = old("adopt-same");
    let run = folder.run("a.thrift");
    assert_eq!(run.notes, [] as [&str; 0]);
    assert_eq!(run.paths(Action::Create), ["streamgen.lock"]);
    assert!(!folder.text("streamgen.lock").contains("adopted"));
}

#[test]
fn another_idl_joins() {
    let folder = old("adopt-other");
    let run = folder.run("b.thrift");
    assert!(
        run.says(&["streamgen.lock", "`a.thrift`"]),
        "{:?}",
        run.notes
    );
    folder.assert_whole();
    assert_eq!(folder.run("b.thrift").notes, [] as [&str; 0]);
    // Once it has run, its options are known.
    folder.run("a.thrift");
    folder.assert_whole();
    let lock = folder.text("streamgen.lock");
    assert!(
        !lock.contains("adopted") && lock.contains("../idl/a.thrift"),
        "{lock}"
    );
}

#[test]
fn what_may_have_been_changed_is_never_removed() {
    let folder = old("adopt-renamed");
    folder.idl("a.thrift", &idl("acme.a", "New"));
    let run = folder.run("a.thrift");
    assert_eq!(run.paths(Action::Remove), [] as [&str; 0]);
    assert!(
        run.says(&["acme/a/old.rs", "delete it if you do not need it"]),
        "{:?}",
        run.notes
    );
    assert_ne!(folder.text("acme/a/old.rs"), "");
}
