//! An enum by hand: it has what generated code calls, and what this program wants besides.

use streamgen_runtime::codec::{DecodeError, Length, Reader, Value, Writer};

/// `Colour` of the IDL, with names that a painter knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Colour(pub i32);

impl Colour {
    pub const RED: Self = Self(1);
    pub const GREEN: Self = Self(2);

    /// What is written on the tube.
    pub fn pigment(self) -> &'static str {
        match self {
            Self::RED => "cadmium red",
            Self::GREEN => "viridian",
            _ => "mixed",
        }
    }
}

impl Value for Colour {
    const TYPE: u8 = <i32 as Value>::TYPE;
    const MIN_LEN: usize = <i32 as Value>::MIN_LEN;

    fn measure(&self, length: &mut Length) {
        self.0.measure(length);
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.0.write(w);
    }

    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.0.read_into(r)
    }
}
