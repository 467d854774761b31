//! `-explain`: every code has a page, and the examples on it are what they claim to be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use streamgen::{Options, generate};
use streamgen_idl::Code;

const PAGES: &str = "idl/explain";

/// Codes of which no text of an IDL is an example: they are about files, folders and options.
const WITHOUT_EXAMPLE: [Code; 12] = [
    Code::FileNotReadable,
    Code::NotAFile,
    Code::NotUtf8,
    Code::FileTooLarge,
    Code::TooManyFiles,
    Code::IncludeFromWorkingDirectory,
    Code::PathCase,
    Code::InvalidDescriptorSet,
    Code::NotInDescriptorSet,
    Code::ProtobufRule,
    Code::NothingPicked,
    Code::OptionWithoutEffect,
];

/// One example of a page.
struct Example {
    /// The language, also the suffix of the file.
    language: String,
    text: String,
}

impl Example {
    /// A block that starts with a comment `// name.thrift` is a file beside the root.
    fn file_name(&self) -> Option<&str> {
        self.text.lines().next()?.strip_prefix("// ")
    }
}

/// The fenced blocks of a page.
fn examples(page: &str) -> Vec<Example> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    blocks
        .map(|block| {
            let (language, text) = block.split_once('\n').expect("a block has lines");
            Example {
                language: language.to_owned(),
                text: text.to_owned(),
            }
        })
        .collect()
}

/// The codes that the generator reports for a root IDL in a folder.
fn codes(folder: &Path, example: &Example, code: Code) -> BTreeSet<Code> {
    let suffix = match example.language.as_str() {
        "thrift" => "thrift",
        "protobuf" => "proto",
        "toml" => return codes_of_settings(folder, example),
        other => panic!("{code}: what is {other}?"),
    };
    let root = folder.join(format!("main.{suffix}"));
    fs::write(&root, &example.text).expect("a root can be written");
    let mut options = Options::new(root);
    options.streamx = true;
    options.module = Some("example".to_owned());
    options.out_dir = folder.join("out");
    options.service = (code == Code::NoService).then(|| "example".to_owned());
    let found = match generate(&options) {
        Ok(generated) => generated.warnings,
        Err(error) => match error.idl_errors() {
            Some(errors) => errors.diagnostics.clone(),
            None => panic!("{code}: {error}"),
        },
    };
    found.iter().map(|found| found.code).collect()
}

/// The codes that the command reports for a settings file in a folder with an IDL.
fn codes_of_settings(folder: &Path, example: &Example) -> BTreeSet<Code> {
    let files = [
        ("streamgen.toml", example.text.as_str()),
        ("main.thrift", "struct Main {}"),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a file can be written");
    }
    fs::create_dir_all(folder.join("idl")).expect("a folder can be made");
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .arg("-check")
        .current_dir(folder)
        .output()
        .expect("the tool runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let codes = Code::ALL.iter().copied();
    let codes: BTreeSet<_> = codes
        .filter(|code| said.contains(&format!("[{code}]")))
        .collect();
    // What is right leads as far as to the package, which is not there.
    assert!(!codes.is_empty() || said.contains("-module NAME"), "{said}");
    codes
}

/// A fresh folder with the files that stand beside the root.
fn folder(code: Code, examples: &[Example]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("explain")
        .join(code.as_str());
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for example in examples {
        if let Some(name) = example.file_name() {
            fs::write(folder.join(name), &example.text).expect("a file can be written");
        }
    }
    folder
}

#[test]
fn the_first_example_breaks_the_rule_and_the_last_one_mends_it() {
    let mut wrong = String::new();
    for &code in Code::ALL {
        let examples = examples(code.explanation());
        let roots: Vec<&Example> = examples
            .iter()
            .filter(|e| e.file_name().is_none())
            .collect();
        if WITHOUT_EXAMPLE.contains(&code) {
            assert!(roots.is_empty(), "{code} has an example");
            continue;
        }
        let folder = folder(code, &examples);
        let first = roots
            .first()
            .unwrap_or_else(|| panic!("{code} has no example"));
        let found = codes(&folder, first, code);
        if !found.contains(&code) {
            wrong += &format!("{code}: the first example shows {found:?}\n");
        }
        if let [_, .., last] = roots.as_slice() {
            let found = codes(&folder, last, code);
            // A uuid that is written well is still unknown to Kitex, and to the generator.
            if found.contains(&code) || !(found.is_empty() || code == Code::InvalidUuid) {
                wrong += &format!("{code}: the last example shows {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn pages_have_one_form_and_a_code_each() {
    for code in Code::ALL {
        let page = code.explanation();
        assert!(
            page.starts_with(&format!("# {code}: {}\n", code.summary())),
            "{code}"
        );
        for heading in ["## How to mend it", "## What Kitex does"] {
            assert!(
                page.contains(&format!("\n{heading}\n\n")),
                "{code}: {heading}"
            );
        }
    }
    let pages = fs::read_dir(PAGES).expect("the pages are there");
    let mut names: Vec<String> = pages
        .map(|entry| {
            entry
                .expect("a page")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(names, codes);
}

#[test]
fn the_command_prints_the_page() {
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args(["-explain", "sg0022"])
        .output()
        .expect("the tool runs");
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        Code::UnknownType.explanation()
    );
}
