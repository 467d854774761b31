//! Random schemas and random values of them: JSON, through the wire, is the same JSON.

use fastrand::Rng;
use serde_json::Value;
use streamgen_dynamic::MessageType;

use crate::holds::holds;
use crate::random_thrift::Schema;
use crate::{message, to_json, to_wire};

/// As many as the CI has time for: some seconds unoptimised.
const SEEDS: u64 = 200;

/// How often the message and the JSON of a seed are damaged.
const DAMAGES: usize = 20;

#[test]
fn json_through_the_wire_is_the_same_json() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let idl = schema.idl("r");
        let root = schema.structs.len() - 1;
        let message = message(&idl, &format!("S{root}"));
        let through = |value: &Value| -> Value {
            let wire = to_wire(&message, &value.to_string());
            let wire = wire.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{idl}{value}"));
            let back = to_json(&message, &wire);
            let back = back.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{idl}{value}"));
            serde_json::from_str(&back).expect("it is JSON")
        };
        for _ in 0..10 {
            let value = schema.value_of(&mut rng, root);
            let back = through(&value);
            assert!(holds(&back, &value), "seed {seed}\n{idl}{value}\n{back}");
            // With its defaults and zeros, a value is complete.
            assert_eq!(through(&back), back, "seed {seed}\n{idl}");
        }
    }
}

/// Whether the JSON fits. What it becomes behind the wire then stays, and may get defaults and zeros: a struct that is
/// missing is sent as an empty one, as by Kitex.
fn fits_and_stays(message: &MessageType, json: &str) -> bool {
    let Ok(wire) = to_wire(message, json) else {
        return false;
    };
    let value = |wire: &[u8]| -> Value {
        let back = to_json(message, wire).unwrap_or_else(|error| panic!("{error}: {json}"));
        serde_json::from_str(&back).expect("it is JSON")
    };
    let back = value(&wire);
    let wire = to_wire(message, &back.to_string());
    let again = value(&wire.unwrap_or_else(|error| panic!("{error}: {back}")));
    assert!(holds(&again, &back), "{back}\n{again}");
    true
}

/// Damaged messages are errors or other messages, never panics.
#[test]
fn damaged_messages_do_no_harm() {
    let (mut read, mut written) = (0, 0);
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let root = schema.structs.len() - 1;
        let message = message(&schema.idl("r"), &format!("S{root}"));
        let json = schema.value_of(&mut rng, root).to_string();
        let wire = to_wire(&message, &json).expect("it fits");
        for _ in 0..DAMAGES {
            let mut damaged = wire.clone();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            if let Ok(json) = to_json(&message, &damaged) {
                // Of what the wire may lack, JSON is refused.
                fits_and_stays(&message, &json);
                read += 1;
            }
            let mut damaged = json.clone().into_bytes();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            written += usize::from(fits_and_stays(&message, &String::from_utf8_lossy(&damaged)));
        }
    }
    // Some of the damage is in values, where it is another value, and some is not.
    let all = SEEDS as usize * DAMAGES;
    assert!((all / 20..all * 19 / 20).contains(&read), "{read} of {all}");
    assert!(
        (all / 20..all * 19 / 20).contains(&written),
        "{written} of {all}"
    );
}
