//! The columns of Protobuf and of Kitex in `dynamic/MAPPING-PROTOBUF.md`: what Google's Python library makes of
//! JSON (`interop/grpc/grpcio/json_mapping.py`), and what Kitex's JSON generic call does.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value, json};
use streamgen_dynamic::{Method, Service};

use crate::generic::{Generic, folder, why};
use crate::grpcio;
use crate::kitex::program;
use crate::mapping::{Row, STREAMGEN, Table, service};

const PROTOBUF: usize = 3;
const KITEX: usize = 4;

const IDL: &str = "protobuf/mapping.proto";

/// A cell of what is refused. The texts are those of one version of a library.
const REFUSED: &str = "error";

/// JSON with sorted keys, and with numbers in one form; what is no JSON stays as it is.
fn canonical(json: &str) -> String {
    let value = serde_json::from_str(json).map(sorted);
    value.map_or_else(|_| json.to_owned(), |value| value.to_string())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            let members = members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        Value::Number(number) => Value::Number(one_form(number)),
        other => other,
    }
}

/// Python writes 1.0, others 1.
fn one_form(number: Number) -> Number {
    match number.as_f64() {
        Some(real) if number.is_f64() && real.fract() == 0.0 && real.abs() < 1e15 => {
            Number::from(real as i64)
        }
        _ => number,
    }
}

struct Peer {
    program: Generic,
    /// Differences for which no reason is given, and reasons for none.
    unexplained: Vec<String>,
}

impl Peer {
    fn write(&mut self, row: &Row<6>) -> Result<Vec<u8>, String> {
        let request = json!({"op": "write", "method": row.method(), "json": row.json()});
        let answer = self.program.ask(&request)?;
        let wire = STANDARD.decode(answer["wire"].as_str().unwrap_or_default());
        Ok(wire.expect("it answers in base64"))
    }

    fn read(&mut self, row: &Row<6>, wire: &[u8]) -> Result<String, String> {
        let (names, numbers) = (has(row, "IDL's names"), has(row, "enums as numbers"));
        let request = json!({
            "op": "read", "method": row.method(), "wire": STANDARD.encode(wire), "names": names,
            "numbers": numbers,
        });
        let answer = self.program.ask(&request)?;
        Ok(answer["json"].as_str().unwrap_or_default().to_owned())
    }

    /// What the cell has to hold: what the cell of streamgen holds, if it is the same.
    fn result(&mut self, column: usize, row: &Row<6>, method: &Method) -> String {
        let ours = row.content(STREAMGEN);
        let theirs = self.write(row).and_then(|wire| self.read(row, &wire));
        let both_refuse = ours.starts_with(REFUSED) && theirs.is_err();
        let theirs = theirs.map_or_else(|_| REFUSED.to_owned(), |json| canonical(&json));
        let same = theirs == canonical(ours);
        if !same && !both_refuse && why(row).is_empty() {
            self.unexplained
                .push(format!("{}: {theirs}, ours is {ours}", row.json()));
        }
        if same && column == KITEX && row.cells[PROTOBUF] == "=" && !why(row).is_empty() {
            self.unexplained
                .push(format!("{}: the same needs no reason", row.json()));
        }
        if same {
            self.check_bytes(row, method);
            return ours.to_owned();
        }
        theirs
    }

    /// Each side reads the bytes of the other as the other does.
    fn check_bytes(&mut self, row: &Row<6>, method: &Method) {
        let (options, mut ours, mut json) = (row.options(), Vec::new(), Vec::new());
        let put = method.request_to_wire(row.json().as_bytes(), &options, &mut ours);
        put.expect("it has been written before");
        let theirs = self.write(row).expect("it has been written before");
        let read = self.read(row, &ours).expect("it reads ours");
        method
            .request_to_json(&theirs, &options, &mut json)
            .expect("ours reads theirs");
        let json = String::from_utf8(json).expect("JSON is UTF-8");
        assert_eq!(canonical(&read), canonical(&json), "{}", row.json());
    }

    fn check(command: Command, column: usize) {
        let mut peer = Self {
            program: Generic::of(command),
            unexplained: Vec::new(),
        };
        let (folder, service) = (folder(), service(&folder(), IDL));
        let table = Table::of_protobuf(&folder);
        let results = table
            .rows
            .iter()
            .map(|row| peer.result(column, row, &method(&service, row)));
        let results: Vec<_> = results.collect();
        let unexplained = peer.unexplained;
        assert!(
            unexplained.is_empty(),
            "what is given as a reason has to change:\n{}",
            unexplained.join("\n")
        );
        table.check(column, &results);
    }
}

fn has(row: &Row<6>, option: &str) -> bool {
    row.cells[0].ends_with(&format!(", {option}"))
}

fn method(service: &Service, row: &Row<6>) -> Method {
    service.method(row.method()).expect("the method is there")
}

#[test]
fn the_document_says_what_protobuf_makes_of_json() {
    let Some(mut python) = grpcio::script("json_mapping.py") else {
        return;
    };
    python.arg(folder().join("tests/json").join(IDL));
    Peer::check(python, PROTOBUF);
}

#[test]
fn the_document_says_what_kitex_makes_of_protobuf() {
    let Some(kitex) = program("generic") else {
        return;
    };
    let mut kitex = Command::new(kitex);
    kitex.arg(folder().join("tests/json").join(IDL));
    Peer::check(kitex, KITEX);
}
