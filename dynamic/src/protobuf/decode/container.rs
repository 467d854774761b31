//! Lists and maps: what stands in a message one field after the other is one value in JSON.

use std::borrow::Cow;

use super::Decoder;
use super::message::step;
use super::order::{last_of, merged};
use super::scalar::zero;
use crate::decode::{Done, plain, under};
use crate::distinct::Keys;
use crate::error::Step;
use crate::protobuf::wire::{FIXED32, FIXED64, LENGTH, Part, Parts, wire_type};
use crate::schema::{Field, Type};

/// A list or a map that is being written.
pub(super) struct Run<'a> {
    field: &'a Field,
    /// Length of the output before it, with its name.
    before: usize,
    /// Behind its bracket.
    from: usize,
    /// Elements so far.
    count: usize,
    /// Where the keys of a map are.
    keys: Keys,
}

impl<'a> Decoder<'a> {
    pub(super) fn begin_run(&mut self, field: &'a Field, from: usize) -> Run<'a> {
        let before = self.out.len();
        self.put_name(field, from);
        self.out.push(match field.ty {
            Type::Map(_) => b'{',
            _ => b'[',
        });
        Run {
            field,
            before,
            from: self.out.len(),
            count: 0,
            keys: Keys::default(),
        }
    }

    /// Nothing is written of a list or map without anything in it.
    pub(super) fn end_run(&mut self, run: Option<Run<'a>>) -> Done {
        let Some(run) = run else { return Ok(()) };
        if run.count == 0 {
            self.out.truncate(run.before);
            return Ok(());
        }
        match run.field.ty {
            Type::Map(_) => {
                self.keep_last(run.from, &run.keys);
                self.out.push(b'}');
            }
            _ => self.out.push(b']'),
        }
        Ok(())
    }

    pub(super) fn add_to_run(&mut self, run: &mut Run<'a>, part: &Part<'_>) -> Done {
        let field = run.field;
        self.descend(field.place)?;
        let added = match field.ty {
            Type::Map(at) => self.entry(run, at as usize, part.value),
            Type::List(at) => {
                let element = self.schema.elements[at as usize];
                let wire_type = wire_type(element, field.protobuf.encoding);
                match part.wire_type == LENGTH && wire_type != LENGTH {
                    true => self.packed(run, element, wire_type, part.value),
                    false => self.element(run, element, part.value),
                }
            }
            _ => Ok(()),
        };
        added.map_err(|failure| under(failure, step(field), field.place))?;
        self.ascend();
        Ok(())
    }

    fn element(&mut self, run: &mut Run<'a>, element: Type, value: &[u8]) -> Done {
        if !self.is_value(element, value) {
            return Ok(());
        }
        self.put_comma(run.from);
        let (encoding, place) = (run.field.protobuf.encoding, run.field.place);
        let read = self.single(element, encoding, value, place);
        let read = read.and_then(|()| self.check_size(place));
        read.map_err(|failure| under(failure, Step::Index(run.count), place))?;
        run.count += 1;
        Ok(())
    }

    fn packed(&mut self, run: &mut Run<'a>, element: Type, wire_type: u8, values: &[u8]) -> Done {
        let mut rest = Parts { rest: values };
        while !rest.rest.is_empty() {
            let before = rest.rest;
            match wire_type {
                FIXED32 => drop(rest.take(4).map_err(plain)?),
                FIXED64 => drop(rest.take(8).map_err(plain)?),
                _ => drop(rest.varint().map_err(plain)?),
            }
            let value = &before[..before.len() - rest.rest.len()];
            self.element(run, element, value)?;
        }
        Ok(())
    }

    /// What an entry does not have is zero.
    fn entry(&mut self, run: &mut Run<'a>, at: usize, bytes: &[u8]) -> Done {
        let (key, value) = self.schema.maps[at];
        let (encoding, place) = (run.field.protobuf.encoding, run.field.place);
        let key_encoding = run.field.protobuf.key_encoding;
        let found_key = last_of(bytes, 1, wire_type(key, key_encoding))?;
        let found_value = match value {
            Type::Struct(_) => merged(bytes, 2)?,
            _ => last_of(bytes, 2, wire_type(value, encoding))?.map(Cow::Borrowed),
        };
        let found = found_value.as_deref();
        if found.is_some_and(|bytes| !self.is_value(value, bytes)) {
            return Ok(());
        }
        self.put_comma(run.from);
        let from = self.out.len();
        let found_key = found_key.unwrap_or(zero(key, key_encoding));
        self.key(key, key_encoding, found_key, place)?;
        let keys = from..self.out.len();
        self.out.push(b':');
        let found_value = found_value.unwrap_or(Cow::Borrowed(zero(value, encoding)));
        let read = self.read_copy(found_value, place, |decoder, found| {
            decoder.single(value, encoding, found, place)
        });
        let read = read.and_then(|()| self.check_size(place));
        read.map_err(|failure| {
            let name = serde_json::from_slice(&self.out[keys.clone()]);
            under(failure, Step::Key(name.unwrap_or_default()), place)
        })?;
        run.keys.push(keys);
        run.count += 1;
        Ok(())
    }

    /// Of the entries of an object that begins at `from`, those with the last of each key.
    pub(super) fn keep_last(&mut self, from: usize, keys: &Keys) {
        let earlier = keys.earlier(self.out);
        if earlier.is_empty() {
            return;
        }
        let keys = keys.all();
        let mut earlier = earlier.into_iter().peekable();
        let mut kept = Vec::with_capacity(self.out.len() - from);
        for (at, key) in keys.iter().enumerate() {
            if earlier.next_if_eq(&at).is_some() {
                continue;
            }
            if !kept.is_empty() {
                kept.push(b',');
            }
            // Up to the comma before the next key.
            let end = keys
                .get(at + 1)
                .map_or(self.out.len(), |next| next.start - 1);
            kept.extend_from_slice(&self.out[key.start..end]);
        }
        self.out.truncate(from);
        self.out.extend_from_slice(&kept);
    }
}
