//! The Result struct of a ping-pong call: return value, declared exception, or nothing at all
//! (grpc-and-pingpong.md C.3).

use std::any::Any;
use std::fmt;

use bytes::Bytes;

use crate::codec::{
    AnyMessage, ApplicationException, DecodeError, Encode, Message, Reader, Value, Writer,
    short_name, wire_type,
};
use crate::decoding;
use crate::error::{Error, ErrorKind, Result, Side};

/// Field of the return value.
const SUCCESS: i16 = 0;
/// Bytes of a field's head: type and id.
const FIELD_HEAD: usize = 3;
/// Bytes of the stop byte behind the fields.
const STOP: usize = 1;

/// What a ping-pong method can return: any Thrift value, or `()` for `void`.
pub trait Return: fmt::Debug + Sized + Send + 'static {
    /// The wire type of field 0; `None` for `void`.
    #[doc(hidden)]
    const TYPE: Option<u8>;

    /// Bytes of the value.
    #[doc(hidden)]
    fn value_len(&self) -> usize;

    /// Writes the value, without head.
    #[doc(hidden)]
    fn write_value(&self, w: &mut Writer<'_>);

    /// Reads the value.
    #[doc(hidden)]
    fn read_value(r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// What a Result struct without any field means; `None` if it has to have one.
    #[doc(hidden)]
    fn absent() -> Option<Self>;
}

impl<T: Value + fmt::Debug + Send + 'static> Return for T {
    const TYPE: Option<u8> = Some(<T as Value>::TYPE);

    fn value_len(&self) -> usize {
        self.len()
    }

    fn write_value(&self, w: &mut Writer<'_>) {
        self.write(w);
    }

    fn read_value(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read(r)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl Return for () {
    const TYPE: Option<u8> = None;

    fn value_len(&self) -> usize {
        0
    }

    fn write_value(&self, _: &mut Writer<'_>) {}

    fn read_value(_: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(())
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}

/// What a ping-pong method can fail with: [`Error`], or for a method with `throws` a generated
/// enum of its exceptions and [`Error`].
pub trait Throws: From<Error> + Sized + Send + 'static {
    /// The declared exception that this is, or the plain error.
    ///
    /// # Errors
    /// An error that the IDL does not declare.
    fn into_declared(self) -> Result<Declared, Error>;

    /// The declared exception that this is, for middleware to look at and to change.
    ///
    /// # Errors
    /// An error that the IDL does not declare.
    fn as_declared(&mut self) -> Result<&mut dyn AnyMessage, &mut Error>;

    /// Reads the exception in field `id` of a Result struct; `None`, with nothing read, if the IDL
    /// declares no exception there.
    ///
    /// # Errors
    /// Bytes that are no such exception.
    fn decode_declared(id: i16, r: &mut Reader<'_>) -> Result<Option<Self>, DecodeError>;
}

impl Throws for Error {
    fn into_declared(self) -> Result<Declared, Error> {
        Err(self)
    }

    fn as_declared(&mut self) -> Result<&mut dyn AnyMessage, &mut Error> {
        Err(self)
    }

    fn decode_declared(_: i16, _: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Ok(None)
    }
}

/// An exception that the IDL declares, with its field id in the Result struct.
pub struct Declared {
    id: i16,
    exception: Box<dyn Encode + Send>,
}

impl Declared {
    /// The exception declared as field `id` of `throws`.
    #[must_use]
    pub fn new(id: i16, exception: impl Message + 'static) -> Self {
        Self {
            id,
            exception: Box::new(exception),
        }
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declared")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Encode for Declared {
    fn encoded_len(&self) -> usize {
        FIELD_HEAD + self.exception.encoded_len() + STOP
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.head(wire_type::STRUCT, self.id);
        self.exception.encode(w);
        w.stop();
    }
}

/// The Result struct of a call that returned.
pub(crate) struct Returned<R>(pub(crate) R);

impl<R: fmt::Debug> fmt::Debug for Returned<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Middleware sees the value of the result, and not the struct that carries it.
impl<R: Return> AnyMessage for Returned<R> {
    fn name(&self) -> &'static str {
        short_name::<R>()
    }

    fn as_any(&self) -> &dyn Any {
        &self.0
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        &mut self.0
    }
}

impl<R: Return> Encode for Returned<R> {
    fn encoded_len(&self) -> usize {
        let head = R::TYPE.map_or(0, |_| FIELD_HEAD);
        head + self.0.value_len() + STOP
    }

    fn encode(&self, w: &mut Writer<'_>) {
        if let Some(kind) = R::TYPE {
            w.head(kind, SUCCESS);
            self.0.write_value(w);
        }
        w.stop();
    }
}

/// Reads a Result struct: its return value, or the exception in it. Fields that the IDL does not
/// know, or knows with another type, are skipped.
///
/// # Errors
/// The declared exception; bytes that do not decode; neither value nor exception (type 5).
pub(crate) fn decode_result<R: Return, E: Throws>(bytes: &Bytes) -> Result<R, E> {
    let (value, exception) = decode_fields::<R, E>(&mut Reader::new(bytes))
        .inspect_err(|error| decoding::report(error, Side::Client))
        .map_err(Error::from)?;
    match exception {
        Some(exception) => Err(exception),
        None => value
            .or_else(R::absent)
            .ok_or_else(|| missing_result().into()),
    }
}

type Fields<R, E> = (Option<R>, Option<E>);

fn decode_fields<R: Return, E: Throws>(r: &mut Reader<'_>) -> Result<Fields<R, E>, DecodeError> {
    let (mut value, mut exception) = (None, None);
    loop {
        let head = r.head()?;
        // A head is the type, then the id.
        let (kind, id) = ((head >> 16) as u8, head as u16 as i16);
        if kind == wire_type::STOP {
            return Ok((value, exception));
        }
        if id == SUCCESS && R::TYPE == Some(kind) {
            value = Some(R::read_value(r)?);
            continue;
        }
        if id != SUCCESS
            && kind == wire_type::STRUCT
            && let Some(declared) = E::decode_declared(id, r)?
        {
            exception = Some(declared);
            continue;
        }
        r.skip_field(head)?;
    }
}

#[cold]
fn missing_result() -> Error {
    let text = "the reply holds neither a result nor an exception";
    Error::new(
        ErrorKind::Protocol,
        ApplicationException::MISSING_RESULT,
        text,
    )
}

#[cfg(test)]
mod tests;
