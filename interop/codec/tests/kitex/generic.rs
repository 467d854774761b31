//! The column of Kitex in `dynamic/MAPPING.md`, and the JSON of values that generated code has written.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use streamgen_dynamic::{JsonOptions, MessageType, Method, Provider, Schema};
use streamgen_runtime::codec::Struct;

use crate::bytes::canonical;
use crate::go::{Kitex, kitex};
use crate::kitex::program;
use crate::mapping::{Row, Table, service};
use crate::random::Arbitrary;
use crate::random_types::{Visit, every_struct, every_union};
use crate::values::{assert_same, echo, random, seeds};

/// The column of Kitex.
const KITEX: usize = 3;

/// A running `interop/kitex/bin/generic`, or another program that answers as it does. Ends with its standard
/// input, so with the test.
pub(crate) struct Generic {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Generic {
    fn start(idl: &Path) -> Option<Self> {
        let mut kitex = Command::new(program("generic")?);
        kitex.arg(idl);
        Some(Self::of(kitex))
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.expect("the program starts");
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, answers }
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let input = self.process.stdin.as_mut().expect("piped");
        writeln!(input, "{request}").expect("the program reads");
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        read.expect("the program answers");
        let answer: Value = serde_json::from_str(&line).expect("it answers in JSON");
        match answer["error"].as_str() {
            Some("") => Ok(answer),
            error => Err(error.unwrap_or("no answer").to_owned()),
        }
    }

    fn write(&mut self, row: &Row<5>) -> Result<Vec<u8>, String> {
        let (method, text) = (row.method(), is_text(row));
        let request = json!({"op": "write", "method": method, "json": row.json(), "text": text});
        let answer = self.ask(&request)?;
        let wire = STANDARD.decode(answer["wire"].as_str().unwrap_or_default());
        Ok(wire.expect("it answers in base64"))
    }

    fn read(&mut self, row: &Row<5>, wire: &[u8]) -> Result<String, String> {
        let (method, text, wire) = (row.method(), is_text(row), STANDARD.encode(wire));
        let request = json!({"op": "read", "method": method, "wire": wire, "text": text});
        let answer = self.ask(&request)?;
        Ok(answer["json"].as_str().unwrap_or_default().to_owned())
    }

    /// JSON with sorted keys and strings in one form; what is no JSON stays as it is.
    fn sorted(&mut self, json: &str) -> String {
        let sorted = self.ask(&json!({"op": "sorted", "json": json}));
        match sorted {
            Ok(answer) => answer["json"].as_str().unwrap_or_default().to_owned(),
            Err(_) => json.to_owned(),
        }
    }

    /// What the cell of Kitex has to hold: what the cell of streamgen holds, if it is the same.
    fn result(&mut self, row: &Row<5>, method: &Method) -> String {
        let ours = row.converted(method);
        let theirs = self.write(row);
        let theirs = theirs.and_then(|wire| self.read(row, &wire));
        let theirs = match theirs {
            Ok(json) => self.sorted(&json),
            Err(error) => format!("error: {error}"),
        };
        let both_refuse = ours.starts_with("error: ") && theirs.starts_with("error: ");
        let same = theirs == self.sorted(&ours);
        assert!(
            same || both_refuse || !why(row).is_empty(),
            "{}: {theirs}, ours is {ours}, and no reason is given",
            row.json()
        );
        assert!(
            !same || why(row).is_empty(),
            "{}: the same needs no reason",
            row.json()
        );
        if same {
            self.check_bytes(row, method);
            return ours;
        }
        theirs
    }

    /// Each side reads the bytes of the other as the other does.
    fn check_bytes(&mut self, row: &Row<5>, method: &Method) {
        let (options, mut ours, mut json) = (row.options(), Vec::new(), Vec::new());
        let put = method.request_to_wire(row.json().as_bytes(), &options, &mut ours);
        put.expect("it has been written before");
        let theirs = self.write(row).expect("it has been written before");
        let read = self.read(row, &ours).expect("Kitex reads ours");
        method
            .request_to_json(&theirs, &options, &mut json)
            .expect("ours reads Kitex's");
        let json = String::from_utf8(json).expect("JSON is UTF-8");
        assert_eq!(self.sorted(&read), self.sorted(&json), "{}", row.json());
    }
}

/// Why a result is another one.
pub(crate) fn why<const N: usize>(row: &Row<N>) -> &str {
    &row.cells[N - 1]
}

fn is_text(row: &Row<5>) -> bool {
    row.options() == JsonOptions::new().binary(streamgen_dynamic::BinaryForm::Text)
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dynamic")
}

#[test]
fn the_document_says_what_kitex_makes_of_json() {
    let folder = folder();
    let Some(mut kitex) = Generic::start(&folder.join("tests/json/mapping.thrift")) else {
        return;
    };
    let (table, service) = (Table::read(&folder), service(&folder, "mapping.thrift"));
    let results = table.rows.iter().map(|row| {
        let method = service.method(row.method());
        kitex.result(row, &method.expect("the method is there"))
    });
    let results: Vec<_> = results.collect();
    table.check(KITEX, &results);
}

/// Generated code writes, the bytes become JSON and bytes again, and generated code reads the same value.
struct ThroughJson(&'static Kitex, Schema);

impl ThroughJson {
    fn message(&self, name: &str) -> MessageType {
        let files = ["containers", "defaults", "scalars", "shapes", "versions"];
        let mut found = files.iter().filter_map(|file| {
            let message = self.1.message(&format!("{file}.{name}"));
            message.ok()
        });
        let found = found.next().or_else(|| self.1.message(name).ok());
        found.expect("the IDL has the type")
    }
}

fn through_json(message: &MessageType, wire: &[u8]) -> Vec<u8> {
    let (options, mut json, mut back) = (JsonOptions::new(), Vec::new(), Vec::new());
    let read = message.to_json(wire, &options, &mut json);
    read.unwrap_or_else(|error| panic!("{error}: {wire:02x?}"));
    let text = String::from_utf8_lossy(&json);
    serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let put = message.to_wire(&json, &options, &mut back);
    put.unwrap_or_else(|error| panic!("{error}: {text}"));
    back
}

/// The bytes, with the NaN that JSON has: those of generated code carry numbers of their own.
fn with_one_nan(message: &MessageType, wire: Vec<u8>) -> Vec<u8> {
    let mut json = Vec::new();
    let read = message.to_json(&wire, &JsonOptions::new(), &mut json);
    read.unwrap_or_else(|error| panic!("{error}: {wire:02x?}"));
    match String::from_utf8_lossy(&json).contains("\"NaN\"") {
        true => through_json(message, &wire),
        false => wire,
    }
}

impl Visit for ThroughJson {
    fn visit<T: Struct + Arbitrary>(&mut self) {
        let message = self.message(T::NAME);
        for seed in seeds() {
            let about = format!("seed {seed}");
            let theirs = with_one_nan(&message, self.0.random::<T>(seed).to_vec());
            let back = through_json(&message, &theirs);
            assert_same::<T>(self.0, &back, &theirs, &about);
            let ours = with_one_nan(&message, random::<T>(seed).to_vec());
            let back = through_json(&message, &ours).into();
            let same = canonical(&echo::<T>(&back)) == canonical(&ours);
            assert!(same, "{}, {about}: {back:02x?}, not {ours:02x?}", T::NAME);
        }
    }
}

#[test]
fn values_of_generated_code_are_the_same_through_json() {
    let Some(kitex) = kitex() else { return };
    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/codec/codec.thrift");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let mut visit = ThroughJson(kitex, schema);
    every_struct(&mut visit);
    every_union(&mut visit);
}
