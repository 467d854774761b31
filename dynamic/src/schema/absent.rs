//! What is written of a field that the JSON does not give.

use super::{Compiled, Type};
use crate::wire;

impl Compiled {
    /// The value of a field that is always written: zero, as Kitex writes it. A struct is one without
    /// fields, which its reader fills. `None` for a struct with required fields, which no reader takes
    /// without them: such a field is left out, which every reader takes.
    pub(super) fn zero(&self, ty: Type) -> Option<Vec<u8>> {
        let zero = match ty {
            Type::Bool | Type::I8 => vec![0],
            Type::I16 => vec![0; 2],
            Type::I32 | Type::U32 | Type::Float | Type::Enum(_) => vec![0; 4],
            Type::String | Type::Binary => vec![0; 4],
            Type::I64 | Type::U64 | Type::Double => vec![0; 8],
            Type::Uuid => vec![0; 16],
            Type::List(at) | Type::Set(at) => {
                vec![self.elements[at as usize].wire(), 0, 0, 0, 0]
            }
            Type::Map(at) => {
                let (key, value) = self.maps[at as usize];
                vec![key.wire(), value.wire(), 0, 0, 0, 0]
            }
            Type::Struct(at) => {
                let fields = &self.structs[at as usize].fields;
                let demands = fields.iter().any(|field| field.required);
                return (!demands).then(|| vec![wire::STOP]);
            }
        };
        Some(zero)
    }
}
