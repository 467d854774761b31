//! Generates the comparators' code: tonic's from `bench.proto`, volo's from `bench.thrift`.

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=idl");
    let descriptors = protox::compile(["idl/bench.proto"], ["idl"])?;
    tonic_prost_build::configure()
        .bytes(".")
        .compile_fds(descriptors)?;
    volo_build::Builder::thrift()
        .add_service("idl/bench.thrift")
        .ignore_unused(false)
        .write()
}
