//! IDL that is legal and far larger than any: nothing overflows the stack, and nothing that the tool
//! decides takes time that grows with the square of the file.

use std::fs;
use std::path::Path;

use streamgen::{FilePlan, Options, generate};

/// Structs in the chain.
const DEEP: usize = 10_000;

/// Most definitions that one file of a large namespace holds.
const PART: usize = 64;

/// What is generated for structs of which each holds the next.
fn chain(test: &str, last: &str) -> FilePlan {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deep");
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    let idl = dir.join(format!("{test}.thrift"));
    let one = |index| format!("struct S{index} {{ 1: S{} next }}\n", index + 1);
    let text: String = (0..DEEP).map(one).collect();
    fs::write(&idl, text + &format!("struct S{DEEP} {{ {last} }}\n")).expect("it can be written");
    let mut options = Options::new(idl);
    options.module = Some("deep".to_owned());
    options.out_dir = dir;
    generate(&options).expect("the IDL is legal").files
}

fn count(files: &FilePlan, needle: &str) -> usize {
    let texts = files.iter().map(|(_, file)| &file.contents);
    texts.map(|text| text.matches(needle).count()).sum()
}

#[test]
fn what_a_struct_lacks_reaches_everything_that_holds_it() {
    let files = chain("double", "1: double a");
    assert_eq!(count(&files, "\npub struct S"), DEEP + 1);
    assert_eq!(count(&files, ", Eq"), 0);
    let most = files
        .iter()
        .map(|(_, file)| file.contents.matches("\npub struct S").count());
    assert_eq!(most.max(), Some(PART));
}

#[test]
fn a_circle_of_ten_thousand_structs_is_boxed() {
    let files = chain("circle", "1: S0 first");
    assert_eq!(count(&files, "::std::boxed::Box<"), DEEP + 1);
}
