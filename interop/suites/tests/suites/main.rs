//! kitex-tests' `streamx` and `thrift_streaming` suites between Kitex and generated code. `README.md` of
//! the package names the test of each original case, and a test of `table.rs` holds it to that.
//!
//! Each case has two halves, that of the client and that of the server, and is written twice: here, and in
//! `interop/kitex/cmd/suites`. It runs with each client against each server.

mod case;
mod echo;
mod ends;
#[path = "../../../peer/tests/support/kitex.rs"]
mod kitex;
mod programs;
mod served;
mod streamx;
mod table;
mod text;
mod thrift_streaming;
mod verdicts;
mod ways;
mod wire;
