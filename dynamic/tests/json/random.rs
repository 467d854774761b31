//! Random schemas and random values of them: JSON, through the wire, is the same JSON.

use fastrand::Rng;
use serde_json::Value;

use crate::holds::holds;
use crate::random_thrift::Schema;
use crate::{message, to_json, to_wire};

/// As many as the CI has time for: some seconds unoptimised.
const SEEDS: u64 = 200;

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

/// Damaged messages are errors or other messages, never panics.
#[test]
fn damaged_messages_do_no_harm() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let root = schema.structs.len() - 1;
        let message = message(&schema.idl("r"), &format!("S{root}"));
        let json = schema.value_of(&mut rng, root).to_string();
        let wire = to_wire(&message, &json).expect("it fits");
        for _ in 0..20 {
            let mut damaged = wire.clone();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let _ = to_json(&message, &damaged);
            let mut damaged = json.clone().into_bytes();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let _ = to_wire(&message, &String::from_utf8_lossy(&damaged));
        }
    }
}
