//! What kitex-tests' suites of streams call: generated code of `interop/idl/suites`. The cases are in
//! `tests/suites`, their table is in `README.md`, and the Kitex peer is `interop/kitex/cmd/suites`.

pub mod combine_gen;
pub mod guide_gen;
pub mod guide_pb_gen;
pub mod old_gen;
pub mod suite_gen;
pub mod suite_pb_gen;
