//! `google.protobuf.Any`: a message with its type's name beside its fields.

use std::cell::Cell;

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer as _, MapAccess};
use serde_json::value::RawValue;

use super::Slot;
use crate::encode::Encoder;
use crate::error::{Place, Step};
use crate::protobuf::put_field;
use crate::schema::{Struct, Type};

/// The member that names the type.
const TYPE: &str = "@type";

/// The member that is the message, if its type has a form of its own.
const VALUE: &str = "value";

/// Most members of an object before the type's name: more than messages have fields. Each takes many times the
/// memory that it takes in the JSON.
const MAX_BEFORE: usize = 10_000;

impl Encoder<'_> {
    /// `{}` is an `Any` that holds nothing. Members before the type's name have to wait for it: they are read
    /// again where they stand in the JSON, since a tree of them would be many times as large.
    pub(super) fn put_any<'de, A: MapAccess<'de>>(
        &mut self,
        slot: Slot,
        mut members: A,
    ) -> Result<(), A::Error> {
        self.framed(slot, |encoder| {
            let mut before = Vec::new();
            while let Some(name) = members.next_key::<String>()? {
                let value: &RawValue = members.next_value()?;
                if name == TYPE {
                    let is_twice = Cell::new(false);
                    let members = Replayed {
                        before: before.into_iter(),
                        value: None,
                        rest: members,
                        is_twice: &is_twice,
                    };
                    encoder.put_any_of(value, slot.place, members)?;
                    return match is_twice.get() {
                        true => {
                            let error = encoder.fail("the field is given twice", slot.place);
                            Err(encoder.under(error, Step::Field(name)))
                        }
                        false => Ok(()),
                    };
                }
                if before.len() == MAX_BEFORE {
                    let problem = format!(
                        "expected \"@type\" among the first {MAX_BEFORE} members, found none"
                    );
                    return Err(encoder.fail(problem, slot.place));
                }
                before.push((name, value));
            }
            match before.is_empty() {
                true => Ok(()),
                false => Err(encoder.fail("expected the member \"@type\", found none", slot.place)),
            }
        })
    }

    fn put_any_of<'de, A: MapAccess<'de>>(
        &mut self,
        url: &RawValue,
        place: Place,
        members: A,
    ) -> Result<(), A::Error> {
        let url = serde_json::from_str(url.get()).unwrap_or_default();
        let named = self.type_named(url);
        let (url, at) = named.map_err(|problem| {
            let error = self.fail(problem, place);
            self.under(error, Step::Field(TYPE.to_owned()))
        })?;
        put_field(self.out, 1, url.as_bytes());
        let of: &Struct = &self.schema.structs[at as usize];
        let slot = Slot::one(2, Type::Struct(at), of.place);
        let from = self.out.len();
        match of.is_plain() {
            // In JSON, its fields are those of the `Any`: no level below.
            true => self.enclosed(slot, |encoder| encoder.put_fields(at as usize, members))?,
            false => self.put_any_value(slot, members)?,
        }
        // Without fields, the value is empty, as writers leave it out.
        if self.out.len() - from == 2 {
            self.out.truncate(from);
        }
        Ok(())
    }

    /// The type that a URL ends with.
    fn type_named(&self, url: Option<String>) -> Result<(String, u32), String> {
        let url = url.ok_or("expected the name of a type")?;
        let name = url.rsplit('/').next().unwrap_or(&url);
        let found = self.schema.by_name.get(name);
        let at = found.ok_or_else(|| {
            let known = self.schema.by_name.keys().map(|name| &**name);
            let nearest = streamgen_idl::nearest(name, known);
            let hint = nearest.map(|name| format!("; did you mean \"{name}\"?"));
            let name = crate::error::shown(name);
            format!("the IDL has no message {name}{}", hint.unwrap_or_default())
        })?;
        let at = *at;
        Ok((url, at))
    }

    fn put_any_value<'de, A: MapAccess<'de>>(
        &mut self,
        slot: Slot,
        mut members: A,
    ) -> Result<(), A::Error> {
        let mut is_given = false;
        while let Some(name) = members.next_key::<String>()? {
            let put = match (name.as_str(), is_given) {
                (VALUE, true) => Err(self.fail("the field is given twice", slot.place)),
                (VALUE, false) => self.put_entry_value(slot, &mut members),
                (_, _) if self.options.deny_unknown => {
                    Err(self.fail("an Any has no such field", slot.place))
                }
                _ => members.next_value::<IgnoredAny>().map(drop),
            };
            is_given |= name == VALUE;
            put.map_err(|error| self.under(error, Step::Field(name)))?;
        }
        match is_given {
            true => Ok(()),
            false => Err(self.fail("expected the member \"value\", found none", slot.place)),
        }
    }
}

/// The members of an object, of which some have been read.
struct Replayed<'de, 'c, A> {
    before: std::vec::IntoIter<(String, &'de RawValue)>,
    /// The value of the member whose name has been handed out.
    value: Option<&'de RawValue>,
    rest: A,
    /// Whether the rest names a type again.
    is_twice: &'c Cell<bool>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Replayed<'de, '_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let name = match self.before.next() {
            Some((name, value)) => {
                self.value = Some(value);
                name
            }
            None => match self.rest.next_key::<String>()? {
                Some(name) => name,
                None => return Ok(None),
            },
        };
        if name == TYPE {
            self.is_twice.set(true);
        }
        let name: StringDeserializer<A::Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(without_place),
            None => self.rest.next_value_seed(seed),
        }
    }
}

/// The error of a member that is read again, without its line and column: they count from that member on.
fn without_place<E: Error>(error: serde_json::Error) -> E {
    let text = error.to_string();
    E::custom(text.split(" at line ").next().unwrap_or_default())
}
