//! What the IDL does not know.

use super::{Decoder, Done, plain};
use crate::error::Place;
use crate::wire;

impl Decoder<'_> {
    /// Skips a value.
    pub(crate) fn skip(&mut self, wire_type: u8) -> Done {
        if let Some(width) = width(wire_type) {
            return self.take(width).map(drop);
        }
        match wire_type {
            wire::STRING => {
                let len = self.length()?;
                self.take(len)?;
            }
            wire::LIST | wire::SET => {
                self.descend(Place::default())?;
                let element = self.byte()?;
                let count = self.length()?;
                self.skip_all(&[element], count)?;
                self.ascend();
            }
            wire::MAP => {
                self.descend(Place::default())?;
                let types: [u8; 2] = self.array()?;
                let count = self.length()?;
                self.skip_all(&types, count)?;
                self.ascend();
            }
            wire::STRUCT => {
                self.descend(Place::default())?;
                loop {
                    let wire_type = self.byte()?;
                    if wire_type == wire::STOP {
                        break;
                    }
                    self.take(2)?;
                    self.skip(wire_type)?;
                }
                self.ascend();
            }
            other => return Err(plain(format!("{other} is no type of Thrift"))),
        }
        Ok(())
    }

    fn skip_all(&mut self, types: &[u8], count: usize) -> Done {
        for _ in 0..count {
            for &wire_type in types {
                self.skip(wire_type)?;
            }
        }
        Ok(())
    }
}

/// Bytes of a value, of types that always take as many.
fn width(wire_type: u8) -> Option<usize> {
    match wire_type {
        wire::BOOL | wire::I8 => Some(1),
        wire::I16 => Some(2),
        wire::I32 => Some(4),
        wire::I64 | wire::DOUBLE => Some(8),
        wire::UUID => Some(16),
        _ => None,
    }
}
