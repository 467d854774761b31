//! Random values for examples, from a seed.

use fastrand::Rng;

use super::example::Template;
use crate::schema::{Codec, Type};

/// Most elements of a list in such an example.
const MAX_ELEMENTS: usize = 3;

/// Letters of a random text. Eight of them are base64, too.
const SYLLABLES: [&str; 8] = ["ba", "de", "ki", "lo", "mu", "na", "ri", "so"];
const SYLLABLES_OF_TEXT: usize = 4;

/// Where random values come from.
pub(super) struct Random(pub(super) Rng);

impl Random {
    /// A text of eight letters.
    pub(super) fn text(&mut self) -> String {
        let syllable = |_| SYLLABLES[self.0.usize(..SYLLABLES.len())];
        (0..SYLLABLES_OF_TEXT).map(syllable).collect()
    }

    pub(super) fn elements(&mut self) -> usize {
        self.0.usize(1..=MAX_ELEMENTS)
    }

    /// One of so many.
    pub(super) fn below(&mut self, count: usize) -> usize {
        self.0.usize(..count.max(1))
    }
}

impl Template<'_> {
    /// A random scalar; `None` where the example is none, or the type is no scalar.
    pub(super) fn random_scalar(&mut self, ty: Type) -> Option<String> {
        let as_text = self.schema.codec == Codec::Protobuf;
        let random = self.random.as_mut()?;
        let rng = &mut random.0;
        Some(match ty {
            Type::Bool => rng.bool().to_string(),
            Type::I8 => rng.i8(0..).to_string(),
            Type::I16 => rng.i16(0..).to_string(),
            Type::I32 | Type::U32 => rng.i32(0..1_000_000).to_string(),
            Type::I64 | Type::U64 => {
                // Small enough for readers that hold numbers as doubles.
                let number = rng.i64(0..1_000_000_000_000);
                match as_text {
                    true => format!("\"{number}\""),
                    false => number.to_string(),
                }
            }
            // Halves and quarters are the same in every width.
            Type::Float | Type::Double => (f64::from(rng.i32(0..4000)) / 4.0).to_string(),
            Type::String | Type::Binary => format!("\"{}\"", random.text()),
            Type::Uuid => {
                let high = rng.u64(..);
                let low = rng.u64(..);
                let (time, node) = (high >> 32, low & 0xffff_ffff_ffff);
                let (middle, version) = ((high >> 16) & 0xffff, high & 0x0fff);
                format!(
                    "\"{time:08x}-{middle:04x}-4{version:03x}-8{:03x}-{node:012x}\"",
                    low >> 52
                )
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{JsonOptions, Provider};

    #[test]
    fn random_responses_fit() {
        let samples = [
            "api.thrift",
            "large.thrift",
            "proto/proto2.proto",
            "proto/proto3.proto",
            "services.thrift",
            "shapes.thrift",
            "names.thrift",
            "pow.proto",
            "chat.proto",
        ];
        let mut texts = 0;
        for sample in samples {
            let path = format!("{}/../idl-samples/{sample}", env!("CARGO_MANIFEST_DIR"));
            let schema = Provider::file(path).load().expect("a sample is sound");
            let services: Vec<_> = schema.services().collect();
            for method in services.iter().flat_map(crate::Service::methods) {
                for seed in 0..20 {
                    let json = method.sample_response(seed);
                    assert_eq!(json, method.sample_response(seed));
                    let options = JsonOptions::new().deny_unknown_fields(true);
                    let fits = method.response_to_wire(json.as_bytes(), &options, &mut Vec::new());
                    assert!(
                        fits.is_ok(),
                        "{sample}, {}: {json}: {fits:?}",
                        method.name()
                    );
                    texts += 1;
                }
            }
        }
        assert!(texts > 100, "where are the methods?");
    }

    #[test]
    fn every_kind_of_value_is_random() {
        let idl = "
            enum Kind { A, B, C }
            union One { 1: i8 small, 2: uuid id, 3: binary bytes }
            struct All {
                1: required bool yes, 2: i16 short, 3: double half, 4: Kind kind, 5: One one,
                6: set<i32> set, 7: map<i32, list<string>> map, 8: i64 fixed = 7,
            }
            service Every { All Get() }
        ";
        let schema = Provider::text("every.thrift", idl)
            .load()
            .expect("it is sound");
        let method = schema.service("Every").and_then(|one| one.method("Get"));
        let method = method.expect("it is there");
        let mut kinds = std::collections::BTreeSet::new();
        let mut members = std::collections::BTreeSet::new();
        for seed in 0..100 {
            let json = method.sample_response(seed);
            let options = JsonOptions::new();
            let fits = method.response_to_wire(json.as_bytes(), &options, &mut Vec::new());
            assert!(fits.is_ok(), "{json}: {fits:?}");
            let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
            assert_eq!(value["fixed"], 7);
            kinds.insert(value["kind"].to_string());
            members.extend(value["one"].as_object().expect("an object").keys().cloned());
        }
        assert_eq!((kinds.len(), members.len()), (3, 3));
    }
}
