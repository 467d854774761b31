//! What a program that reads `-message-format json` can rely on, shown with every bad IDL.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const FOLDER: &str = "tests/idl-fail";

/// The objects that the tool prints about an IDL.
fn objects(idl: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_streamgen"))
        .args([
            "-message-format",
            "json",
            "-streamx",
            "-module",
            "m",
            "-out",
        ])
        .args([&format!("{}/json/{idl}", env!("CARGO_TARGET_TMPDIR")), idl])
        .current_dir(FOLDER)
        .output()
        .expect("the tool runs");
    assert!(output.stderr.is_empty(), "{idl}: stderr is not empty");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("each line is one JSON value"))
        .collect()
}

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// Byte offsets, lines and columns name the same place of the file on disk.
fn check_place(place: &Value) {
    let path = place["file"].as_str().expect("a path");
    let bytes = fs::read(Path::new(FOLDER).join(path)).expect("the file is there");
    for end in ["start", "end"] {
        let number = |field: &str| place[format!("{field}_{end}")].as_u64().unwrap() as usize;
        // A file that is not UTF-8 is cut where it stops to be.
        let before = String::from_utf8_lossy(&bytes[..number("byte")]).replace("\r\n", "\n");
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let mark = usize::from(line.starts_with('\u{FEFF}'));
        assert_eq!(line.chars().count() - mark + 1, number("column"), "{place}");
        assert_eq!(
            before.matches(['\n', '\r']).count() + 1,
            number("line"),
            "{place}"
        );
    }
}

#[test]
fn every_object_has_its_fields_and_the_last_one_is_the_outcome() {
    let diagnostic = [
        "code",
        "help",
        "labels",
        "message",
        "notes",
        "reason",
        "rendered",
        "severity",
        "suggestion",
    ];
    let mut seen = 0;
    for entry in fs::read_dir(FOLDER).expect("the cases are there") {
        let path = entry.expect("a case").path();
        if path.extension().is_none_or(|found| found != "thrift") {
            continue;
        }
        let objects = objects(path.file_name().unwrap().to_str().unwrap());
        let (last, diagnostics) = objects.split_last().expect("at least the outcome");
        assert_eq!(last["reason"], "finished");
        assert_eq!(keys(last), ["files", "out", "reason", "success"]);
        let failed = diagnostics.iter().any(|found| found["severity"] == "error");
        assert_eq!(last["success"], !failed, "{}", path.display());
        for found in diagnostics {
            assert_eq!(found["reason"], "diagnostic");
            assert_eq!(keys(found), diagnostic);
            let labels = found["labels"].as_array().expect("labels");
            for (index, label) in labels.iter().enumerate() {
                assert_eq!(label["primary"], index == 0);
                check_place(label);
            }
            if found["suggestion"].is_object() {
                check_place(&found["suggestion"]);
            }
        }
        seen += diagnostics.len();
    }
    assert!(seen > 150, "only {seen} diagnostics were seen");
}
