//! Lists, sets and maps.

use super::{Decoder, Done, failed, under};
use crate::distinct::Keys;
use crate::error::{Place, Step};
use crate::schema::{Codec, Type};

impl Decoder<'_> {
    pub(super) fn elements(&mut self, element: Type, place: Place, as_text: bool) -> Done {
        self.descend(place)?;
        let found = self.byte()?;
        let count = self.length()?;
        // Some writers give no type for what is not there.
        if count > 0 {
            self.check_type(element, found, place)?;
        }
        // As Kitex has it: of containers in a list, the elements stay numbers.
        let as_text = as_text && element == Type::I64;
        let is_text = as_text || self.options.large_as_text(Codec::Thrift);
        self.out.push(b'[');
        match element {
            Type::I32 => self.each(count, place, |this| this.integer(i32::from_be_bytes))?,
            Type::I64 if !is_text => {
                self.each(count, place, |this| this.integer(i64::from_be_bytes))?;
            }
            _ => self.each(count, place, |this| this.value(element, place, as_text))?,
        }
        self.out.push(b']');
        self.ascend();
        Ok(())
    }

    /// The elements of a list, by a function for their type, so that long lists do not ask for it each time.
    fn each(&mut self, count: usize, place: Place, read: impl Fn(&mut Self) -> Done) -> Done {
        for index in 0..count {
            if index > 0 {
                self.out.push(b',');
            }
            let read = read(self).and_then(|()| self.check_size(place));
            read.map_err(|failure| under(failure, Step::Index(index), place))?;
        }
        Ok(())
    }

    pub(super) fn map(&mut self, of: usize, place: Place, as_text: bool) -> Done {
        self.descend(place)?;
        let (key, value) = self.schema.maps[of];
        let [key_found, value_found] = self.array()?;
        let count = self.length()?;
        if count > 0 {
            self.check_type(key, key_found, place)?;
            self.check_type(value, value_found, place)?;
        }
        self.out.push(b'{');
        let mut keys = Keys::default();
        for index in 0..count {
            if index > 0 {
                self.out.push(b',');
            }
            let from = self.out.len();
            self.key(key, place)?;
            let to = self.out.len();
            keys.push(from..to);
            self.out.push(b':');
            let read = self.value(value, place, as_text);
            let read = read.and_then(|()| self.check_size(place));
            read.map_err(|failure| under(failure, self.key_step(from, to), place))?;
        }
        if let Some(twice) = keys.repeated(self.out) {
            let step = self.key_step(twice.start, twice.end);
            return Err(under(failed("the key is there twice", place), step, place));
        }
        self.out.push(b'}');
        self.ascend();
        Ok(())
    }

    /// The step to the value of a key that has been written.
    fn key_step(&self, from: usize, to: usize) -> Step {
        let key = serde_json::from_slice(&self.out[from..to]);
        Step::Key(key.unwrap_or_default())
    }
}
