//! Whatever is typed, and whatever stands in the IDL. `fuzz/` does this for hours; here, a seed makes
//! the same few hundred cases in every run.

use std::fs;
use std::path::Path;

use streamgen::{Options, generate};

use crate::files_below::files_below;
use crate::random::Random;
use crate::scratch;
use crate::tool::run;

const WORDS: &[&str] = &[
    "-streamx",
    "-streamx=",
    "-streamx=x",
    "-module",
    "m",
    "-module=",
    "-service",
    "s",
    "-service=a b",
    "-use",
    "crate::x",
    "-use=::",
    "-combine-service",
    "-invoker",
    "-no-recurse",
    "-copy-idl",
    "-record",
    "-thrift",
    "json_enum_as_text",
    "code_ref,,",
    "-idl-ref",
    "-idl-ref=echo.thrift",
    "-I",
    ".",
    "-I=http://x",
    "-type",
    "thrift",
    "protobuf",
    "-gen-path",
    "a/../b",
    "-gen-path=self",
    "-out",
    "out",
    "-out=echo.thrift",
    "-",
    "--",
    "-=",
    "-é",
    "",
    "=",
    "-check",
    "-diff",
    "-dry-run",
    "-q",
    "-v",
    "-explain",
    "SG0001",
    "SG9999",
    "-message-format=json",
    "-extern-path",
    "a=b",
    "-rename=a.B=fn",
    "-descriptor-set=echo.thrift",
    "-string-type",
    "\u{202e}x",
    "echo.thrift",
    "not-there.thrift",
    "-tpl",
    "-hessian2=x",
    "-descriptors",
];

#[test]
fn p09_no_command_line_panics() {
    let folder = scratch::folder("acceptance", "command-line-panics");
    fs::write(folder.join("echo.thrift"), "service E {}\n").expect("it is ours");
    let mut random = Random(0x5eed);
    let mut statuses = [0; 3];
    for round in 0..150 {
        // Half of them have what a run needs, and few other words: some of these succeed.
        let (most, needed): (_, &[&str]) = match round % 2 {
            0 => (2, &["-module", "m", "echo.thrift"]),
            _ => (7, &[]),
        };
        let mut words = vec!["-runtime", "version:0.1"];
        words.extend((0..=random.below(most)).map(|_| WORDS[random.below(WORDS.len())]));
        words.extend(needed);
        let ran = run(&folder, &words);
        assert!([0, 1, 2].contains(&ran.status), "{words:?}:\n{}", ran.text);
        assert!(!ran.text.contains("panicked"), "{words:?}:\n{}", ran.text);
        statuses[ran.status as usize] += 1;
    }
    assert!(statuses.iter().all(|count| *count > 0), "{statuses:?}");
}

#[test]
fn p09_no_idl_panics() {
    let folder = scratch::folder("acceptance", "idl-panics");
    let samples = files_below(Path::new("tests/acceptance/idl"));
    let mut random = Random(0xfeed);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..300 {
        let sample = &samples[round % samples.len()];
        let mut bytes = fs::read(sample).expect("it is committed");
        for _ in 0..=random.below(4) {
            let (at, other) = (random.below(bytes.len()), random.below(bytes.len()));
            match random.below(4) {
                0 => bytes[at] = u8::try_from(random.below(256)).expect("it is a byte"),
                1 => drop(bytes.drain(at.min(other)..at.max(other))),
                2 => bytes.insert(at, b"{}()<>;,.\"'=1- \n"[random.below(16)]),
                _ => bytes.swap(at, other),
            }
            bytes.push(b'\n');
        }
        let suffix = sample.extension().expect("it has one");
        let file = folder.join("mutated").with_extension(suffix);
        fs::write(&file, bytes).expect("it is ours");
        let mut options = Options::new(&file);
        options.streamx = true;
        options.combine_service = round % 2 == 0;
        options.include_dirs = vec![sample.with_file_name("")];
        options.module = Some("m".to_owned());
        options.runtime = "version:0.1".parse().ok();
        options.out_dir = folder.join("out");
        // It may be right or wrong, as long as somebody says so.
        match generate(&options) {
            Ok(_) => right += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                wrong += 1;
            }
        }
    }
    assert!(right > 10 && wrong > 10, "{right}, {wrong}");
}
