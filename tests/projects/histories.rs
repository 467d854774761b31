//! Whatever has happened in a project, once every job has run it is what a new project would be.

use crate::folder::Folder;
use crate::random::Random;

/// Histories that are tried, and steps in each.
const HISTORIES: u64 = 10;
const STEPS: usize = 25;

/// What one IDL defines at the moment. No two IDLs are ever in one namespace.
#[derive(Clone, Copy)]
struct State {
    namespace: usize,
    service: usize,
    types: usize,
    includes: bool,
}

const IDLS: [&str; 3] = ["a", "b", "c"];

/// Namespaces of each IDL, some within others.
const NAMESPACES: [[&str; 3]; 3] = [
    ["acme", "one.deep", "two"],
    ["acme.b", "one", "three"],
    ["acme.b.c", "one.deep.er", "two.type"],
];

fn text(index: usize, state: State) -> String {
    let mut text = format!("namespace go {}\n", NAMESPACES[index][state.namespace]);
    if state.includes {
        text += "include \"base.thrift\"\nstruct Uses { 1: base.Base b }\n";
    }
    for n in 0..state.types {
        text += &format!("struct T{n} {{ 1: i32 a }}\n");
    }
    if state.service > 0 {
        text += &format!("service S{} {{ void go() }}\n", state.service);
    }
    text
}

fn write(folder: &Folder, states: &[State; 3]) {
    folder.idl(
        "base.thrift",
        "namespace go base\nstruct Base { 1: i32 a }\n",
    );
    for (index, state) in states.iter().enumerate() {
        folder.idl(&format!("{}.thrift", IDLS[index]), &text(index, *state));
    }
}

#[test]
fn the_past_does_not_matter() {
    for seed in 0..HISTORIES {
        let mut random = Random(seed);
        let folder = Folder::new("history");
        let mut states = [State {
            namespace: 0,
            service: 1,
            types: 1,
            includes: true,
        }; 3];
        for _ in 0..STEPS {
            let index = random.below(3);
            let state = &mut states[index];
            match random.below(4) {
                0 => state.namespace = random.below(3),
                1 => state.service = random.below(3),
                2 => state.types = random.below(3),
                _ => state.includes = !state.includes,
            }
            write(&folder, &states);
            folder.run(&format!("{}.thrift", IDLS[index]));
            folder.assert_whole();
        }
        let fresh = Folder::new("history-fresh");
        write(&fresh, &states);
        for idl in IDLS {
            folder.run(&format!("{idl}.thrift"));
            fresh.run(&format!("{idl}.thrift"));
        }
        assert_eq!(folder.all(), fresh.all(), "seed {seed}");
    }
}
