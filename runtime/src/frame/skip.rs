//! As much of Thrift's binary protocol as an exception needs: its two fields, and skipping others.

use super::exception::ExceptionError;

/// Kitex's limit of nested values when skipping (gopkg protocol/thrift).
const MAX_DEPTH: usize = 64;

/// A cursor over Thrift values.
pub(super) struct Thrift<'a> {
    rest: &'a [u8],
}

impl<'a> Thrift<'a> {
    pub(super) const STOP: u8 = 0;
    const BOOL: u8 = 2;
    const I8: u8 = 3;
    const DOUBLE: u8 = 4;
    const I16: u8 = 6;
    pub(super) const I32: u8 = 8;
    const I64: u8 = 10;
    pub(super) const STRING: u8 = 11;
    const STRUCT: u8 = 12;
    const MAP: u8 = 13;
    const SET: u8 = 14;
    const LIST: u8 = 15;

    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn i32(&mut self) -> Result<i32, ExceptionError> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn string(&mut self) -> Result<&'a [u8], ExceptionError> {
        let len = self.len()?;
        let (head, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(ExceptionError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next field's type and id; `None` at the end of the struct.
    pub(super) fn field(&mut self) -> Result<Option<(u8, i16)>, ExceptionError> {
        match self.array::<1>()? {
            [Self::STOP] => Ok(None),
            [kind] => Ok(Some((kind, i16::from_be_bytes(self.array()?)))),
        }
    }

    /// Passes over one value.
    pub(super) fn skip(&mut self, kind: u8) -> Result<(), ExceptionError> {
        self.skip_nested(kind, MAX_DEPTH)
    }

    fn skip_nested(&mut self, kind: u8, depth: usize) -> Result<(), ExceptionError> {
        let depth = depth.checked_sub(1).ok_or(ExceptionError::TooDeep)?;
        match kind {
            Self::BOOL | Self::I8 => self.array::<1>().map(drop),
            Self::I16 => self.array::<2>().map(drop),
            Self::I32 => self.array::<4>().map(drop),
            Self::I64 | Self::DOUBLE => self.array::<8>().map(drop),
            Self::STRING => self.string().map(drop),
            Self::STRUCT => {
                while let Some((kind, _)) = self.field()? {
                    self.skip_nested(kind, depth)?;
                }
                Ok(())
            }
            Self::MAP => {
                let [key, value] = self.array()?;
                // Each value takes at least one byte, so the loop ends with the payload.
                for _ in 0..self.len()? {
                    self.skip_nested(key, depth)?;
                    self.skip_nested(value, depth)?;
                }
                Ok(())
            }
            Self::SET | Self::LIST => {
                let [item] = self.array()?;
                for _ in 0..self.len()? {
                    self.skip_nested(item, depth)?;
                }
                Ok(())
            }
            other => Err(ExceptionError::BadType(other)),
        }
    }

    /// A length or size: an `i32` that must not be negative.
    fn len(&mut self) -> Result<usize, ExceptionError> {
        usize::try_from(self.i32()?).map_err(|_| ExceptionError::NegativeLength)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ExceptionError> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(ExceptionError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }
}
