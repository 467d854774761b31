//! Messages that have a form of their own.

use super::order::last_of;
use super::{Decoder, scalar};
use crate::decode::text::put_json;
use crate::decode::{Done, failed, plain};
use crate::error::Place;
use crate::protobuf::wire::{LENGTH, Parts, VARINT, wire_type};
use crate::protobuf::{field_mask, time};
use crate::schema::{Struct, WellKnown};

impl Decoder<'_> {
    pub(super) fn well_known(
        &mut self,
        kind: WellKnown,
        of: &Struct,
        bytes: &[u8],
        place: Place,
    ) -> Done {
        match kind {
            WellKnown::Any => self.any(bytes, place),
            WellKnown::Struct => self.json_struct(bytes, place),
            WellKnown::ListValue => self.json_list(bytes, place),
            WellKnown::Value => self.json_value(bytes, place),
            WellKnown::Timestamp => {
                let (seconds, nanos) = seconds_and_nanos(bytes)?;
                self.put_text(time::timestamp_text(seconds, nanos), place, || {
                    format!("{seconds} seconds and {nanos} nanoseconds are no time in the years 1 to 9999")
                })
            }
            WellKnown::Duration => {
                let (seconds, nanos) = seconds_and_nanos(bytes)?;
                self.put_text(time::duration_text(seconds, nanos), place, || {
                    format!("{seconds} seconds and {nanos} nanoseconds are no duration")
                })
            }
            WellKnown::FieldMask => self.paths(bytes, place),
            WellKnown::Wrapper => {
                let field = &of.fields[0];
                let encoding = field.protobuf.encoding;
                let found = last_of(bytes, field.id, wire_type(field.ty, encoding))?;
                let zero = scalar::zero(field.ty, encoding);
                let value = found.unwrap_or(zero);
                self.single(field.ty, encoding, value, place)
            }
        }
    }

    fn put_text(
        &mut self,
        text: Option<String>,
        place: Place,
        problem: impl FnOnce() -> String,
    ) -> Done {
        let text = text.ok_or_else(|| failed(problem(), place))?;
        put_json(self.out, &*text);
        Ok(())
    }

    fn paths(&mut self, bytes: &[u8], place: Place) -> Done {
        let mut text = String::new();
        let mut parts = Parts { rest: bytes };
        while let Some(part) = parts.next().map_err(plain)? {
            // An empty path names nothing, and the text of a mask has no place for it.
            if (part.number, part.wire_type) != (1, LENGTH) || part.value.is_empty() {
                continue;
            }
            let path = std::str::from_utf8(part.value)
                .ok()
                .and_then(field_mask::in_json);
            let path = path.ok_or_else(|| {
                let path = String::from_utf8_lossy(part.value);
                let path = crate::error::shown(&path);
                failed(format!("the path {path} has no form in JSON"), place)
            })?;
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&path);
        }
        put_json(self.out, &*text);
        Ok(())
    }
}

fn seconds_and_nanos(bytes: &[u8]) -> Done<(i64, i32)> {
    let number = |id| -> Done<u64> {
        let found = last_of(bytes, id, VARINT)?.unwrap_or(&[0]);
        Parts { rest: found }.varint().map_err(plain)
    };
    Ok((number(1)?.cast_signed(), number(2)? as i32))
}
