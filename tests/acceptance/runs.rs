//! Runs after the first one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::files_below::files_below;
use crate::scratch;
use crate::tool::{streamgen, succeeds};

const IDL: &str = "namespace rs echo\nstruct A {\n    1: string text,\n}\nservice Echo {\n    A First(1: A a),\n}\n";
const RUN: &str = "-module m -service s -runtime version:0.1 echo.thrift";

fn project(name: &str) -> PathBuf {
    let folder = scratch::folder("acceptance", name);
    fs::write(folder.join("echo.thrift"), IDL).expect("it is ours");
    succeeds(&folder, RUN);
    folder
}

fn add_a_method(folder: &Path) {
    let more = IDL.replace(
        "A First(1: A a),",
        "A First(1: A a),\n    A Second(1: A a),",
    );
    fs::write(folder.join("echo.thrift"), more).expect("it is ours");
}

#[test]
fn p03_a_second_run_touches_nothing() {
    let folder = project("second-run");
    let long_ago = SystemTime::UNIX_EPOCH;
    let all = files_below(&folder);
    assert!(all.len() > 6);
    for path in &all {
        let file = fs::File::options()
            .write(true)
            .open(path)
            .expect("it is ours");
        file.set_modified(long_ago).expect("it is ours");
    }
    let said = succeeds(&folder, RUN);
    assert!(said.contains("up to date"), "{said}");
    assert_eq!(files_below(&folder), all);
    for path in &all {
        let modified = path.metadata().and_then(|found| found.modified());
        assert_eq!(
            modified.expect("it is there"),
            long_ago,
            "{}",
            path.display()
        );
    }
}

#[test]
fn p04_a_new_method_is_one_stub_and_no_other_byte() {
    let folder = project("new-method");
    let handlers = folder.join("src/handler.rs");
    let before =
        fs::read_to_string(&handlers).expect("it is there") + "\n// mine, \t unformatted\r\n";
    fs::write(&handlers, &before).expect("it is ours");
    add_a_method(&folder);
    succeeds(&folder, RUN);
    let after = fs::read_to_string(&handlers).expect("it is there");
    assert_eq!(after.matches("async fn second(").count(), 1, "{after}");
    // What is new is one piece: without it, the text is the old one.
    let common = before
        .bytes()
        .zip(after.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    assert!(after.ends_with(&before[common..]), "{after}");
    assert_eq!(succeeds(&folder, RUN).trim(), ". is up to date");
}

#[test]
fn p05_handlers_that_are_no_rust_are_left_alone() {
    let folder = project("no-rust");
    let handlers = folder.join("src/handler.rs");
    fs::write(&handlers, "impl {").expect("it is ours");
    add_a_method(&folder);
    let ran = streamgen(&folder, RUN);
    assert_eq!(ran.status, 1, "{}", ran.text);
    assert_eq!(
        fs::read_to_string(&handlers).expect("it is there"),
        "impl {"
    );
    let code = fs::read_to_string(folder.join("src/stream_gen/echo/echo.rs")).expect("it is there");
    assert!(code.contains("fn second("), "the code is up to date");
    assert!(ran.text.contains("async fn second("), "{}", ran.text);
}
