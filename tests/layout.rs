//! Generated text is what `rustfmt` prints, however long the names of the IDL are.
//!
//! `tests/layout/widths.thrift` has something of every kind that is generated; the words NAME, TYPE
//! and CONST in it stand for names of growing length, so that every construct crosses every width at
//! which rustfmt would break it.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use streamgen::{Options, generate};

/// Up to here rustfmt can format all of it. With longer names, lines that it cannot break grow too
/// long, and then it leaves whole items as they are, or breaks them (`>{`).
const LONGEST: usize = 25;

#[test]
fn rustfmt_has_nothing_to_change() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("layout");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    let mut roots = Vec::new();
    for length in 1..=LONGEST {
        let out = dir.join(length.to_string());
        let idl = dir.join(format!("widths-{length}.thrift"));
        fs::write(&idl, widths(length)).expect("an IDL can be written");
        let mut options = Options::new(idl);
        options.streamx = true;
        options.module = Some("widths".to_owned());
        options.service = Some("widths".to_owned());
        options.out_dir = out.clone();
        let generated = generate(&options).unwrap_or_else(|error| panic!("{length}: {error}"));
        generated.files.write(&out).expect("it can be written");
        roots.push(out.join("src/main.rs"));
    }
    let rustfmt = Command::new(env::var_os("RUSTFMT").unwrap_or("rustfmt".into()))
        .args(["--check", "--edition", "2024", "--color", "never"])
        .args(roots)
        .output();
    let output = match rustfmt {
        // A machine with less than rustup's default profile; CI has it.
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        other => other.expect("rustfmt runs"),
    };
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&text)
    );
}

fn widths(length: usize) -> String {
    let filler = |first: &str, rest: &str| first.to_owned() + &rest.repeat(length - 1);
    fs::read_to_string("tests/layout/widths.thrift")
        .expect("the IDL is there")
        .replace("NAME", &filler("x", "y"))
        .replace("TYPE", &filler("T", "t"))
        .replace("CONST", &filler("X", "Y"))
}
