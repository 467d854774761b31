//! A method: its requests and responses, from JSON and to JSON.

use std::sync::Arc;

use crate::decode;
use crate::error::{ConvertError, not_found};
use crate::options::JsonOptions;
use crate::schema::{self, Codec, Compiled, Mode, Request, Type};
use crate::wire;
use crate::wrapped::{SUCCESS, read_wrapped};

/// A method of a [`Service`](crate::Service). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Method {
    schema: Arc<Compiled>,
    service: usize,
    at: usize,
}

/// What came back of a call: which of them, and the JSON of it in the caller's buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The result.
    Value,
    /// Nothing was written: the method returns `void`.
    Void,
    /// An exception that the method declares, by its name in `throws`.
    Exception(String),
}

impl Method {
    pub(crate) fn new(schema: Arc<Compiled>, service: usize, at: usize) -> Self {
        Self {
            schema,
            service,
            at,
        }
    }

    fn table(&self) -> &schema::Method {
        &self.schema.services[self.service].methods[self.at]
    }

    /// The index of the method among those of its service.
    #[cfg(feature = "client")]
    pub(crate) fn number(&self) -> usize {
        self.at
    }

    /// The name in the IDL and on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.table().name
    }

    /// How messages flow.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.table().mode
    }

    /// The method in one line: its request, its result, what it throws.
    #[must_use]
    pub fn signature(&self) -> String {
        let table = self.table();
        let request = self.schema.request_name(table.request);
        let result = table.result.map(|ty| self.schema.name(ty));
        let result = result.as_deref().unwrap_or("void");
        let throws = table.throws.iter();
        let throws = throws.map(|one| format!("{} {}", self.schema.name(one.ty), one.name));
        let throws: Vec<_> = throws.collect();
        let throws = match throws.is_empty() {
            true => String::new(),
            false => format!(" throws ({})", throws.join(", ")),
        };
        format!("{result} {}({request}){throws}", table.name)
    }

    /// The structs and enums that its messages are made of, as the IDL has them.
    #[must_use]
    pub fn definitions(&self) -> String {
        let table = self.table();
        let others = table.throws.iter().map(|one| one.ty);
        let others = table.result.into_iter().chain(others);
        let parts = match table.request {
            Request::Bare(ty) | Request::Argument { ty, .. } => {
                self.schema.parts(std::iter::once(ty).chain(others))
            }
            // The IDL has no struct of arguments; the method's signature shows them.
            Request::Arguments(ty) => {
                let parts = self.schema.parts(std::iter::once(ty).chain(others));
                parts.into_iter().filter(|&part| part != ty).collect()
            }
        };
        let parts = parts.iter().map(|&ty| self.schema.definition(ty));
        parts.collect::<Vec<_>>().join("\n")
    }

    /// An example of a request, as JSON in lines: every field once, one element in each container. What
    /// a struct holds of its own kind is left out, and so is deep inside of large messages what is not
    /// required. Structs stay empty from 1 MiB or [`MAX_DEPTH`](crate::MAX_DEPTH) on: no message is as deep.
    #[must_use]
    pub fn template(&self) -> String {
        match self.table().request {
            Request::Bare(ty) | Request::Arguments(ty) | Request::Argument { ty, .. } => {
                self.schema.template(ty)
            }
        }
    }

    /// An example of a response as [`template`](Self::template) gives one of a request, with random values: the same
    /// for the same seed. It is `null` if the method returns `void`.
    #[must_use]
    pub fn sample_response(&self, seed: u64) -> String {
        let result = self.table().result;
        result.map_or_else(|| "null".to_owned(), |ty| self.schema.sample(ty, seed))
    }

    /// Appends the bytes of a request: of a stream, and in Protobuf, the message; else the struct of arguments.
    ///
    /// The JSON is the message, or the value of the one argument, as in Kitex. Of a method with no or
    /// with several arguments it is an object of them, which Kitex has no form for; one without
    /// arguments takes `{}`.
    ///
    /// # Errors
    /// When the JSON does not fit. `out` is as it was then.
    pub fn request_to_wire(
        &self,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let table = self.table();
        match table.request {
            Request::Bare(ty) | Request::Arguments(ty) => self.put(ty, json, options, out),
            Request::Argument { id, ty } => self.put_wrapped(id, ty, json, options, out),
        }
    }

    /// Reads a request that [`request_to_wire`](Self::request_to_wire) could have written, and appends its
    /// JSON.
    ///
    /// # Errors
    /// When the bytes are not such a request. `out` is as it was then.
    pub fn request_to_json(
        &self,
        wire: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let table = self.table();
        let place = table.place;
        if let Request::Bare(ty) = table.request {
            return self.schema.to_json((ty, place), wire, options, out);
        }
        decode::decode(&self.schema, options, wire, out, |decoder| {
            match table.request {
                Request::Bare(ty) | Request::Arguments(ty) => decoder.value(ty, place, false),
                Request::Argument { id, ty } => {
                    let found = read_wrapped(decoder, place, |found| (found == id).then_some(ty))?;
                    match found {
                        Some(_) => Ok(()),
                        None => Err(decode::failed("the argument is not there", place)),
                    }
                }
            }
        })
    }

    /// Appends the bytes of a response: of a stream, and in Protobuf, the message; else the struct of the result.
    /// A method that returns `void` takes `null`.
    ///
    /// # Errors
    /// When the JSON does not fit. `out` is as it was then.
    pub fn response_to_wire(
        &self,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        match self.table().result {
            Some(ty) if self.has_bare_results() => self.put(ty, json, options, out),
            Some(ty) => self.put_wrapped(SUCCESS, ty, json, options, out),
            None if json.trim_ascii() == b"null" => {
                out.push(wire::STOP);
                Ok(())
            }
            None => {
                let failure =
                    decode::failed("expected null: the method is void", self.table().place);
                Err(ConvertError::new(*failure, &self.schema.files, None))
            }
        }
    }

    /// Appends the bytes of the struct of the result, with an exception that the method declares under
    /// this name in `throws`. Streams have none.
    ///
    /// # Errors
    /// When the method has no such exception, or the JSON does not fit. `out` is as it was then.
    pub fn exception_to_wire(
        &self,
        name: &str,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let throws = &self.table().throws;
        let Some(found) = throws.iter().find(|one| one.name == name) else {
            let names = throws.iter().map(|one| one.name.as_str());
            let of = format!("method {}", self.name());
            let problem = not_found("exception", name, &of, names).to_string();
            let failure = decode::failed(problem, self.table().place);
            return Err(ConvertError::new(*failure, &self.schema.files, None));
        };
        self.put_wrapped(found.id, found.ty, json, options, out)
    }

    /// Appends the JSON of a response: of a stream, and in Protobuf, the message; else what the struct of the
    /// result holds.
    ///
    /// # Errors
    /// When the bytes are not such a response. `out` is as it was then.
    pub fn response_to_json(
        &self,
        wire: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<Reply, ConvertError> {
        let table = self.table();
        let place = table.place;
        if let Some(ty) = table.result.filter(|_| self.has_bare_results()) {
            let read = self.schema.to_json((ty, place), wire, options, out);
            return read.map(|()| Reply::Value);
        }
        decode::decode(&self.schema, options, wire, out, |decoder| {
            let thrown = |id| table.throws.iter().find(|one| one.id == id);
            let found = read_wrapped(decoder, place, |id| match id {
                SUCCESS => table.result,
                id => thrown(id).map(|one| one.ty),
            })?;
            match (found, table.result) {
                (Some(SUCCESS), _) => Ok(Reply::Value),
                (Some(id), _) => {
                    let name = thrown(id).map(|one| one.name.clone());
                    Ok(Reply::Exception(name.unwrap_or_default()))
                }
                (None, None) => Ok(Reply::Void),
                (None, Some(_)) => Err(decode::failed("the result is not there", place)),
            }
        })
    }

    fn put(
        &self,
        ty: Type,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let place = self.table().place;
        self.schema.to_wire((ty, place), json, options, out)
    }

    /// Whether the results are messages as they are, without a struct around them.
    fn has_bare_results(&self) -> bool {
        self.mode().is_streaming() || self.schema.codec == Codec::Protobuf
    }

    fn put_wrapped(
        &self,
        id: i16,
        ty: Type,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let start = out.len();
        wire::put_head(out, ty.wire(), id);
        let put = self.put(ty, json, options, out);
        match put {
            Ok(()) => out.push(wire::STOP),
            Err(_) => out.truncate(start),
        }
        put
    }
}
