//! JSON to Thrift's binary protocol: serde_json's parser calls, and each value is appended as it is
//! read. Only counts are filled in later. No tree of the message is built.

mod container;
mod integers;
mod key;
mod number;
mod structure;
mod value;
mod whole;

use serde::de::DeserializeSeed as _;

use crate::error::{ConvertError, Failure, Place, Step};
use crate::options::{JsonOptions, MAX_DEPTH};
use crate::schema::{Compiled, Type};
pub(crate) use structure::{FieldSeed, Name};
pub(crate) use value::Presence;
use value::ValueSeed;
pub(crate) use whole::{MAX_EXACT, is_number, raw, whole};

/// The state of one conversion.
pub(crate) struct Encoder<'a> {
    pub(crate) schema: &'a Compiled,
    pub(crate) options: &'a JsonOptions,
    pub(crate) out: &'a mut Vec<u8>,
    /// Length of `out` before this message.
    start: usize,
    depth: usize,
    /// Whether integers of 64 bits are read as text.
    digits: bool,
    /// Whether one of them came as a double that may be rounded.
    is_rounded: bool,
    /// What went wrong. serde's error only says that something did.
    failure: Option<Failure>,
}

/// Appends the Thrift bytes of a value. After an error, `out` is as it was before.
pub(crate) fn encode(
    schema: &Compiled,
    options: &JsonOptions,
    (ty, place): (Type, Place),
    json: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    convert(schema, options, json, out, |encoder| {
        encoder.message(ty, place, json)
    })
}

/// Appends what `write` makes of JSON, whatever the wire. After an error, `out` is as it was before.
pub(crate) fn convert(
    schema: &Compiled,
    options: &JsonOptions,
    json: &[u8],
    out: &mut Vec<u8>,
    write: impl Fn(&mut Encoder<'_>) -> Result<(), serde_json::Error>,
) -> Result<(), ConvertError> {
    let start = out.len();
    if json.len() > options.max_bytes {
        let problem = format!(
            "the JSON has {} bytes, and {} are allowed",
            json.len(),
            options.max_bytes
        );
        return Err(ConvertError::new(Failure::new(problem, None), &[], None));
    }
    let mut encoder = Encoder {
        schema,
        options,
        out,
        start,
        depth: 0,
        digits: false,
        is_rounded: false,
        failure: None,
    };
    let mut written = write(&mut encoder);
    if encoder.is_rounded {
        encoder.again_with_digits();
        written = write(&mut encoder);
    }
    written.map_err(|error| {
        let failure = encoder.failure.take();
        encoder.out.truncate(start);
        let failure = failure.unwrap_or_else(|| Failure::new(String::new(), None));
        finish(failure, &error, &schema.files)
    })
}

/// Makes the error of a conversion. If the JSON itself is wrong, serde_json says why; if a value does not
/// fit the IDL, `failure` says why. In both cases, serde_json knows the line and the column.
fn finish(mut failure: Failure, error: &serde_json::Error, files: &[String]) -> ConvertError {
    if failure.problem.is_empty() {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        failure.problem = format!("not JSON: {text}");
    }
    let at = Some((error.line(), error.column())).filter(|&(line, _)| line > 0);
    ConvertError::new(failure, files, at)
}

impl Encoder<'_> {
    /// Begins anew.
    fn again_with_digits(&mut self) {
        self.out.truncate(self.start);
        self.depth = 0;
        self.failure = None;
        (self.digits, self.is_rounded) = (true, false);
    }

    fn message(&mut self, ty: Type, place: Place, json: &[u8]) -> Result<(), serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_slice(json);
        let presence = ValueSeed::new(self, ty, place).deserialize(&mut parser)?;
        parser.end()?;
        match presence {
            Presence::Value => Ok(()),
            Presence::Null => Err(self.mismatch(ty, place, "null")),
        }
    }

    /// An error at the value that is being read.
    #[cold]
    pub(crate) fn fail<E: serde::de::Error>(
        &mut self,
        problem: impl Into<String>,
        place: Place,
    ) -> E {
        self.failure = Some(Failure::new(problem, Some(place)));
        E::custom("it does not fit")
    }

    #[cold]
    pub(crate) fn mismatch<E: serde::de::Error>(
        &mut self,
        ty: Type,
        place: Place,
        found: &str,
    ) -> E {
        let expected = self.schema.describe(ty);
        self.fail(format!("expected {expected}, found {found}"), place)
    }

    /// The error of a value in the one that is being read.
    pub(crate) fn under<E>(&mut self, error: E, step: Step) -> E {
        let failure = &mut self.failure;
        let failure = failure.get_or_insert_with(|| Failure::new(String::new(), None));
        failure.steps.push(step);
        error
    }

    /// Goes one level down. Levels are not counted back after an error, which ends the conversion.
    pub(crate) fn descend<E: serde::de::Error>(&mut self, place: Place) -> Result<(), E> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(self.fail(format!("nested deeper than {MAX_DEPTH} levels"), place)),
            false => Ok(()),
        }
    }

    pub(crate) fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Whether the message may go on: asked behind each element and struct, so that few bytes of JSON
    /// cannot become many by the default values of an IDL.
    pub(crate) fn check_size<E: serde::de::Error>(&mut self, place: Place) -> Result<(), E> {
        let max = self.options.max_bytes;
        match self.out.len() - self.start > max {
            true => Err(self.fail(format!("the message has more than {max} bytes"), place)),
            false => Ok(()),
        }
    }
}
