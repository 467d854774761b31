//! Thrift bytes by generated code and by an IDL that is read at run time.
#![no_main]

#[path = "../../dynamic/tests/json/both.rs"]
mod both;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use streamgen_dynamic::MessageType;

fuzz_target!(|input: &[u8]| {
    static TYPE: OnceLock<MessageType> = OnceLock::new();
    both::assert_agree(TYPE.get_or_init(both::everything), input);
});
