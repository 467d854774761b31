//! Damaged messages of every kind of field: errors, or messages whose JSON can be written again.

use fastrand::Rng;

use super::{fits_and_stays, mapping, to_json, to_wire};

/// As many as take a second unoptimised.
const ROUNDS: usize = 2_000;

/// Messages with most of what each type has.
const SAMPLES: [(&str, &str); 4] = [
    (
        "mapping.Values",
        r#"{"flag":true,"medium":-1,"large":"300","delta":-2,"word":1,"smallReal":0.1,"real":-1.5e-7,"text":"é",
            "blob":"AP8=","color":"BLUE","inner":{"id":1,"label":"a"},"maybe":0,"member":{"id":2},"longs":["1","300"],
            "unpacked":[1,2],"tags":["a",""],"colors":["RED",9],"deltas":[-1,5],"reals":["NaN",1],"counts":{"b":1,"a":2},
            "names":{"-1":"x"},"switches":{"true":"RED"},"places":{"k":{"id":3}},"next":{"next":{"number":"7"}}}"#,
    ),
    (
        "mapping.Known",
        r#"{"time":"2024-02-29T12:00:00.5Z","duration":"-1.5s","mask":"aB,c.d","struct":{"b":[1,{"c":null}],"a":"x"},
            "value":[true,null],"list":[[],{}],"empty":{},"doubleValue":"Infinity","int64Value":"-5","stringValue":"y",
            "bytesValue":"AA==","boolValue":false,"values":[null,1],"durations":{"a":"3s","b":"0s"}}"#,
    ),
    (
        "mapping.Known",
        r#"{"any":{"@type":"/mapping.Known","any":{"@type":"/google.protobuf.Struct","value":{"a":[1]}},"value":2}}"#,
    ),
    (
        "old.Old",
        r#"{"must":"m","number":1,"list":[1,2],"packed":[3,4],"part":{"id":7},"kind":"SOME","kinds":["NONE"],
            "piece":[{"text":"a","nested":{"deep":1}},{}]}"#,
    ),
];

/// Bytes with one changed, some repeated, or some missing.
fn damaged(rng: &mut Rng, message: &[u8]) -> Vec<u8> {
    let (one, other) = (rng.usize(..message.len()), rng.usize(..=message.len()));
    let mut bytes = message.to_vec();
    match rng.u8(..4) {
        0 => bytes[one] = rng.u8(..),
        1 => bytes[one] ^= 1 << rng.u8(..8),
        2 => bytes.extend_from_slice(&message[one.min(other)..other]),
        _ => drop(bytes.drain(one.min(other)..other)),
    }
    bytes
}

#[test]
fn damaged_messages_do_no_harm() {
    let schema = mapping();
    for (name, json) in SAMPLES {
        let message = schema.message(name).expect("it is there");
        let wire = to_wire(&message, json).expect("it fits");
        let (mut rng, mut read, mut written) = (Rng::with_seed(7), 0, 0);
        for _ in 0..ROUNDS {
            let mut bytes = damaged(&mut rng, &wire);
            if !bytes.is_empty() && rng.bool() {
                bytes = damaged(&mut rng, &bytes);
            }
            if let Ok(json) = to_json(&message, &bytes) {
                assert!(fits_and_stays(&message, &json), "{json}");
                read += 1;
            }
            let text = damaged(&mut rng, json.as_bytes());
            written += usize::from(fits_and_stays(&message, &String::from_utf8_lossy(&text)));
        }
        assert!(read > ROUNDS / 20, "{name}: {read}");
        assert!(written > ROUNDS / 20, "{name}: {written}");
    }
}
