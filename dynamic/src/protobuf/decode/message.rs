//! Messages and their fields.

use std::borrow::Cow;

use super::container::Run;
use super::order::{Survey, append, by_field, fits, index_of, is_repeated, survey};
use super::{Decoder, scalar};
use crate::decode::{Done, failed, plain, under};
use crate::error::{Place, Step};
use crate::options::NameForm;
use crate::protobuf::wire::{Part, Parts};
use crate::schema::{Field, Struct, Type};

impl<'a> Decoder<'a> {
    pub(super) fn message(&mut self, at: usize, bytes: &[u8], place: Place) -> Done {
        let of = &self.schema.structs[at];
        if let Some(kind) = of.well_known {
            return self.well_known(kind, of, bytes, place);
        }
        self.descend(place)?;
        self.out.push(b'{');
        let from = self.out.len();
        self.fields(of, bytes, from)?;
        self.out.push(b'}');
        self.ascend();
        self.check_size(place)
    }

    /// The members of an object that begins at `from`.
    pub(super) fn fields(&mut self, of: &'a Struct, bytes: &[u8], from: usize) -> Done {
        let Survey { seen, is_tidy } = survey(of, bytes, |field, part| self.fits(field, part))?;
        let mut absent = of.fields.iter().enumerate();
        let missing = absent.find(|(index, field)| field.required && !seen.has(*index));
        if let Some((_, field)) = missing {
            let expected = self.schema.describe(field.ty);
            let problem = format!("expected {expected}, found nothing: the field is required");
            let failure = failed(problem, field.place);
            return Err(under(failure, step(field), field.place));
        }
        match is_tidy {
            true => self.in_order(of, bytes, from),
            false => self.by_field(of, bytes, from),
        }
    }

    /// Each field in one run.
    fn in_order(&mut self, of: &'a Struct, bytes: &[u8], from: usize) -> Done {
        let mut parts = Parts { rest: bytes };
        let (mut last, mut run): (Option<usize>, Option<Run<'a>>) = (None, None);
        while let Some(part) = parts.next().map_err(plain)? {
            let Some(index) = index_of(of, &part, last) else {
                continue;
            };
            let field = &of.fields[index];
            if !self.fits(field, &part) {
                continue;
            }
            if last != Some(index) {
                self.end_run(run.take())?;
                last = Some(index);
            }
            if is_repeated(field) {
                let run = run.get_or_insert_with(|| self.begin_run(field, from));
                self.add_to_run(run, &part)?;
            } else {
                self.member(field, Cow::Borrowed(part.value), from)?;
            }
        }
        self.end_run(run)
    }

    /// The fields in any order: those of one number are put together first.
    fn by_field(&mut self, of: &'a Struct, bytes: &[u8], from: usize) -> Done {
        let known = |part: &Part<'_>| {
            let index = index_of(of, part, None)?;
            self.fits(&of.fields[index], part).then_some(index)
        };
        let found = by_field(of, bytes, known)?;
        let part_at = |at: u32| {
            let mut parts = Parts {
                rest: &bytes[at as usize..],
            };
            parts.next().map_err(plain)
        };
        for group in found.chunk_by(|one, other| one.0 == other.0) {
            let field = &of.fields[group[0].0 as usize];
            if is_repeated(field) {
                let mut run = self.begin_run(field, from);
                for &(_, at) in group {
                    if let Some(part) = part_at(at)? {
                        self.add_to_run(&mut run, &part)?;
                    }
                }
                self.end_run(Some(run))?;
                continue;
            }
            // The parts of a message one behind the other are the message that they make together.
            let is_message = matches!(field.ty, Type::Struct(_));
            let counts = if is_message {
                group
            } else {
                &group[group.len() - 1..]
            };
            let mut value = Cow::Borrowed(&[][..]);
            for &(_, at) in counts {
                if let Some(part) = part_at(at)? {
                    append(&mut value, part.value);
                }
            }
            self.member(field, value, from)?;
        }
        Ok(())
    }

    fn fits(&self, field: &Field, part: &Part<'_>) -> bool {
        let element = match field.ty {
            Type::List(at) => Some(self.schema.elements[at as usize]),
            _ => None,
        };
        // Elements are looked at one by one.
        fits(field, element, part) && (element.is_some() || self.is_value(field.ty, part.value))
    }

    /// A field that is no list and no map. Nothing is written of zero, where that is the same as nothing.
    fn member(&mut self, field: &'a Field, value: Cow<'_, [u8]>, from: usize) -> Done {
        let encoding = field.protobuf.encoding;
        if field.omits_zero() && scalar::is_zero(field.ty, encoding, &value) {
            return Ok(());
        }
        self.put_name(field, from);
        let read = self.read_copy(value, field.place, |decoder, value| {
            decoder.single(field.ty, encoding, value, field.place)
        });
        read.map_err(|failure| under(failure, step(field), field.place))
    }

    pub(super) fn put_name(&mut self, field: &Field, from: usize) {
        self.put_comma(from);
        let key = match self.options.names {
            NameForm::Json => &field.key,
            NameForm::Idl => &field.protobuf.idl_key,
        };
        self.out.extend_from_slice(key.as_bytes());
    }
}

pub(super) fn step(field: &Field) -> Step {
    Step::Field(field.name.to_string())
}
