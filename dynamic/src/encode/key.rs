//! Keys of maps: strings in JSON, of any type in Thrift.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, Visitor};

use super::Encoder;
use super::value::{Presence, ValueSeed};
use crate::error::{Place, Step};
use crate::schema::Type;

/// Reads one key of a type and appends it.
pub(super) struct KeySeed<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    ty: Type,
    place: Place,
}

impl<'e, 'a> KeySeed<'e, 'a> {
    pub(super) fn new(encoder: &'e mut Encoder<'a>, ty: Type, place: Place) -> Self {
        Self { encoder, ty, place }
    }
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let Self { encoder, ty, place } = self;
        let put = match (ty, text) {
            (Type::Bool, "true") => encoder.put_key_bool(true),
            (Type::Bool, "false") => encoder.put_key_bool(false),
            (Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Struct(_), json) => {
                encoder.put_key_json(ty, place, json)
            }
            _ => encoder.put_text(ty, text),
        };
        put.map_err(|problem| {
            let expected = encoder.schema.describe(ty);
            let problem = format!("expected a key of type {expected}, found {problem}");
            let error = encoder.fail(problem, place);
            encoder.under(error, Step::Key(text.to_owned()))
        })
    }
}

impl Encoder<'_> {
    fn put_key_bool(&mut self, key: bool) -> Result<(), String> {
        self.out.push(u8::from(key));
        Ok(())
    }

    /// A key that is no scalar is JSON in a string. Kitex has no form for it.
    fn put_key_json(&mut self, ty: Type, place: Place, json: &str) -> Result<(), String> {
        let mut parser = serde_json::Deserializer::from_str(json);
        let found = ValueSeed::new(self, ty, place).deserialize(&mut parser);
        match found.and_then(|presence| parser.end().map(|()| presence)) {
            Ok(Presence::Value) => Ok(()),
            Ok(Presence::Null) => Err("null".to_owned()),
            Err(error) => {
                let failure = self.failure.take();
                let problem = failure.map(|failure| failure.problem);
                let problem = problem.filter(|problem| !problem.is_empty());
                Err(problem.unwrap_or_else(|| format!("a string that is not JSON: {error}")))
            }
        }
    }
}
