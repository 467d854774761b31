//! Generates the modules that `src/main.rs` includes.

fn main() -> Result<(), streamgen::BuildError> {
    // Thrift and Protobuf in one module tree: `stream_gen`.
    streamgen::Generator::new()
        .streamx(true)
        .include("idl")
        .compile(&["idl/orders.thrift", "idl/stock.proto"])?;
    // A tree of its own, with other options: `prices`.
    streamgen::Generator::new()
        .gen_path("prices")
        .string_type(streamgen::StringType::String)
        .compile(&["idl/prices.thrift"])
}
