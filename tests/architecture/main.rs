//! The code obeys the drawing in ARCHITECTURE.md: no room names another to which it has no arrow, and
//! no arrow is drawn that nothing follows.

mod drawing;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use drawing::{Drawing, drawings};
use source::{Crate, Names};

/// Something of a room that a module of another room names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    /// The module, as a path from the crate's folder.
    module: String,
    from: String,
    to: String,
}

fn read() -> Vec<(Drawing, Crate)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("ARCHITECTURE.md"));
    let drawings = drawings(&document.expect("the document is there"));
    let folders: Vec<_> = drawings.iter().map(|one| one.folder.as_str()).collect();
    assert_eq!(folders, ["src", "idl/src", "dynamic/src", "runtime/src"]);
    let read = drawings.into_iter().map(|drawing| {
        let code = Crate::read(&root.join(&drawing.folder));
        (drawing, code)
    });
    read.collect()
}

/// Every arrow from one room to another.
fn arrows(drawing: &Drawing, code: &Crate) -> BTreeSet<Arrow> {
    let mut found = BTreeSet::new();
    for (module, named) in code.named() {
        let Some(from) = drawing.room_of(module) else {
            continue;
        };
        let rooms = named.iter().filter_map(|names| drawing.room_of(names));
        found.extend(rooms.filter(|to| *to != from).map(|to| Arrow {
            module: module.join("/"),
            from: from.to_owned(),
            to: to.to_owned(),
        }));
    }
    found
}

#[test]
fn every_module_has_a_room() {
    for (drawing, code) in read() {
        let is_root = |module: &Names| module.is_empty();
        let modules = code.modules().filter(|module| !is_root(module));
        let homeless: Vec<_> = modules
            .filter(|one| drawing.room_of(one).is_none())
            .collect();
        assert!(homeless.is_empty(), "{}: {homeless:?}", drawing.folder);
    }
}

#[test]
fn no_room_names_another_without_an_arrow() {
    let mut wrong = Vec::new();
    for (drawing, code) in read() {
        for Arrow { module, from, to } in arrows(&drawing, &code) {
            let is_exception = drawing.exceptions.contains(&(module.clone(), to.clone()));
            if !drawing.rooms[&from].contains(&to) && !is_exception {
                wrong.push(format!("{}/{module}: {from} → {to}", drawing.folder));
            }
        }
    }
    let hint = "ARCHITECTURE.md draws no such arrow";
    assert!(wrong.is_empty(), "{hint}:\n{}", wrong.join("\n"));
}

/// The IDL is read by another crate.
#[test]
fn one_room_of_the_tool_touches_the_disk() {
    let (drawing, code) = read().swap_remove(0);
    let words = [
        "fs::",
        ".exists()",
        ".is_file()",
        ".is_dir()",
        ".canonicalize()",
        ".read_dir()",
        ".metadata()",
    ];
    let found = code.with_word(&words).into_iter();
    let (home, elsewhere): (Vec<_>, Vec<_>) =
        found.partition(|(module, _)| drawing.room_of(module) == Some("output"));
    assert!(!home.is_empty(), "the words find nothing");
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn every_arrow_of_the_drawing_is_followed() {
    let mut idle = Vec::new();
    for (drawing, code) in read() {
        let mut drawn: BTreeSet<_> = drawing.exceptions.clone();
        for (from, to) in &drawing.rooms {
            drawn.extend(to.iter().map(|to| (from.clone(), to.clone())));
        }
        for Arrow { module, from, to } in arrows(&drawing, &code) {
            // An exception is not needed where the whole room has the arrow.
            let by_room = drawn.remove(&(from.clone(), to.clone()));
            if !by_room && !drawing.rooms[&from].contains(&to) {
                drawn.remove(&(module, to));
            }
        }
        let arrows = drawn
            .iter()
            .map(|(from, to)| format!("{}: {from} → {to}", drawing.folder));
        idle.extend(arrows);
    }
    assert!(
        idle.is_empty(),
        "nothing follows these:\n{}",
        idle.join("\n")
    );
}
