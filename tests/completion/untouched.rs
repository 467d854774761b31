//! Files that stay as they are.

use std::fs;

use streamgen::NoteSeverity::{Error, Note};

use crate::package::{Package, inserted};

const ONE: &str = "namespace go shop\nservice First { void one() }\n";
const TWO: &str = "namespace go shop\nservice First { void one(), void two() }\nservice Second { void three() }\n";

#[test]
fn a_file_that_is_no_rust_is_left_alone_and_the_stubs_are_told() {
    let package = Package::fresh("no-rust", ONE);
    package.edit("src/handler.rs", "impl", "impl {");
    let before = package.text("src/handler.rs");
    let run = package.run(TWO);
    assert!(run.completed.is_empty());
    assert_eq!(package.text("src/handler.rs"), before);
    run.assert_says(Error, "src/handler.rs:");
    let text = &run.notes[0].text;
    for part in [
        "this is no Rust, so the file is left alone: ",
        "; what it seems to lack:\n\n    async fn two(",
        "impl crate::stream_gen::shop::second::Second for SecondImpl {",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("fn one("), "{text}");
    // The generated code is up to date all the same.
    assert!(
        package
            .text("src/stream_gen/shop/first.rs")
            .contains("fn two(")
    );
}

/// What is no Rust has nothing to do with the handlers.
#[test]
fn a_program_that_is_no_rust_keeps_no_handler_from_its_stubs() {
    let package = Package::fresh("no-program", ONE);
    package.edit("src/main.rs", "mod handler;", "mod handler");
    let before = package.text("src/main.rs");
    let run = package.run(TWO);
    assert_eq!(run.completed, ["src/handler.rs"]);
    assert_eq!(package.text("src/main.rs"), before);
    run.assert_says(Error, "src/main.rs:4: this is no Rust");
    run.assert_says(Note, "src/handler.rs:23: `SecondImpl` is new");
}

#[test]
fn bytes_that_are_no_text_are_left_alone() {
    let package = Package::fresh("no-text", ONE);
    let mut bytes = package.text("src/handler.rs").into_bytes();
    bytes.extend(b"// \xff\n");
    fs::write(package.dir.join("src/handler.rs"), &bytes).expect("it can be written");
    package
        .run(TWO)
        .assert_says(Error, "src/handler.rs:17: this is no Rust");
    assert_eq!(
        fs::read(package.dir.join("src/handler.rs")).ok(),
        Some(bytes)
    );
}

#[test]
fn an_implementation_that_only_a_macro_sees_is_not_doubled() {
    let package = Package::fresh("macro", ONE);
    package.edit(
        "src/handler.rs",
        "impl shop",
        "macro_rules! same { ($($t:tt)*) => { $($t)* } }\nsame! { impl shop",
    );
    let text = package.text("src/handler.rs") + "}\n";
    package.write("src/handler.rs", &text);
    let run = package.run(ONE);
    assert!(run.completed.is_empty(), "{:#?}", run.notes);
    run.assert_says(Note, "src/handler.rs:18: nothing implements `First`");
}

#[test]
fn whoever_does_not_want_it_gets_the_text_only() {
    let mut package = Package::fresh("only-told", ONE);
    package.options = |options| options.edit_handlers = false;
    let (handler, main) = (package.text("src/handler.rs"), package.text("src/main.rs"));
    let run = package.run(TWO);
    assert!(run.completed.is_empty());
    for start in [
        "src/handler.rs:11: `impl First for FirstImpl` has no `two`; add in front of the brace in line 16:",
        "src/handler.rs:16: nothing implements `Second`",
        "src/main.rs:20: the program does not serve `Second`",
    ] {
        run.assert_says(Note, start);
    }
    assert_eq!(package.text("src/handler.rs"), handler);
    assert_eq!(package.text("src/main.rs"), main);
}

/// The trait of another crate is not the service's, and of one that may be, nobody is sure.
#[test]
fn traits_that_are_only_called_alike_are_left_alone() {
    for (import, says) in [
        ("use std::fmt::Display;", ": `DisplayImpl` is new"),
        (
            "use super::Display;",
            ": `impl Display for Other` has no `two`; add",
        ),
        (
            "pub trait Display { fn fmt(&self); }",
            ": `impl Display for Other` has no `two`; add",
        ),
    ] {
        let package = Package::fresh("alike", ONE);
        let text = package.text("src/handler.rs");
        let text = text
            .replace("//!", "//")
            .replace("/// Answers", "// Answers");
        let head = format!(
            "{import}\n\npub struct Other;\nimpl Display for Other {{\n    fn fmt(&self) {{}}\n}}\n"
        );
        let text = text.replacen("use crate", &format!("{head}use crate"), 1);
        package.write("src/handler.rs", &text);
        let run = package.run(&format!("{ONE}service Display {{ void two() }}\n"));
        let texts = run.texts();
        assert!(
            texts.iter().any(|text| text.contains(says)),
            "{import}: {texts:#?}"
        );
        let after = package.text("src/handler.rs");
        let (before, _) = text.split_once("use crate").expect("it imports");
        assert!(after.starts_with(before), "{after}");
    }
}

/// A link to the file stays a link.
#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let package = Package::fresh("link", ONE);
    fs::create_dir(package.dir.join("real")).expect("a folder can be made");
    let (link, real) = (
        package.dir.join("src/handler.rs"),
        package.dir.join("real/handler.rs"),
    );
    fs::rename(&link, &real).expect("it can be moved");
    std::os::unix::fs::symlink("../real/handler.rs", &link).expect("a link can be made");
    let run = package.run(TWO);
    assert!(run.completed.contains(&"src/handler.rs".to_owned()));
    assert!(link.is_symlink() && package.text("real/handler.rs").contains("fn two("));
}

/// Somebody saves the file between reading and writing.
#[test]
fn a_file_that_changes_meanwhile_is_not_overwritten() {
    let package = Package::fresh("meanwhile", ONE);
    package.write("shop.thrift", TWO);
    let mut options = streamgen::Options::new(package.dir.join("shop.thrift"));
    options.service = Some("shop".to_owned());
    options.out_dir = package.dir.clone();
    let generated = streamgen::generate(&options).expect("the IDL is right");
    let before = package.text("src/handler.rs");
    package.write("src/handler.rs", &format!("{before}// mine\n"));
    let error = generated
        .files
        .write(&package.dir)
        .expect_err("the file is another one");
    assert!(
        error
            .to_string()
            .contains("it has changed since streamgen read it"),
        "{error}"
    );
    assert!(package.text("src/handler.rs").ends_with("// mine\n"));
    assert!(!package.text("src/stream_gen/shop.rs").contains("second"));
}

/// Every byte that an editor may put in front of the code, or into it.
#[test]
fn odd_bytes_stay() {
    for front in [
        "\u{feff}",
        "#!/usr/bin/env cargo\n",
        "\u{feff}#!/bin/\u{e9}\n",
    ] {
        for crlf in [false, true] {
            let package = Package::fresh("odd-bytes", ONE);
            let mut text = format!("{front}{}", package.text("src/handler.rs"));
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            package.write("src/handler.rs", &text);
            let run = package.run(&TWO.replace("service Second { void three() }", ""));
            assert_eq!(run.completed, ["src/handler.rs"]);
            let after = package.text("src/handler.rs");
            let new = inserted(&text, &after);
            assert_eq!(new.matches('\n').count(), 5, "{new:?}");
            assert_eq!(
                new.matches("\r\n").count(),
                if crlf { 5 } else { 0 },
                "{new:?}"
            );
        }
    }
}
