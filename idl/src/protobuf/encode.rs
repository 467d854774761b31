//! Descriptors as bytes, for other programs.

use protox::prost_reflect::prost::Message;
use protox::prost_reflect::{DescriptorPool, DynamicMessage, FileDescriptor};

/// Field number of `source_code_info` in `FileDescriptorProto`.
const SOURCE_CODE_INFO: u32 = 9;

/// A serialized `FileDescriptorSet` of the files, in their order. Comments and places are left out, as
/// in what protoc embeds in its code. Custom options, for which the descriptors of prost have no
/// place, are in it.
pub(super) fn encode(files: &[FileDescriptor]) -> Vec<u8> {
    let pool = DescriptorPool::global();
    let message = |name| pool.get_message_by_name(name);
    let known = message("google.protobuf.FileDescriptorSet")
        .zip(message("google.protobuf.FileDescriptorProto"));
    // Every pool knows the descriptor of descriptors.
    let Some((set, proto)) = known else {
        return Vec::new();
    };
    let file = |file: &FileDescriptor| {
        let mut bytes = Vec::new();
        file.encode(&mut bytes).ok()?;
        let mut file = DynamicMessage::decode(proto.clone(), bytes.as_slice()).ok()?;
        file.clear_field_by_number(SOURCE_CODE_INFO);
        Some(protox::prost_reflect::Value::Message(file))
    };
    let mut found = DynamicMessage::new(set);
    let files = files.iter().filter_map(file).collect();
    found.set_field_by_name("file", protox::prost_reflect::Value::List(files));
    found.encode_to_vec()
}
