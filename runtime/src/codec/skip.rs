//! Reading past values that nobody asked for.

use super::value::wire_type;
use super::{DecodeError, MAX_DEPTH, Reader};

/// What is left to skip on one level.
enum Level {
    Fields,
    Items {
        left: usize,
        kinds: [u8; 2],
        at: usize,
    },
}

/// Skips one value of a wire type. Keeps its own bounded stack, so nesting costs no call depth.
pub(super) fn skip(r: &mut Reader<'_>, kind: u8) -> Result<(), DecodeError> {
    let mut levels: Vec<Level> = Vec::new();
    let mut next = kind;
    loop {
        if let Some(level) = enter(r, next)? {
            if levels.len() >= MAX_DEPTH as usize {
                return Err(DecodeError::too_deep());
            }
            levels.push(level);
        }
        next = loop {
            let Some(level) = levels.last_mut() else {
                return Ok(());
            };
            match advance(r, level)? {
                Some(kind) => break kind,
                None => levels.pop(),
            };
        };
    }
}

/// Skips a plain value, or opens the level of a nested one.
fn enter(r: &mut Reader<'_>, kind: u8) -> Result<Option<Level>, DecodeError> {
    if let Some(len) = fixed_len(kind) {
        r.take(len)?;
        return Ok(None);
    }
    match kind {
        wire_type::STRING => {
            let len = r.count(1)?;
            r.take(len)?;
            Ok(None)
        }
        wire_type::STRUCT => Ok(Some(Level::Fields)),
        wire_type::LIST | wire_type::SET => {
            let [item] = r.array::<1>()?;
            items(r, &[item])
        }
        wire_type::MAP => {
            let kinds = r.array::<2>()?;
            items(r, &kinds)
        }
        other => Err(DecodeError::wire_type(other)),
    }
}

fn items(r: &mut Reader<'_>, kinds: &[u8]) -> Result<Option<Level>, DecodeError> {
    let count = r.count(kinds.len())?;
    let fixed = kinds
        .iter()
        .map(|kind| fixed_len(*kind))
        .sum::<Option<usize>>();
    if let Some(len) = fixed {
        r.take(len.saturating_mul(count))?;
        return Ok(None);
    }
    // `left` counts single values, keys and values alike; a list is a map of one kind.
    let left = count.saturating_mul(kinds.len());
    Ok(Some(Level::Items {
        left,
        kinds: [kinds[0], kinds[kinds.len() - 1]],
        at: 0,
    }))
}

/// The kind of the next value on this level.
fn advance(r: &mut Reader<'_>, level: &mut Level) -> Result<Option<u8>, DecodeError> {
    match level {
        Level::Fields => match r.head()? {
            0 => Ok(None),
            head => Ok(Some((head >> 16) as u8)),
        },
        Level::Items { left: 0, .. } => Ok(None),
        Level::Items { left, kinds, at } => {
            *left -= 1;
            let kind = kinds[*at % 2];
            *at += 1;
            Ok(Some(kind))
        }
    }
}

fn fixed_len(kind: u8) -> Option<usize> {
    Some(match kind {
        wire_type::BOOL | wire_type::I8 => 1,
        wire_type::I16 => 2,
        wire_type::I32 => 4,
        wire_type::I64 | wire_type::DOUBLE => 8,
        wire_type::UUID => 16,
        _ => return None,
    })
}
