//! Structs, unions and exceptions.

use super::{Decoder, Done, failed, under};
use crate::error::{Place, Step};
use crate::schema::{Field, Struct};
use crate::seen::Seen;
use crate::wire;

impl<'a> Decoder<'a> {
    pub(super) fn structure(&mut self, of: usize, place: Place, as_text: bool) -> Done {
        self.descend(place)?;
        let of = &self.schema.structs[of];
        self.out.push(b'{');
        let from = self.out.len();
        let (mut seen, mut next, mut members) = (Seen::default(), 0, 0);
        loop {
            let wire_type = self.byte()?;
            if wire_type == wire::STOP {
                break;
            }
            let id = i16::from_be_bytes(self.array()?);
            let Some(index) = of.find(id.into(), next) else {
                self.skip(wire_type)?;
                continue;
            };
            (next, members) = (index + 1, members + 1);
            let field = &of.fields[index];
            let read = match seen.insert(index) {
                true if of.is_union && members > 1 => {
                    let problem = format!("union {} has more than one member", of.name);
                    Err(failed(problem, field.place))
                }
                true => self.member(field, wire_type, from, as_text),
                false => Err(failed("the field is there twice", field.place)),
            };
            read.map_err(|failure| under(failure, step(field), field.place))?;
        }
        if members < of.fields.len() {
            self.absent(of, &seen, from, as_text)?;
        }
        self.out.push(b'}');
        self.ascend();
        self.check_size(place)
    }

    fn member(&mut self, field: &'a Field, wire_type: u8, from: usize, as_text: bool) -> Done {
        self.check_type(field.ty, wire_type, field.place)?;
        self.put_key(field, from);
        self.value(field.ty, field.place, as_text || field.js_conv)
    }

    fn put_key(&mut self, field: &Field, from: usize) {
        if self.out.len() > from {
            self.out.push(b',');
        }
        self.out.extend_from_slice(field.key.as_bytes());
    }

    /// Default values of what is not there. A required field has to be there, as in generated code.
    fn absent(&mut self, of: &'a Struct, seen: &Seen, from: usize, as_text: bool) -> Done {
        let fields = of.fields.iter().enumerate();
        for (_, field) in fields.filter(|&(index, _)| !seen.has(index)) {
            if field.required {
                let expected = self.schema.describe(field.ty);
                let problem = format!("expected {expected}, found nothing: the field is required");
                return Err(under(
                    failed(problem, field.place),
                    step(field),
                    field.place,
                ));
            }
            let Some(default) = &field.default else {
                continue;
            };
            self.put_key(field, from);
            let rest = std::mem::replace(&mut self.rest, default);
            self.value(field.ty, field.place, as_text || field.js_conv)
                .map_err(|failure| under(failure, step(field), field.place))?;
            self.rest = rest;
        }
        Ok(())
    }
}

fn step(field: &Field) -> Step {
    Step::Field(field.name.to_string())
}
