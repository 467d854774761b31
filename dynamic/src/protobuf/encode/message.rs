//! The fields of a message.

use serde::de::{Error, IgnoredAny, MapAccess};

use super::Slot;
use super::value::ValueSeed;
use crate::encode::{Encoder, FieldSeed, Name, Presence};
use crate::error::Step;
use crate::schema::{Field, Struct};
use crate::seen::Seen;

/// What an object has given of a message.
#[derive(Default)]
struct Given {
    fields: Seen,
    oneofs: Seen,
    /// Place of the field that is looked at first.
    next: usize,
}

impl Encoder<'_> {
    pub(super) fn put_fields<'de, A: MapAccess<'de>>(
        &mut self,
        at: usize,
        mut members: A,
    ) -> Result<(), A::Error> {
        let of = &self.schema.structs[at];
        let mut given = Given::default();
        loop {
            let names = FieldSeed {
                of,
                next: given.next,
                keeps_unknown: self.options.deny_unknown,
                has_extensions: true,
            };
            match members.next_key_seed(names)? {
                None => break,
                Some(Name::Field(index)) => {
                    let put = self.put_field(of, index, &mut given, &mut members);
                    let step = || Step::Field(of.fields[index].name.to_string());
                    put.map_err(|error| self.under(error, step()))?;
                }
                Some(Name::Skipped) => drop(members.next_value::<IgnoredAny>()?),
                Some(Name::Unknown(name)) if name.starts_with('[') => {
                    return Err(self.extension(of, name));
                }
                Some(Name::Unknown(name)) => return Err(self.unknown(of, name)),
            }
        }
        let fields = of.fields.iter().enumerate();
        let mut missing =
            fields.filter(|(index, field)| field.required && !given.fields.has(*index));
        match missing.next() {
            Some((_, field)) => Err(self.missing(field)),
            None => Ok(()),
        }
    }

    /// The mapping names an extension of proto2 by its full name in brackets. Its value would be lost.
    #[cold]
    fn extension<E: Error>(&mut self, of: &Struct, name: String) -> E {
        let name_of = &of.name;
        let problem =
            format!("extensions of proto2 are not supported in JSON: leave it out of {name_of}");
        let error = self.fail(problem, of.place);
        self.under(error, Step::Field(name))
    }

    /// A field; nothing for `null`, and for zero where that is the same as nothing.
    fn put_field<'de, A: MapAccess<'de>>(
        &mut self,
        of: &Struct,
        index: usize,
        given: &mut Given,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let field = &of.fields[index];
        let from = self.out.len();
        let slot = Slot::of(field);
        given.next = index + 1;
        if members.next_value_seed(ValueSeed {
            encoder: self,
            slot,
        })? == Presence::Null
        {
            return Ok(());
        }
        if !given.fields.insert(index) {
            return Err(self.fail("the field is given twice", field.place));
        }
        if let Some(oneof) = field.protobuf.oneof
            && !given.oneofs.insert(oneof)
        {
            return Err(self.second_of_oneof(of, index, given));
        }
        if field.omits_zero() && self.is_zero_from(from, field) {
            self.out.truncate(from);
        }
        Ok(())
    }

    fn second_of_oneof<E: Error>(&mut self, of: &Struct, index: usize, given: &Given) -> E {
        let field = &of.fields[index];
        let mut others = of.fields.iter().enumerate().filter(|(at, other)| {
            *at != index && given.fields.has(*at) && other.protobuf.oneof == field.protobuf.oneof
        });
        let other = others.next().map(|(_, other)| &*other.name);
        let problem = format!(
            "a oneof has one member, and \"{}\" is given too",
            other.unwrap_or_default()
        );
        self.fail(problem, field.place)
    }

    /// Whether the field that was written from there on is zero, or empty.
    fn is_zero_from(&self, from: usize, field: &Field) -> bool {
        let mut written = super::wire::Parts {
            rest: &self.out[from..],
        };
        let key = written.varint();
        debug_assert_eq!(
            key.map(|key| key >> 3),
            Ok(u64::from(field.id.unsigned_abs()))
        );
        written.rest.iter().all(|&byte| byte == 0)
    }
}
