//! The JSON schema of `streamgen.toml`, for editors: `-toml-schema`, and `docs/streamgen.schema.json`.

use clap::Command;
use serde_json::{Map, Value, json};

use super::keys::{IDL, JOB, Key, Kind, Place, keys};

/// The schema, as made of the definition of the flags.
pub(in crate::cli) fn schema(command: &Command) -> String {
    let keys = keys(command);
    let mut job = properties(&keys, Place::Job);
    job.insert(
        IDL.to_owned(),
        json!({
            "type": "string",
            "minLength": 1,
            "description": "The root IDL, as a path from the folder of streamgen.toml",
        }),
    );
    let mut top = properties(&keys, Place::Project);
    top.insert(
        JOB.to_owned(),
        json!({
            "type": "array",
            "minItems": 1,
            "description": "What is generated: one [[job]] for each IDL. At most one has a service",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": [IDL],
                "properties": job,
            },
        }),
    );
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "streamgen.toml",
        "description": "What streamgen generates in a project; each key is a flag of the same name",
        "type": "object",
        "additionalProperties": false,
        "required": [JOB],
        "properties": top,
    });
    format!("{schema:#}\n")
}

fn properties(keys: &[Key<'_>], place: Place) -> Map<String, Value> {
    let here = keys.iter().filter(|key| key.stands_in(place));
    here.map(|key| (key.name.to_owned(), property(*key)))
        .collect()
}

fn property(key: Key<'_>) -> Value {
    let description = key.help();
    match key.kind() {
        Kind::Switch => json!({ "type": "boolean", "description": description }),
        Kind::Text => json!({ "type": "string", "description": description }),
        Kind::List => json!({
            "description": description,
            "oneOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } },
            ],
        }),
    }
}
