//! Several IDLs in one command.

use streamgen::Action;

use crate::folder::Folder;

const BASE: &str = "namespace go base\nstruct Base { 1: i32 a }\n";

/// The IDL of a service that uses the shared types.
fn service(name: &str, more: &str) -> String {
    format!(
        "namespace go {name}\ninclude \"base.thrift\"\n{more}\nservice {name}s {{ base.Base get(1: base.Base b) }}\n"
    )
}

fn three(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder
        .idl("base.thrift", BASE)
        .idl("a.thrift", &service("a", ""))
        .idl("b.thrift", &service("b", ""))
        .idl("c.thrift", &service("acme.c", "").replace("acme.cs", "cs"));
    folder
}

const ALL: [&str; 3] = ["a.thrift", "b.thrift", "c.thrift"];

#[test]
fn at_once_or_one_after_the_other_is_the_same() {
    let apart = three("apart");
    for idl in ALL {
        apart.run(idl);
    }
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let folder = three("at-once");
        let idls = order.map(|index| ALL[index]);
        let run = folder
            .try_run_all(&idls)
            .unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(run.notes, [] as [&str; 0]);
        assert_eq!(folder.all(), apart.all());
        folder.assert_whole();
        // A second time there is nothing to do.
        let run = folder
            .try_run_all(&idls)
            .unwrap_or_else(|errors| panic!("{errors:?}"));
        assert!(
            run.changes
                .iter()
                .all(|change| !change.action.touches_disk())
        );
    }
}

/// What is shared has changed, services are renamed and a namespace too: nobody is told to run again.
#[test]
fn one_command_brings_all_jobs_up_to_date() {
    let folder = three("update");
    folder
        .try_run_all(&ALL)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    folder.idl("base.thrift", &BASE.replace("i32 a", "i64 a"));
    folder.idl(
        "b.thrift",
        &service("b", "").replace("service bs", "service Renamed"),
    );
    folder.idl("c.thrift", &service("other", ""));
    let run = folder
        .try_run_all(&ALL)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(run.notes, [] as [&str; 0]);
    assert_eq!(
        run.paths(Action::Remove),
        ["acme/c/cs.rs", "acme/c.rs", "acme.rs", "b/bs.rs"]
    );
    folder.assert_whole();
    let fresh = three("update-fresh");
    for (idl, text) in [
        ("base.thrift", BASE.replace("i32 a", "i64 a")),
        (
            "b.thrift",
            service("b", "").replace("service bs", "service Renamed"),
        ),
        ("c.thrift", service("other", "")),
    ] {
        fresh.idl(idl, &text);
    }
    fresh
        .try_run_all(&ALL)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(folder.all(), fresh.all());
}

/// One job knows more of a namespace than another, which has to wait for it.
#[test]
fn the_order_on_the_command_line_does_not_matter() {
    let folder = three("order");
    folder.idl(
        "more.thrift",
        "namespace go base\nstruct More { 1: i32 a }\n",
    );
    let more = "include \"more.thrift\"\nstruct Uses { 1: more.More m }";
    folder.idl("b.thrift", &service("b", more));
    folder
        .try_run_all(&ALL)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    folder.idl("base.thrift", &BASE.replace("i32 a", "i64 a"));
    let alone = folder.try_run("a.thrift", |_| ()).err();
    assert!(alone.is_some_and(|error| error.contains("first run: ")));
    let run = folder
        .try_run_all(&ALL)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(run.notes, [] as [&str; 0]);
    let text = folder.text("base.rs");
    assert!(
        text.contains("pub struct More") && text.contains("i64"),
        "{text}"
    );
}

#[test]
fn the_errors_of_all_are_told_and_nothing_is_written() {
    let folder = three("errors");
    folder.idl("a.thrift", "struct A { 1: Nope a }\n");
    folder.idl("c.thrift", "struct {\n");
    let errors = folder.try_run_all(&ALL).err().expect("two are wrong");
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors[0].contains("a.thrift") && errors[1].contains("c.thrift"),
        "{errors:?}"
    );
    assert_eq!(folder.names(), [] as [&str; 0]);
}

#[test]
fn two_idls_of_one_namespace_are_named() {
    let folder = three("clash");
    folder.idl("b.thrift", "namespace go a\nstruct B {}\n");
    let errors = folder.try_run_all(&ALL).err().expect("they clash");
    let text = errors.join("\n");
    for part in [
        "src/stream_gen/a.rs",
        "`../idl/a.thrift`",
        "`../idl/b.thrift`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(folder.names(), [] as [&str; 0]);
}
