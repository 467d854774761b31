//! Lists and maps.

use serde::de::{MapAccess, SeqAccess};

use super::key::KeySeed;
use super::value::ValueSeed;
use super::{Slot, WHOLE, wire};
use crate::distinct::Keys;
use crate::encode::{Encoder, Presence};
use crate::error::Step;
use crate::protobuf::decode::key_text;
use crate::schema::Type;

impl Encoder<'_> {
    /// The elements, each with its key, or all behind one.
    pub(super) fn put_repeated<'de, A: SeqAccess<'de>>(
        &mut self,
        list: Slot,
        element: Type,
        elements: A,
    ) -> Result<(), A::Error> {
        self.descend(list.place)?;
        let slot = Slot {
            ty: element,
            ..list
        };
        if list.packed {
            let from = self.out.len();
            wire::put_key(self.out, list.number, wire::LENGTH);
            let at = wire::open(self.out);
            let slot = Slot {
                number: WHOLE,
                ..slot
            };
            match self.put_each(slot, elements)? {
                0 => self.out.truncate(from),
                _ => drop(wire::close(self.out, at)),
            }
        } else {
            self.put_each(slot, elements)?;
        }
        self.ascend();
        Ok(())
    }

    pub(super) fn put_each<'de, A: SeqAccess<'de>>(
        &mut self,
        slot: Slot,
        mut elements: A,
    ) -> Result<usize, A::Error> {
        let mut count = 0;
        loop {
            let seed = ValueSeed {
                encoder: self,
                slot,
            };
            match elements.next_element_seed(seed) {
                Ok(None) => return Ok(count),
                Ok(Some(Presence::Value)) => count += 1,
                Ok(Some(Presence::Null)) => {
                    let error = self.mismatch(slot.ty, slot.place, "null");
                    return Err(self.under(error, Step::Index(count)));
                }
                Err(error) => return Err(self.under(error, Step::Index(count))),
            }
            self.check_size(slot.place)?;
        }
    }

    pub(super) fn put_map_field<'de, A: MapAccess<'de>>(
        &mut self,
        map: Slot,
        at: usize,
        entries: A,
    ) -> Result<(), A::Error> {
        self.descend(map.place)?;
        let (key, value) = self.schema.maps[at];
        let key = Slot {
            encoding: map.key_encoding,
            ..Slot::one(1, key, map.place)
        };
        let value = Slot {
            encoding: map.encoding,
            ..Slot::one(2, value, map.place)
        };
        self.put_entries(map.number, key, value, entries)?;
        self.ascend();
        Ok(())
    }

    /// Each entry is a message of two fields.
    pub(super) fn put_entries<'de, A: MapAccess<'de>>(
        &mut self,
        number: i32,
        key: Slot,
        value: Slot,
        mut entries: A,
    ) -> Result<(), A::Error> {
        let mut keys = Keys::default();
        loop {
            let from = self.out.len();
            wire::put_key(self.out, number, wire::LENGTH);
            let at = wire::open(self.out);
            let start = self.out.len();
            if entries
                .next_key_seed(KeySeed {
                    encoder: self,
                    slot: key,
                })?
                .is_none()
            {
                self.out.truncate(from);
                break;
            }
            let end = self.out.len();
            if let Err(error) = self.put_entry_value(value, &mut entries) {
                let text = key_text(
                    self.schema,
                    self.options,
                    key.ty,
                    key.encoding,
                    &self.out[start..end],
                );
                return Err(self.under(error, Step::Key(text)));
            }
            let by = wire::close(self.out, at);
            keys.push(start + by..end + by);
        }
        if let Some(twice) = keys.repeated(self.out) {
            let text = key_text(
                self.schema,
                self.options,
                key.ty,
                key.encoding,
                &self.out[twice],
            );
            let error = self.fail("the key is given twice", key.place);
            return Err(self.under(error, Step::Key(text)));
        }
        Ok(())
    }

    pub(super) fn put_entry_value<'de, A: MapAccess<'de>>(
        &mut self,
        slot: Slot,
        entries: &mut A,
    ) -> Result<(), A::Error> {
        match entries.next_value_seed(ValueSeed {
            encoder: self,
            slot,
        })? {
            Presence::Value => self.check_size(slot.place),
            Presence::Null => Err(self.mismatch(slot.ty, slot.place, "null")),
        }
    }
}
