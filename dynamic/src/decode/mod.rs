//! Thrift's binary protocol to JSON: each value is written as it is read. No tree of the message is
//! built, and nothing is reserved on what a peer claims.

mod container;
pub(crate) mod digits;
mod key;
mod skip;
pub(crate) mod string;
mod structure;
pub(crate) mod text;
mod value;

use crate::error::{ConvertError, Failure, Place, Step};
use crate::options::{JsonOptions, MAX_DEPTH};
use crate::schema::{Compiled, Type};

pub(crate) use key::key_text;

/// The state of one conversion.
pub(crate) struct Decoder<'a> {
    pub(crate) schema: &'a Compiled,
    options: &'a JsonOptions,
    /// What has not been read.
    pub(crate) rest: &'a [u8],
    out: &'a mut Vec<u8>,
    /// Length of `out` before this message.
    start: usize,
    depth: usize,
}

pub(crate) type Done<T = ()> = Result<T, Box<Failure>>;

/// Appends the JSON of a message by `read`, which has to read all of its bytes. After an error, `out` has
/// what it had before.
pub(crate) fn decode<'a, T>(
    schema: &'a Compiled,
    options: &'a JsonOptions,
    wire: &'a [u8],
    out: &'a mut Vec<u8>,
    read: impl FnOnce(&mut Decoder<'a>) -> Done<T>,
) -> Result<T, ConvertError> {
    let start = out.len();
    let mut decoder = Decoder {
        schema,
        options,
        rest: wire,
        out,
        start,
        depth: 0,
    };
    decoder.whole(read).map_err(|failure| {
        decoder.out.truncate(start);
        ConvertError::new(*failure, &schema.files, None)
    })
}

impl<'a> Decoder<'a> {
    fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        let (len, max) = (self.rest.len(), self.options.max_bytes);
        if len > max {
            return Err(plain(format!(
                "the message has {len} bytes, and {max} are allowed"
            )));
        }
        let read = read(self)?;
        match self.rest.len() {
            0 => Ok(read),
            more => Err(plain(format!("{more} bytes follow the message"))),
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Done<&'a [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(len) else {
            return Err(self.ends_early(len));
        };
        self.rest = rest;
        Ok(taken)
    }

    #[cold]
    fn ends_early(&self, len: usize) -> Box<Failure> {
        let left = self.rest.len();
        plain(format!(
            "the message ends early: {len} bytes are expected, {left} are left"
        ))
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Done<[u8; N]> {
        let taken = self.take(N)?;
        let mut array = [0; N];
        array.copy_from_slice(taken);
        Ok(array)
    }

    pub(crate) fn byte(&mut self) -> Done<u8> {
        self.array().map(|[byte]| byte)
    }

    /// The length of a string, or the count of a container. Nothing takes less than a byte.
    fn length(&mut self) -> Done<usize> {
        let length = i32::from_be_bytes(self.array()?);
        let left = self.rest.len();
        match usize::try_from(length) {
            Ok(length) if length <= left => Ok(length),
            _ => Err(plain(format!(
                "a length of {length} is claimed, {left} bytes are left"
            ))),
        }
    }

    /// Refuses a value that is not of the type of the IDL.
    #[inline]
    pub(crate) fn check_type(&self, ty: Type, found: u8, place: Place) -> Done {
        match ty.wire() == found {
            true => Ok(()),
            false => Err(self.mismatch(ty, found, place)),
        }
    }

    #[cold]
    fn mismatch(&self, ty: Type, found: u8, place: Place) -> Box<Failure> {
        let expected = self.schema.describe(ty);
        let found = crate::wire::name(found);
        failed(format!("expected {expected}, found {found}"), place)
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

    /// Whether the JSON may go on: asked behind each value of a struct or container.
    #[inline]
    fn check_size(&self, place: Place) -> Done {
        match self.out.len() - self.start > self.options.max_bytes {
            true => Err(too_long(self.options, place)),
            false => Ok(()),
        }
    }
}

pub(crate) fn plain(problem: String) -> Box<Failure> {
    Box::new(Failure::new(problem, None))
}

pub(crate) fn failed(problem: impl Into<String>, place: Place) -> Box<Failure> {
    Box::new(Failure::new(problem, Some(place)))
}

/// The error of a value in the one that is being read: it gets the step, and the line of the IDL, if
/// what noticed it knew none.
pub(crate) fn under(mut failure: Box<Failure>, step: Step, place: Place) -> Box<Failure> {
    failure.steps.push(step);
    failure.place.get_or_insert(place);
    failure
}

/// What every wire says of a value that lies too deep.
#[cold]
pub(crate) fn too_deep(place: Place) -> Box<Failure> {
    failed(format!("nested deeper than {MAX_DEPTH} levels"), place)
}

/// What every wire says of a message whose JSON is too long.
#[cold]
pub(crate) fn too_long(options: &JsonOptions, place: Place) -> Box<Failure> {
    let max = options.max_bytes;
    failed(format!("the JSON has more than {max} bytes"), place)
}
