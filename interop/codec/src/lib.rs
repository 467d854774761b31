//! The types of `interop/idl/codec`. The tests put them against what Kitex generates from the same files.

pub mod stream_gen;
