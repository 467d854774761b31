//! Reading past values that nobody asked for.

use super::value::HEAD_LEN;
use super::{DecodeError, DecodeErrorKind, MAX_DEPTH, Reader, wire_type};

/// What is left to skip on one level of nesting.
#[derive(Clone, Copy)]
enum Level {
    /// Fields, up to the stop byte.
    Fields,
    /// Elements; keys and values of a map count apart and take turns.
    Elements {
        left: usize,
        next: u8,
        after_next: u8,
    },
}

/// Skips one value. It may nest [`MAX_DEPTH`] levels however deep it stands itself, as in Kitex
/// (gopkg protocol/thrift, `defaultRecursionDepth`).
pub(super) fn value(r: &mut Reader<'_>, wire_type: u8) -> Result<(), DecodeError> {
    let mut skip = Skip::new(wire_type);
    while !skip.step(r)? {}
    Ok(())
}

/// A value that is being skipped. Keeps a bounded stack of its own, so that nesting costs no call
/// depth and nothing on the heap.
pub(super) struct Skip {
    levels: [Level; MAX_DEPTH as usize],
    open: usize,
    next: Next,
}

/// What is skipped next.
#[derive(Clone, Copy)]
enum Next {
    /// A value of this wire type.
    Value(u8),
    /// Whatever the innermost open level says.
    Level,
}

impl Skip {
    pub(super) fn new(wire_type: u8) -> Self {
        Self {
            levels: [Level::Fields; MAX_DEPTH as usize],
            open: 0,
            next: Next::Value(wire_type),
        }
    }

    /// Goes on by a step; `true` at the end of the value. A step that fails for want of bytes can be
    /// taken again from where it began.
    #[inline]
    pub(super) fn step(&mut self, r: &mut Reader<'_>) -> Result<bool, DecodeError> {
        match self.next {
            Next::Value(wire_type) => {
                if let Some(level) = enter(r, wire_type)? {
                    *self.levels.get_mut(self.open).ok_or_else(too_deep)? = level;
                    self.open += 1;
                }
                self.next = Next::Level;
            }
            Next::Level => {
                let Some(innermost) = self.open.checked_sub(1) else {
                    return Ok(true);
                };
                match advance(r, &mut self.levels[innermost])? {
                    Some(wire_type) => self.next = Next::Value(wire_type),
                    None => self.open = innermost,
                }
            }
        }
        Ok(false)
    }
}

/// Skips a plain value, or opens the level of a nested one.
fn enter(r: &mut Reader<'_>, wire_type: u8) -> Result<Option<Level>, DecodeError> {
    if let Some(len) = wire_type::fixed_len(wire_type) {
        r.take(len)?;
        return Ok(None);
    }
    match wire_type {
        wire_type::STRING => r.string().map(|_| None),
        wire_type::STRUCT => Ok(Some(Level::Fields)),
        wire_type::LIST | wire_type::SET => {
            let [element] = r.array()?;
            elements(r, &[element])
        }
        wire_type::MAP => {
            let types = r.array::<2>()?;
            elements(r, &types)
        }
        other => Err(DecodeError::new(DecodeErrorKind::WireType(other))),
    }
}

/// Skips elements of fixed size by multiplication, or opens a level for others.
fn elements(r: &mut Reader<'_>, types: &[u8]) -> Result<Option<Level>, DecodeError> {
    let count = r.count(types.len())?;
    let fixed = types
        .iter()
        .map(|wire_type| wire_type::fixed_len(*wire_type));
    if let Some(len) = fixed.sum::<Option<usize>>() {
        r.take(len.saturating_mul(count))?;
        return Ok(None);
    }
    Ok(Some(Level::Elements {
        left: count * types.len(),
        next: types[0],
        after_next: types[types.len() - 1],
    }))
}

/// The type of the next value on this level; `None` at its end.
fn advance(r: &mut Reader<'_>, level: &mut Level) -> Result<Option<u8>, DecodeError> {
    match level {
        Level::Fields => field(r),
        Level::Elements { left: 0, .. } => Ok(None),
        Level::Elements {
            left,
            next,
            after_next,
        } => {
            *left -= 1;
            std::mem::swap(next, after_next);
            Ok(Some(*after_next))
        }
    }
}

fn field(r: &mut Reader<'_>) -> Result<Option<u8>, DecodeError> {
    if r.peek() == Some([wire_type::STOP]) {
        r.take(1)?;
        return Ok(None);
    }
    let [wire_type, ..] = r.array::<HEAD_LEN>()?;
    Ok(Some(wire_type))
}

#[cold]
fn too_deep() -> DecodeError {
    DecodeError::new(DecodeErrorKind::TooDeep)
}
