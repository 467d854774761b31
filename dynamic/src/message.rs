//! A message by itself.

use std::sync::Arc;

use crate::error::{ConvertError, Place};
use crate::options::JsonOptions;
use crate::schema::{Compiled, Type};

/// A struct, union, exception or message of a [`Schema`](crate::Schema), by itself. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MessageType {
    schema: Arc<Compiled>,
    ty: Type,
}

impl MessageType {
    pub(crate) fn new(schema: Arc<Compiled>, ty: Type) -> Self {
        Self { schema, ty }
    }

    fn place(&self) -> Place {
        match self.ty {
            Type::Struct(at) => self.schema.structs[at as usize].place,
            _ => Place::default(),
        }
    }

    /// It as the IDL has it, and the structs and enums that it is made of.
    #[must_use]
    pub fn definitions(&self) -> String {
        let parts = self.schema.parts([self.ty]);
        let parts = parts.iter().map(|&ty| self.schema.definition(ty));
        parts.collect::<Vec<_>>().join("\n")
    }

    /// Appends the bytes of a message on the wire.
    ///
    /// # Errors
    /// When the JSON does not fit. `out` is as it was then.
    pub fn to_wire(
        &self,
        json: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let what = (self.ty, self.place());
        self.schema.to_wire(what, json, options, out)
    }

    /// Appends the JSON of a message.
    ///
    /// # Errors
    /// When the bytes are not such a message. `out` is as it was then.
    pub fn to_json(
        &self,
        wire: &[u8],
        options: &JsonOptions,
        out: &mut Vec<u8>,
    ) -> Result<(), ConvertError> {
        let what = (self.ty, self.place());
        self.schema.to_json(what, wire, options, out)
    }
}
