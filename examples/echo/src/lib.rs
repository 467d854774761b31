//! Each kind of call once: the handlers and the calls of `echo.thrift`.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod calls;
mod handler;
pub mod stream_gen;

pub use calls::call_all;
pub use handler::Echo;

/// What follows `-addr` on the command line; Kitex's default otherwise.
///
/// # Errors
/// Any other command line; the text says what is expected.
pub fn address(args: impl IntoIterator<Item = String>) -> Result<String, String> {
    let args: Vec<String> = args.into_iter().collect();
    match &args[..] {
        [] => Ok("127.0.0.1:8888".to_owned()),
        [flag, address] if flag == "-addr" || flag == "--addr" => Ok(address.clone()),
        _ => Err("usage: [-addr HOST:PORT]".to_owned()),
    }
}
