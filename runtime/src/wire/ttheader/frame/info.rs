//! Reading the header info: protocol id, transforms, sections of pairs.

use super::error::DecodeError;
use super::layout::{accepts_protocol, info_id};

/// One entry of the header info, borrowed from the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    /// A pair of an int KV section.
    Int(u16, &'a [u8]),
    /// A pair of a string KV section.
    Str(&'a [u8], &'a [u8]),
    /// The single string of an ACL token section.
    AclToken(&'a [u8]),
}

/// Walks over the header info, entry by entry, without allocating.
#[derive(Debug)]
pub(super) struct InfoReader<'a> {
    rest: &'a [u8],
    protocol_id: u8,
    /// Pairs left in the section that is being read, and what they are.
    section: Section,
}

#[derive(Debug, Clone, Copy)]
enum Section {
    Ints(u16),
    Strings(u16),
}

impl<'a> InfoReader<'a> {
    /// Starts on `info`, which must be exactly the header info.
    pub(super) fn new(info: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Self {
            rest: info,
            protocol_id: 0,
            section: Section::Ints(0),
        };
        reader.protocol_id = reader.u8()?;
        if !accepts_protocol(reader.protocol_id) {
            return Err(DecodeError::UnknownProtocol(reader.protocol_id));
        }
        let transforms = reader.u8()?;
        reader.bytes(usize::from(transforms))?;
        Ok(reader)
    }

    pub(super) fn protocol_id(&self) -> u8 {
        self.protocol_id
    }

    /// The next pair; `None` at the end of the header info.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'a>>, DecodeError> {
        loop {
            match self.section {
                Section::Ints(0) | Section::Strings(0) => {}
                Section::Ints(left) => {
                    self.section = Section::Ints(left - 1);
                    return Ok(Some(Entry::Int(self.u16()?, self.string()?)));
                }
                Section::Strings(left) => {
                    self.section = Section::Strings(left - 1);
                    return Ok(Some(Entry::Str(self.string()?, self.string()?)));
                }
            }
            let Some((&id, rest)) = self.rest.split_first() else {
                return Ok(None);
            };
            self.rest = rest;
            match id {
                info_id::PADDING => {}
                info_id::STRINGS => self.section = Section::Strings(self.u16()?),
                info_id::INTS => self.section = Section::Ints(self.u16()?),
                info_id::ACL_TOKEN => return Ok(Some(Entry::AclToken(self.string()?))),
                other => return Err(DecodeError::UnknownInfo(other)),
            }
        }
    }

    fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.bytes(1)?[0])
    }

    fn u16(&mut self) -> Result<u16, DecodeError> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<2>()
            .ok_or(DecodeError::Overrun)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(*head))
    }

    fn string(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.u16()?;
        self.bytes(usize::from(len))
    }

    fn bytes(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(DecodeError::Overrun)?;
        self.rest = rest;
        Ok(head)
    }
}
