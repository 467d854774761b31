//! Messages that are a string or a scalar in JSON.

use serde::de::Error;

use super::scalar::Scalar;
use super::{Slot, wire};
use crate::encode::Encoder;
use crate::protobuf::{field_mask, put_field, time};
use crate::schema::WellKnown;

impl Encoder<'_> {
    /// A message where JSON has a scalar, which is no level.
    pub(super) fn put_well_known<E: Error>(
        &mut self,
        slot: Slot,
        at: usize,
        value: Scalar<'_>,
    ) -> Result<(), E> {
        let of = &self.schema.structs[at];
        let mut problem = Ok(());
        self.enclosed(slot, |encoder| {
            problem = match (of.well_known, value) {
                (Some(WellKnown::Wrapper), value) => {
                    encoder.put_wrapped(Slot::of(&of.fields[0]), value)
                }
                (Some(WellKnown::Value), value) => encoder.put_value_scalar(value, slot.place),
                (Some(WellKnown::Timestamp), Scalar::Text(text)) => {
                    let found = time::timestamp_of(text);
                    encoder.put_time(found, text, "is no time of RFC 3339 in the years 1 to 9999")
                }
                (Some(WellKnown::Duration), Scalar::Text(text)) => {
                    let found = time::duration_of(text);
                    encoder.put_time(found, text, "is no duration such as \"1.5s\"")
                }
                (Some(WellKnown::FieldMask), Scalar::Text(text)) => encoder.put_paths(text),
                (_, other) => Err(other.found()),
            };
            Ok(())
        })?;
        problem.map_err(|found| self.mismatch(slot.ty, slot.place, &found))
    }

    /// Zero is left out, as everywhere in these messages.
    fn put_wrapped(&mut self, slot: Slot, value: Scalar<'_>) -> Result<(), String> {
        let from = self.out.len();
        self.put_single(slot, value)?;
        if self.out[from + 1..].iter().all(|&byte| byte == 0) {
            self.out.truncate(from);
        }
        Ok(())
    }

    fn put_time(
        &mut self,
        found: Option<(i64, i32)>,
        text: &str,
        what: &str,
    ) -> Result<(), String> {
        let found = found.ok_or_else(|| format!("{}, which {what}", Scalar::Text(text).found()))?;
        for (number, value) in [(1, found.0), (2, found.1.into())] {
            if value != 0 {
                wire::put_key(self.out, number, wire::VARINT);
                wire::put_varint(self.out, value.cast_unsigned());
            }
        }
        Ok(())
    }

    fn put_paths(&mut self, text: &str) -> Result<(), String> {
        for path in text.split(',').filter(|path| !path.is_empty()) {
            let path = field_mask::in_idl(path)
                .ok_or_else(|| format!("{}, which has a `_`", Scalar::Text(text).found()))?;
            put_field(self.out, 1, path.as_bytes());
        }
        Ok(())
    }
}
