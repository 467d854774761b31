//! Structs, unions and exceptions.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};

use super::Encoder;
use super::value::{Presence, ValueSeed};
use crate::error::{Place, Step};
use crate::schema::{Field, Struct};
use crate::seen::Seen;
use crate::wire;

/// What an object has given of a struct.
#[derive(Default)]
struct Given {
    fields: Seen,
    /// How many of them.
    count: usize,
    /// Place of the field that is looked at first: the one behind the last field found, because JSON mostly
    /// has fields in the order of the IDL.
    next: usize,
    /// The member of a union.
    member: Option<usize>,
    /// A name that the IDL does not have.
    unknown: bool,
}

impl Encoder<'_> {
    #[inline(never)]
    pub(super) fn put_struct<'de, A: MapAccess<'de>>(
        &mut self,
        at: usize,
        place: Place,
        mut members: A,
    ) -> Result<(), A::Error> {
        self.descend(place)?;
        let of = &self.schema.structs[at];
        let mut given = Given::default();
        loop {
            let names = FieldSeed {
                of,
                next: given.next,
                keeps_unknown: self.options.deny_unknown,
                has_extensions: false,
            };
            match members.next_key_seed(names)? {
                None => break,
                Some(Name::Field(index)) => {
                    let put = self.put_member(of, index, &mut given, &mut members);
                    let step = || Step::Field(of.fields[index].name.to_string());
                    put.map_err(|error| self.under(error, step()))?;
                }
                Some(Name::Skipped) => {
                    given.unknown = true;
                    members.next_value::<IgnoredAny>()?;
                }
                Some(Name::Unknown(name)) => return Err(self.unknown(of, name)),
            }
        }
        self.put_absent(of, place, &given)?;
        self.out.push(wire::STOP);
        self.ascend();
        self.check_size(place)
    }

    /// A field's head and value; nothing for `null`, which is the same as no member.
    fn put_member<'de, A: MapAccess<'de>>(
        &mut self,
        of: &Struct,
        index: usize,
        given: &mut Given,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let field = &of.fields[index];
        let from = self.out.len();
        wire::put_head(self.out, field.ty.wire(), field.thrift_id());
        let seed = ValueSeed::new(self, field.ty, field.place);
        given.next = index + 1;
        if members.next_value_seed(seed)? == Presence::Null {
            self.out.truncate(from);
            return Ok(());
        }
        if !given.fields.insert(index) {
            return Err(self.fail("the field is given twice", field.place));
        }
        given.count += 1;
        let earlier = given.member.replace(index).filter(|_| of.is_union);
        match earlier.map(|other| &of.fields[other].name) {
            Some(other) => {
                let problem = format!("a union has one member, and \"{other}\" is given too");
                Err(self.fail(problem, field.place))
            }
            None => Ok(()),
        }
    }

    /// What is written of fields that the object does not have.
    fn put_absent<E: Error>(&mut self, of: &Struct, place: Place, given: &Given) -> Result<(), E> {
        // `{}` is the union that is not set, as peers of either language write it. A misspelt member
        // is not meant so.
        if of.is_union {
            return match given.member.is_none() && given.unknown {
                true => Err(self.fail(format!("union {} has no such member", of.name), place)),
                false => Ok(()),
            };
        }
        if given.count == of.fields.len() {
            return Ok(());
        }
        for (index, field) in of.fields.iter().enumerate() {
            if given.fields.has(index) {
                continue;
            }
            if field.required && field.absent.is_empty() {
                return Err(self.missing(field));
            }
            self.out.extend_from_slice(&field.absent);
        }
        Ok(())
    }

    pub(crate) fn missing<E: Error>(&mut self, field: &Field) -> E {
        let expected = self.schema.describe(field.ty);
        let error = self.fail(
            format!("expected {expected}, found nothing: the field is required"),
            field.place,
        );
        self.under(error, Step::Field(field.name.to_string()))
    }

    pub(crate) fn unknown<E: Error>(&mut self, of: &Struct, name: String) -> E {
        let names = of.fields.iter().map(|field| &*field.name);
        let nearest = streamgen_idl::nearest(&name, names);
        let hint = nearest.map(|name| format!("; did you mean \"{name}\"?"));
        let problem = format!("{} has no such field{}", of.name, hint.unwrap_or_default());
        let error = self.fail(problem, of.place);
        self.under(error, Step::Field(name))
    }
}

/// What a name in JSON means for a struct.
pub(crate) enum Name {
    Field(usize),
    /// Unknown, and so is its value.
    Skipped,
    /// Unknown, and an error.
    Unknown(String),
}

pub(crate) struct FieldSeed<'s> {
    pub(crate) of: &'s Struct,
    /// Place of the field that is looked at first.
    pub(crate) next: usize,
    pub(crate) keeps_unknown: bool,
    /// Whether a name in brackets is that of an extension, as in Protobuf.
    pub(crate) has_extensions: bool,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Name, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldSeed<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        let field = self.of.named(name, self.next).map(Name::Field);
        let is_kept = self.keeps_unknown || (self.has_extensions && name.starts_with('['));
        Ok(field.unwrap_or_else(|| match is_kept {
            true => Name::Unknown(name.to_owned()),
            false => Name::Skipped,
        }))
    }
}
