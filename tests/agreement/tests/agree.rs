//! Random schemas, random values: JSON → wire → generated code → wire → JSON is what JSON → wire → JSON is, with
//! Thrift and with Protobuf. So are the values that a type has by itself. A damaged message of Thrift is taken by both or
//! by none, and they make the same of it; JSON by the IDL refuses besides what generated code leaves out
//! ([`LeftOut`]), and nothing else.
//!
//! A seed is a value of each type of one schema.

#[path = "../../../dynamic/tests/random/holds.rs"]
mod holds;
#[allow(dead_code, reason = "some of it is for the build script")]
#[path = "../../../dynamic/tests/random/protobuf.rs"]
mod protobuf;
mod taken;
#[allow(dead_code, reason = "some of it is for the build script")]
#[path = "../../../dynamic/tests/random/thrift.rs"]
mod thrift;

use std::collections::BTreeSet;

use agreement::{PROTOBUF, THRIFT, Typed};
use fastrand::Rng;
use holds::holds;
use serde_json::{Value, json};
use streamgen_dynamic::{ConvertError, JsonOptions, MessageType, Provider};
use streamgen_runtime::Bytes;
use taken::{LeftOut, repeated, taken};

/// Of each IDL.
const SEEDS: usize = 200;

/// How often a message of Thrift is damaged: one of its bytes is another one, or something is there twice.
const DAMAGES: usize = 20;

/// More than structs of one schema stand in each other.
const LEVELS: usize = 8;

/// A generated type, and its message by the IDL.
struct Pair<'t> {
    typed: &'t Typed,
    message: MessageType,
    /// Brings the elements of sets in order.
    in_order: Box<dyn Fn(Value) -> Value + 't>,
    idl: &'t str,
}

impl Pair<'_> {
    fn wire(&self, json: &str) -> Result<Bytes, ConvertError> {
        let mut wire = Vec::new();
        self.message
            .to_wire(json.as_bytes(), &JsonOptions::new(), &mut wire)?;
        Ok(wire.into())
    }

    fn json(&self, wire: &[u8]) -> Result<Value, ConvertError> {
        let mut json = Vec::new();
        self.message.to_json(wire, &JsonOptions::new(), &mut json)?;
        let json = serde_json::from_slice(&json).expect("it is JSON");
        Ok((self.in_order)(json))
    }

    /// What JSON becomes when it is written and read often enough: fields that are missing are zero or have their
    /// default, as generated code writes them. `None` if required ones are missing.
    fn completed(&self, mut json: Value) -> Option<Value> {
        for _ in 0..LEVELS {
            let wire = self.wire(&json.to_string()).ok()?;
            json = self
                .json(&wire)
                .expect("what is written by the IDL is read by it");
        }
        Some(json)
    }

    /// Compares what both make of a message that was written by the IDL.
    fn assert_agree(&self, seed: usize, wire: &Bytes) {
        let by_idl = self
            .json(wire)
            .expect("what is written by the IDL is read by it");
        let again = (self.typed.again)(wire);
        let again =
            again.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}{by_idl}", self.idl));
        let typed = self
            .json(&again)
            .expect("what generated code writes is read by the IDL");
        assert_eq!(typed, by_idl, "seed {seed}\n{}", self.idl);
        // Nothing is there that JSON does not show: with what the IDL adds to it, it is as long.
        let complete = self.wire(&by_idl.to_string()).expect("what is read fits");
        assert_eq!(
            again.len(),
            complete.len(),
            "seed {seed}\n{}{by_idl}",
            self.idl
        );
    }

    /// Compares the value that the type has by itself with `{}`, unless fields are required: then it says no.
    fn assert_default(&self) -> bool {
        let typed = self.json(&(self.typed.default)());
        let typed = typed.expect("what generated code writes is read by the IDL");
        let by_idl = self.completed(json!({}));
        if let Some(by_idl) = &by_idl {
            assert_eq!(&typed, by_idl, "{}", self.idl);
        }
        by_idl.is_some()
    }

    /// Compares what both make of any bytes, of which generated code takes `taken`. Returns what it left out.
    fn assert_agree_on_damage(
        &self,
        seed: usize,
        wire: &Bytes,
        taken: Option<(Bytes, Vec<LeftOut>)>,
    ) -> Vec<LeftOut> {
        let case = || format!("seed {seed}: {wire:02x?}\n{}", self.idl);
        let (by_idl, typed) = (self.json(wire), (self.typed.again)(wire));
        let Some((taken, left_out)) = taken else {
            assert!(by_idl.is_err() && typed.is_err(), "no message: {}", case());
            return Vec::new();
        };
        let typed = typed.unwrap_or_else(|error| panic!("{error}: {}", case()));
        // Of what generated code takes, JSON by the IDL has no other opinion.
        match self.json(&taken) {
            Ok(all) => {
                let typed = self
                    .json(&typed)
                    .expect("what generated code writes is read by the IDL");
                // Where a struct is missing that has required fields, generated code has zeros in it.
                assert!(holds(&typed, &all), "{}{typed}\n{all}", case());
            }
            // But it has no form for this.
            Err(error) => {
                let twice = LeftOut::KeyOfList.refusal().expect("it is refused");
                let is_twice = left_out.contains(&LeftOut::KeyOfList);
                let is_known = is_twice && error.problem().contains(twice);
                assert!(is_known, "{error}: {}", case());
            }
        }
        let refusals: Vec<_> = left_out.iter().filter_map(|one| one.refusal()).collect();
        let is_as_told = match &by_idl {
            Ok(_) => refusals.is_empty(),
            Err(error) => refusals.iter().any(|text| error.problem().contains(text)),
        };
        assert!(is_as_told, "{left_out:?}: {by_idl:?}: {}", case());
        left_out
    }
}

/// The message with one byte that is another.
fn damaged(rng: &mut Rng, wire: &Bytes) -> Bytes {
    let mut damaged = wire.to_vec();
    damaged[rng.usize(..wire.len())] = rng.u8(..);
    damaged.into()
}

/// Runs the seeds of one schema, of which `value_of` makes values. `look` is given the message of each. Returns how many
/// types were compared by the value that they have by themselves.
fn assert_schema(
    (schema, schemas): (usize, usize),
    pairs: &[Pair<'_>],
    value_of: impl Fn(&mut Rng, usize) -> Value,
    mut look: impl FnMut(&mut Rng, usize, &Bytes),
) -> usize {
    let defaults = pairs.iter().filter(|pair| pair.assert_default()).count();
    for seed in (schema..SEEDS).step_by(schemas) {
        let mut rng = Rng::with_seed(seed as u64);
        for (at, pair) in pairs.iter().enumerate() {
            let value = value_of(&mut rng, at);
            let wire = pair.wire(&value.to_string());
            let wire =
                wire.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}{value}", pair.idl));
            pair.assert_agree(seed, &wire);
            look(&mut rng, at, &wire);
        }
    }
    defaults
}

#[test]
fn thrift_of_generated_code_is_json_by_the_idl() {
    let mut seen = BTreeSet::new();
    let (mut defaults, mut damages, mut read) = (0, 0, 0);
    for (at, types) in THRIFT.iter().enumerate() {
        let schema = thrift::Schema::random(&mut Rng::with_seed(at as u64));
        let idl = schema.idl(&format!("t{at}"));
        let all = Provider::text("random.thrift", idl.as_str()).load();
        let all = all.expect("the IDL is right");
        let pairs = types.iter().enumerate().map(|(index, typed)| Pair {
            typed,
            message: all.message(&format!("S{index}")).expect("it is there"),
            in_order: Box::new({
                let schema = &schema;
                move |value| schema.in_order(index, value)
            }),
            idl: &idl,
        });
        let pairs: Vec<_> = pairs.collect();
        let value_of = |rng: &mut Rng, at| schema.value_of(rng, at);
        defaults += assert_schema((at, THRIFT.len()), &pairs, value_of, |rng, index, wire| {
            for number in 0..DAMAGES {
                let bad = match number % 4 {
                    0 => repeated(&schema, index, rng, wire).unwrap_or_else(|| wire.clone()),
                    _ => damaged(rng, wire),
                };
                let taken = taken(&schema, index, &bad);
                damages += 1;
                read += usize::from(taken.is_some());
                seen.extend(pairs[index].assert_agree_on_damage(at, &bad, taken));
            }
        });
    }
    assert!(defaults > THRIFT.len(), "{defaults}");
    let is_mixed = (damages / 20..damages * 19 / 20).contains(&read);
    assert!(is_mixed, "{read} of {damages} damaged messages are taken");
    let missing = LeftOut::ALL.into_iter().filter(|one| !seen.contains(one));
    assert_eq!(missing.collect::<Vec<_>>(), [], "no seed left this out");
}

#[test]
fn protobuf_of_generated_code_is_json_by_the_idl() {
    for (at, types) in PROTOBUF.iter().enumerate() {
        let schema = protobuf::Schema::random(&mut Rng::with_seed(at as u64));
        let package = format!("p{at}");
        let idl = schema.idl(&package);
        let all = Provider::text("random.proto", idl.as_str()).load();
        let all = all.expect("the IDL is right");
        let pairs = types.iter().enumerate().map(|(index, typed)| Pair {
            typed,
            message: all
                .message(&format!("{package}.M{index}"))
                .expect("it is there"),
            in_order: Box::new(|value| value),
            idl: &idl,
        });
        let pairs: Vec<_> = pairs.collect();
        // prost reads maps of any wire type, which the specification does not: damage is for prost-reflect, in
        // `dynamic/tests`.
        let value_of = |rng: &mut Rng, at| schema.value_of(rng, at);
        let defaults = assert_schema((at, PROTOBUF.len()), &pairs, value_of, |_, _, _| {});
        // Of proto3, no field is required.
        assert_eq!(defaults, pairs.len());
    }
}
