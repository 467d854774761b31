//! Generated code of random schemas, and a list of its types. `tests/agree.rs` compares it with JSON by the IDL.

use streamgen_runtime::codec::Reader;
use streamgen_runtime::{Bytes, Message};

streamgen_runtime::include_gen!();

/// A generated type, whatever its name.
pub struct Typed {
    /// Decodes a message and encodes it again.
    pub again: fn(&Bytes) -> Result<Bytes, String>,
    /// Encodes the value that the type has by itself.
    pub default: fn() -> Bytes,
}

impl Typed {
    const fn of<T: Message + Default>() -> Self {
        Self {
            again: again::<T>,
            default: || T::default().encode_to_bytes(),
        }
    }
}

fn again<T: Message>(wire: &Bytes) -> Result<Bytes, String> {
    let mut reader = Reader::new(wire);
    let value = T::decode(&mut reader).map_err(|error| error.to_string())?;
    match reader.remaining() {
        0 => Ok(value.encode_to_bytes()),
        behind => Err(format!("{behind} bytes behind the message")),
    }
}

include!(concat!(env!("OUT_DIR"), "/types.rs"));
