//! Protobuf to JSON: each field is written as it is read, where the fields of a message stand in their
//! usual order. A message in which they do not is looked through once more (`order.rs`).

mod any;
mod container;
mod json;
mod message;
mod order;
mod scalar;
mod well_known;

use std::borrow::Cow;

use streamgen_idl::model::Encoding;

use crate::decode::{Done, failed, plain, too_deep, too_long};
use crate::error::{ConvertError, Place};
use crate::options::{EnumForm, JsonOptions, MAX_DEPTH};
use crate::schema::{Codec, Compiled, Type};

/// The state of one conversion.
struct Decoder<'a> {
    schema: &'a Compiled,
    options: &'a JsonOptions,
    out: &'a mut Vec<u8>,
    /// Length of `out` before this message.
    start: usize,
    depth: usize,
    /// Bytes of the messages around the value that arrived in parts, and were copied to be in one.
    copied: usize,
    /// Whether integers of 64 bits are strings.
    large_as_text: bool,
    enums: EnumForm,
}

/// Appends the JSON of a message. After an error, `out` has what it had before.
pub(crate) fn decode(
    schema: &Compiled,
    options: &JsonOptions,
    (ty, place): (Type, Place),
    wire: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    let start = out.len();
    let mut decoder = Decoder::new(schema, options, out);
    let read = match wire.len() > options.max_bytes {
        true => Err(plain(format!(
            "the message has {} bytes, and {} are allowed",
            wire.len(),
            options.max_bytes
        ))),
        false => decoder.single(ty, Encoding::Plain, wire, place),
    };
    read.map_err(|failure| {
        out.truncate(start);
        ConvertError::new(*failure, &schema.files, None)
    })
}

/// The text of a key that has just been encoded, without what precedes its value, for an error.
pub(super) fn key_text(
    schema: &Compiled,
    options: &JsonOptions,
    ty: Type,
    encoding: Encoding,
    wire: &[u8],
) -> String {
    let mut json = Vec::new();
    let mut parts = super::wire::Parts { rest: wire };
    let Ok(Some(part)) = parts.next() else {
        return String::new();
    };
    let mut decoder = Decoder::new(schema, options, &mut json);
    let read = decoder.key(ty, encoding, part.value, Place::default());
    let key = read.ok().and_then(|()| serde_json::from_slice(&json).ok());
    key.unwrap_or_default()
}

impl<'a> Decoder<'a> {
    fn new(schema: &'a Compiled, options: &'a JsonOptions, out: &'a mut Vec<u8>) -> Self {
        Self {
            schema,
            options,
            start: out.len(),
            out,
            depth: 0,
            copied: 0,
            large_as_text: options.large_as_text(Codec::Protobuf),
            enums: options.enum_form(Codec::Protobuf),
        }
    }

    fn descend(&mut self, place: Place) -> Done {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(too_deep(place)),
            false => Ok(()),
        }
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Whether the JSON may go on: asked behind each message, element and entry.
    fn check_size(&self, place: Place) -> Done {
        match self.out.len() - self.start > self.options.max_bytes {
            true => Err(too_long(self.options, place)),
            false => Ok(()),
        }
    }

    /// Reads a message that may be a copy: one that arrived in parts. It may have others in it, each a copy of
    /// nearly all of it, so that together they may take as much as one message may.
    fn read_copy(
        &mut self,
        message: Cow<'_, [u8]>,
        place: Place,
        read: impl FnOnce(&mut Self, &[u8]) -> Done,
    ) -> Done {
        let copied = match &message {
            Cow::Borrowed(_) => 0,
            Cow::Owned(copy) => copy.len(),
        };
        self.copied += copied;
        let max = self.options.max_bytes;
        if self.copied > max {
            let problem = format!("messages in parts that hold others take more than {max} bytes");
            return Err(failed(problem, place));
        }
        read(self, &message)?;
        self.copied -= copied;
        Ok(())
    }

    /// A comma, unless the value is the first behind `from`.
    fn put_comma(&mut self, from: usize) {
        if self.out.len() > from {
            self.out.push(b',');
        }
    }
}
