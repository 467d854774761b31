//! A message by hand: it has what generated code calls, and what this program wants besides.

/// `Pen` of the IDL, with names that a painter knows.
#[derive(Clone, PartialEq, Eq, Hash, ::streamgen_runtime::prost::Message)]
#[prost(prost_path = "::streamgen_runtime::prost")]
pub struct Pen {
    #[prost(string, tag = "1")]
    pub colour: String,
}

impl Pen {
    /// What is written on the tube.
    pub fn pigment(&self) -> &'static str {
        match self.colour.as_str() {
            "red" => "cadmium red",
            "green" => "viridian",
            _ => "mixed",
        }
    }
}

streamgen_runtime::protobuf_messages! { Pen }
