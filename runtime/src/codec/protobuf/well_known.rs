//! The messages of `google.protobuf`. prost has decoded them for their crate, where nothing counts what
//! is built: their fields are counted beforehand.

use bytes::Bytes;
use prost_types::compiler;
use prost_types::{descriptor_proto, enum_descriptor_proto, source_code_info};
use prost_types::{generated_code_info, uninterpreted_option};

use super::{Footprint, json, scan};
use crate::protobuf_messages;

// `google.protobuf.Empty` and the wrappers, which prost maps to types of Rust. They have one field.
protobuf_messages! {
    (),
    bool,
    i32,
    i64,
    u32,
    u64,
    f32,
    f64,
    String,
    Vec<u8>,
    Bytes,
}

// The other messages that can be the argument or the result of a method.
protobuf_messages! { @transported
    prost_types::Any,
    prost_types::Api,
    prost_types::Duration,
    prost_types::FieldMask,
    prost_types::ListValue,
    prost_types::Method,
    prost_types::Mixin,
    prost_types::Option,
    prost_types::SourceContext,
    prost_types::Struct,
    prost_types::Timestamp,
    prost_types::Type,
    prost_types::Enum,
    prost_types::EnumValue,
    prost_types::Field,
    prost_types::Value,
    prost_types::FileDescriptorProto,
    prost_types::FileDescriptorSet,
}

/// Messages, and what counts their fields beforehand.
macro_rules! counted_by {
    ($memory:expr; $($message:ty),* $(,)?) => {
        $(impl Footprint for $message {
            const BEFOREHAND: Option<fn(&[u8]) -> usize> = $memory;
        })*
    };
}

// Nothing repeats in them.
counted_by! {
    None;
    prost_types::Any, prost_types::Duration, prost_types::SourceContext, prost_types::Timestamp,
}
counted_by! { Some(json::of_struct); prost_types::Struct }
counted_by! { Some(json::of_value); prost_types::Value }
counted_by! { Some(json::of_list); prost_types::ListValue }
counted_by! {
    Some(|message| scan::unknown(message, ROOM * LARGEST));
    prost_types::Api, prost_types::Enum, prost_types::EnumValue, prost_types::Field,
    prost_types::FieldMask, prost_types::Method, prost_types::Mixin, prost_types::Option, prost_types::Type,
    compiler::CodeGeneratorRequest, compiler::CodeGeneratorResponse, compiler::Version,
    compiler::code_generator_response::File,
    descriptor_proto::ExtensionRange, descriptor_proto::ReservedRange,
    enum_descriptor_proto::EnumReservedRange, generated_code_info::Annotation,
    prost_types::DescriptorProto, prost_types::EnumDescriptorProto, prost_types::EnumOptions,
    prost_types::EnumValueDescriptorProto, prost_types::EnumValueOptions,
    prost_types::ExtensionRangeOptions, prost_types::FieldDescriptorProto, prost_types::FieldOptions,
    prost_types::FileDescriptorProto, prost_types::FileDescriptorSet, prost_types::FileOptions,
    prost_types::GeneratedCodeInfo, prost_types::MessageOptions, prost_types::MethodDescriptorProto,
    prost_types::MethodOptions, prost_types::OneofDescriptorProto, prost_types::OneofOptions,
    prost_types::ServiceDescriptorProto, prost_types::ServiceOptions, prost_types::SourceCodeInfo,
    prost_types::UninterpretedOption, source_code_info::Location, uninterpreted_option::NamePart,
}

/// A `Vec` takes room for 4 elements at once.
const ROOM: usize = 4;

/// The largest element of a repeated field in what describes types and services.
const LARGEST: usize = largest(&[
    size_of::<prost_types::EnumValue>(),
    size_of::<prost_types::Field>(),
    size_of::<prost_types::Method>(),
    size_of::<prost_types::Mixin>(),
    size_of::<prost_types::Option>(),
    size_of::<compiler::code_generator_response::File>(),
    size_of::<descriptor_proto::ExtensionRange>(),
    size_of::<prost_types::DescriptorProto>(),
    size_of::<prost_types::EnumDescriptorProto>(),
    size_of::<prost_types::EnumValueDescriptorProto>(),
    size_of::<prost_types::FieldDescriptorProto>(),
    size_of::<prost_types::FileDescriptorProto>(),
    size_of::<prost_types::MethodDescriptorProto>(),
    size_of::<prost_types::OneofDescriptorProto>(),
    size_of::<prost_types::ServiceDescriptorProto>(),
    size_of::<prost_types::UninterpretedOption>(),
    size_of::<generated_code_info::Annotation>(),
    size_of::<source_code_info::Location>(),
]);

const fn largest(sizes: &[usize]) -> usize {
    let (mut at, mut largest) = (0, 0);
    while at < sizes.len() {
        if sizes[at] > largest {
            largest = sizes[at];
        }
        at += 1;
    }
    largest
}
