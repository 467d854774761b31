//! What is made of the definition of the flags, as it is installed beside the tool: completions for shells
//! and the manual page, in `docs/cli`.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --test pages`.

#[path = "ast/schema.rs"]
mod schema;
mod scratch;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use schema::Schema;

/// The flags that print a page, and its file.
const PAGES: [(&[&str], &str); 6] = [
    (&["-completions", "bash"], "streamgen.bash"),
    (&["-completions", "fish"], "streamgen.fish"),
    (&["-completions", "powershell"], "_streamgen.ps1"),
    (&["-completions", "zsh"], "_streamgen"),
    (&["-man-page"], "streamgen.1"),
    (&["init", "-man-page"], OF_INIT),
];

/// The page of the subcommand, which has the flags that it takes.
const OF_INIT: &str = "streamgen-init.1";

fn page(words: &[&str]) -> String {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
    let output = tool.args(words).output().expect("the tool runs");
    assert!(output.status.success(), "{words:?}");
    let text = String::from_utf8(output.stdout).expect("a page is text");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    text.lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

#[test]
fn pages_are_those_of_the_flags() {
    // Those of the feature call have more subcommands: a session of tests/call shows one of them.
    let is_pinned = |words: &[&str]| !cfg!(feature = "call") || words[0] != "-completions";
    for (words, file) in PAGES.into_iter().filter(|(words, _)| is_pinned(words)) {
        let (path, page) = (Path::new("docs/cli").join(file), page(words));
        if env::var_os("STREAMGEN_BLESS").is_some() {
            fs::create_dir_all("docs/cli").expect("a folder can be made");
            fs::write(path, page).expect("it can be written");
        } else {
            let found = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                page == found,
                "{} is stale: STREAMGEN_BLESS=1",
                path.display()
            );
        }
    }
}

/// The schema of `streamgen.toml` is that of the flags, too.
#[test]
fn the_schema_is_that_of_the_flags() {
    let (path, schema) = ("docs/streamgen.schema.json", page(&["-toml-schema"]));
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(path, &schema).expect("it can be written");
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(schema == found, "{path} is stale: STREAMGEN_BLESS=1");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
    let job = &schema["properties"]["job"]["items"]["properties"];
    for (place, key, kind) in [
        (&schema["properties"], "streamx", "boolean"),
        (&schema["properties"], "module", "string"),
        (job, "streamx", "boolean"),
        (job, "service", "string"),
        (job, "idl", "string"),
    ] {
        assert_eq!(place[key]["type"], kind, "{key}");
    }
    for absent in [&schema["properties"]["check"], &job["module"]] {
        assert!(absent.is_null());
    }
}

/// What an editor says of a file by the schema is what the tool says of it.
#[test]
fn the_schema_takes_what_the_tool_takes() {
    let rules = fs::read_to_string("docs/streamgen.schema.json").expect("it is committed");
    let rules: serde_json::Value = serde_json::from_str(&rules).expect("it is JSON");
    let job = "[[job]]\nidl = \"main.thrift\"\n";
    for (settings, is_right) in [
        (
            format!("module = \"m\"\nstreamx = true\n{job}service = \"s\"\n"),
            true,
        ),
        (
            format!("include = \"idl\"\n{job}include = [\"a\", \"b\"]\n"),
            true,
        ),
        (format!("{job}{}", job.replace("main", "other")), true),
        ("module = \"m\"\n".to_owned(), false),
        ("job = []\n".to_owned(), false),
        ("[[job]]\nstreamx = true\n".to_owned(), false),
        ("[[job]]\nidl = \"\"\n".to_owned(), false),
        (format!("modul = \"m\"\n{job}"), false),
        (format!("check = true\n{job}"), false),
        (format!("service = \"s\"\n{job}"), false),
        (format!("{job}module = \"m\"\n"), false),
        (format!("{job}streamx = \"true\"\n"), false),
        (format!("{job}include = [1]\n"), false),
        (format!("{job}string-type = [\"string\"]\n"), false),
    ] {
        let document: serde_json::Value = toml::from_str(&settings).expect("it is TOML");
        let found = Schema::new(&rules).check(&document);
        assert_eq!(found.is_ok(), is_right, "{settings}: {found:?}");
        let folder = scratch::folder("pages", "schema");
        for (name, text) in [
            ("streamgen.toml", settings.as_str()),
            ("main.thrift", "struct Main {}\n"),
            ("other.thrift", "struct Other {}\n"),
        ] {
            fs::write(folder.join(name), text).expect("it can be written");
        }
        let mut tool = Command::new(env!("CARGO_BIN_EXE_streamgen"));
        let output = tool
            .arg("-check")
            .current_dir(&folder)
            .output()
            .expect("the tool runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(!said.contains("[SG030"), is_right, "{settings}: {said}");
    }
}

/// Each flag of the long help is in each page.
#[test]
fn pages_have_every_flag() {
    let help = page(&["--help"]);
    let words = help.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let flags: Vec<_> = words
        .filter_map(|word| word.strip_prefix("--"))
        .filter(|flag| flag.len() > 2)
        .collect();
    assert!(flags.len() > 30, "{flags:?}");
    for (words, file) in PAGES.into_iter().filter(|(_, file)| *file != OF_INIT) {
        let page = page(words).replace("\\-", "-");
        for flag in &flags {
            assert!(page.contains(flag), "{file} lacks {flag}");
        }
    }
}
