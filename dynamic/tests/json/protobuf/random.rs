//! Random schemas and random values of them: JSON, through the wire, is the same JSON. What prost-reflect
//! makes of the bytes is the second opinion.

use std::io;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use protox::prost_reflect::prost::Message as _;
use protox::prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;
use streamgen_dynamic::{MessageType, Provider};
use streamgen_idl::{FileSystem, LoadOptions, load};

use super::{fits_and_stays, to_json, to_wire};
use crate::random_protobuf::Schema;

/// As many as the CI has time for: some seconds unoptimised.
const SEEDS: u64 = 200;

/// How often the message and the JSON of a seed are damaged.
const DAMAGES: usize = 20;

/// A file system with one IDL.
struct OneFile<'t>(&'t str);

impl FileSystem for OneFile<'_> {
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match path == Path::new("random.proto") {
            true => Ok(path.to_owned()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_directory(&self, _: &Path) -> bool {
        false
    }

    fn read(&self, _: &Path, _: u64) -> io::Result<Vec<u8>> {
        Ok(self.0.as_bytes().to_vec())
    }
}

/// One schema, for both who read it.
struct Both {
    ours: MessageType,
    theirs: DescriptorPool,
    name: String,
}

impl Both {
    fn of(schema: &Schema) -> Self {
        let (idl, name) = (schema.idl("r"), format!("r.M{}", schema.len() - 1));
        let options = LoadOptions {
            root: "random.proto".into(),
            encode_descriptors: true,
            ..LoadOptions::default()
        };
        let set = load(&options, &OneFile(&idl)).encoded_descriptors;
        let set = set.expect("the IDL is right");
        let ours = Provider::text("random.proto", idl)
            .load()
            .expect("the IDL is right");
        Self {
            ours: ours.message(&name).expect("it is there"),
            theirs: DescriptorPool::decode(set.as_slice()).expect("it is a set"),
            name,
        }
    }

    /// The bytes as prost-reflect writes them again.
    fn again(&self, wire: &[u8]) -> Vec<u8> {
        let descriptor = self.theirs.get_message_by_name(&self.name);
        let message = DynamicMessage::decode(descriptor.expect("it is there"), wire);
        message.expect("the bytes are right").encode_to_vec()
    }

    fn json(&self, wire: &[u8]) -> Value {
        let json = to_json(&self.ours, wire);
        let json = json.unwrap_or_else(|error| panic!("{error}: {wire:02x?}"));
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
    }
}

#[test]
fn json_through_the_wire_is_the_same_json() {
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let (both, root) = (Both::of(&schema), schema.len() - 1);
        let mut before = Vec::new();
        for _ in 0..5 {
            let value = schema.value_of(&mut rng, root);
            let wire = to_wire(&both.ours, &value.to_string());
            let wire = wire
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}{value}", schema.idl("r")));
            assert_eq!(both.json(&wire), value, "seed {seed}\n{}", schema.idl("r"));
            let again = both.again(&wire);
            assert_eq!(
                both.json(&again),
                value,
                "seed {seed}, prost-reflect\n{}",
                schema.idl("r")
            );
            // Two messages one behind the other are one: its fields are in no order.
            let two = [before.as_slice(), &wire].concat();
            let merged = both.json(&both.again(&two));
            assert_eq!(
                both.json(&two),
                merged,
                "seed {seed}, two\n{}",
                schema.idl("r")
            );
            before = wire;
        }
    }
}

/// Damaged messages are errors or other messages, never panics.
#[test]
fn damaged_messages_do_no_harm() {
    let (mut read, mut written) = (0, 0);
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let schema = Schema::random(&mut rng);
        let (both, root) = (Both::of(&schema), schema.len() - 1);
        let json = schema.value_of(&mut rng, root).to_string();
        let wire = to_wire(&both.ours, &json).expect("it fits");
        for _ in 0..DAMAGES {
            let mut damaged = wire.clone();
            if let Some(byte) = damaged.get_mut(rng.usize(..wire.len().max(1))) {
                *byte = rng.u8(..);
            }
            if let Ok(json) = to_json(&both.ours, &damaged) {
                let wire = to_wire(&both.ours, &json).expect("what was read is written");
                let again: Value = serde_json::from_str(&json).expect("it is JSON");
                assert_eq!(both.json(&wire), again, "seed {seed}");
                read += 1;
            }
            let mut damaged = json.clone().into_bytes();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            let text = String::from_utf8_lossy(&damaged);
            written += usize::from(fits_and_stays(&both.ours, &text));
        }
    }
    // Damage to a value mostly makes another value, which the codec takes. Damage to a tag or a length mostly makes an
    // error. So neither all nor none of the damaged messages are taken.
    let all = SEEDS as usize * DAMAGES;
    assert!((all / 20..all * 19 / 20).contains(&read), "{read} of {all}");
    assert!(
        (all / 20..all * 19 / 20).contains(&written),
        "{written} of {all}"
    );
}
