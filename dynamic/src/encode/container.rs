//! Lists, sets and maps.

use serde::de::{MapAccess, SeqAccess};

use super::Encoder;
use super::integers::ElementSeed;
use super::key::KeySeed;
use super::value::{Presence, ValueSeed};
use crate::decode;
use crate::distinct::Keys;
use crate::error::{Place, Step};
use crate::schema::Type;
use crate::wire;

impl Encoder<'_> {
    #[inline(never)]
    pub(super) fn put_elements<'de, A: SeqAccess<'de>>(
        &mut self,
        element: Type,
        place: Place,
        elements: A,
    ) -> Result<(), A::Error> {
        self.descend(place)?;
        self.out.push(element.wire());
        let at = wire::put_length(self.out);
        let count = match self.are_integers(element) {
            true => self.put_all::<true, A>(element, place, elements)?,
            false => self.put_all::<false, A>(element, place, elements)?,
        };
        self.check_size(place)?;
        wire::set_length(self.out, at, count);
        self.ascend();
        Ok(())
    }

    /// Appends the elements and counts them. Of integers, each takes at least two characters of JSON and at most
    /// eight bytes, so that their size needs no check but that of the list.
    fn put_all<'de, const INTEGERS: bool, A: SeqAccess<'de>>(
        &mut self,
        element: Type,
        place: Place,
        mut elements: A,
    ) -> Result<usize, A::Error> {
        let mut count = 0;
        loop {
            let seed = ElementSeed::<INTEGERS>(ValueSeed::new(self, element, place));
            match elements.next_element_seed(seed) {
                Ok(None) => return Ok(count),
                Ok(Some(Presence::Value)) => count += 1,
                Ok(Some(Presence::Null)) => {
                    let error = self.mismatch(element, place, "null");
                    return Err(self.under(error, Step::Index(count)));
                }
                Err(error) => return Err(self.under(error, Step::Index(count))),
            }
            if !INTEGERS {
                self.check_size(place)?;
            }
        }
    }

    #[inline(never)]
    pub(super) fn put_map<'de, A: MapAccess<'de>>(
        &mut self,
        at: usize,
        place: Place,
        mut entries: A,
    ) -> Result<(), A::Error> {
        self.descend(place)?;
        let (key, value) = self.schema.maps[at];
        self.out.extend_from_slice(&[key.wire(), value.wire()]);
        let length = wire::put_length(self.out);
        let (mut keys, mut count) = (Keys::default(), 0);
        loop {
            let from = self.out.len();
            let seed = KeySeed::new(self, key, place);
            if entries.next_key_seed(seed)?.is_none() {
                break;
            }
            let to = self.out.len();
            keys.push(from..to);
            count += 1;
            if let Err(error) = self.put_value_of_key(value, place, &mut entries) {
                let key = self.key_text(key, from, to);
                return Err(self.under(error, Step::Key(key)));
            }
        }
        if let Some(twice) = keys.repeated(self.out) {
            let key = self.key_text(key, twice.start, twice.end);
            let error = self.fail("the key is given twice", place);
            return Err(self.under(error, Step::Key(key)));
        }
        wire::set_length(self.out, length, count);
        self.ascend();
        Ok(())
    }

    fn put_value_of_key<'de, A: MapAccess<'de>>(
        &mut self,
        value: Type,
        place: Place,
        entries: &mut A,
    ) -> Result<(), A::Error> {
        match entries.next_value_seed(ValueSeed::new(self, value, place))? {
            Presence::Value => self.check_size(place),
            Presence::Null => Err(self.mismatch(value, place, "null")),
        }
    }

    /// The text of a key that has been written, for an error.
    fn key_text(&self, ty: Type, from: usize, to: usize) -> String {
        decode::key_text(self.schema, self.options, ty, &self.out[from..to])
    }
}
