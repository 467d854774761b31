//! What a tool that takes Kitex's place has to do, point by point. Each point has tests whose names
//! begin with its number:
//!
//! - `p01` one command in an empty folder makes a package that builds
//! - `p02` what Kitex refuses on the command line and in `streaming.mode` is refused, with its exit status
//! - `p03` a second run without a change touches no file
//! - `p04` a new method of the IDL becomes one stub in the handlers, and no other byte changes
//! - `p05` handlers that are no Rust are left alone, code is up to date all the same, and the status is 1
//! - `p06` two services are served as two and as one, from Thrift and from Protobuf
//! - `p07` includes across folders, diamonds, and two files of one name
//! - `p08` every sample is generated, whatever its language
//! - `p09` nothing panics, whatever is typed and whatever the IDL holds
//! - `p10` Kitex's own matrix: each of its kinds of IDL with each of its sets of flags is generated, and
//!   builds

mod builds;
#[path = "../files_below/mod.rs"]
mod files_below;
#[path = "../generated_target/mod.rs"]
mod generated_target;
mod matrix;
#[path = "../random/mod.rs"]
mod random;
mod refusals;
mod robust;
mod runs;
#[path = "../scratch/mod.rs"]
mod scratch;
mod tool;

use std::fs;

/// A point without a test would be proved by nobody.
#[test]
fn every_point_has_a_test() {
    let folder = fs::read_dir("tests/acceptance").expect("the tests are there");
    let files = folder.map(|entry| entry.expect("it can be read").path());
    let texts: String = files
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "rs"))
        .map(|path| fs::read_to_string(path).expect("a source is text"))
        .collect();
    let points: Vec<_> = include_str!("main.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! - `p")?.get(..2))
        .collect();
    assert_eq!(points.len(), 10);
    for point in points {
        let test = format!("#[test]\nfn p{point}_");
        assert!(texts.contains(&test), "point {point} has no test");
    }
}
