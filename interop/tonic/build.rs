//! Generates tonic's code from gRPC's `test.proto`, which all peers share.

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=../idl/grpc/testing");
    let descriptors = protox::compile(["grpc/testing/test.proto"], ["../idl"])?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
