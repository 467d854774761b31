//! The option `features`, which only files with an edition may set.
//!
//! protox knows the option from `descriptor.proto`, but not the rule; protoc says "Features are only
//! valid under editions."

use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    ServiceDescriptorProto, UninterpretedOption,
};

use super::lower::locate;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Field number of `uninterpreted_option`, the same for the options of everything.
const UNINTERPRETED: i32 = 999;

/// Every place in a file without an edition that sets a feature. The options must be as the parser
/// leaves them.
pub(super) fn find(descriptor: &FileDescriptorProto, file: FileId, text: &str) -> Vec<Diagnostic> {
    let mut walk = Walk { found: Vec::new() };
    walk.file(descriptor);
    let diagnostic = |path: &Vec<i32>| {
        let span = locate(descriptor, file, text, path);
        Diagnostic::new(Code::ProtobufOption, "features need an edition")
            .label(span, "")
            .help("leave it out: what it chooses is fixed by `syntax`")
    };
    walk.found.iter().map(diagnostic).collect()
}

/// Paths from the root of a descriptor: field numbers and indices.
struct Walk {
    found: Vec<Vec<i32>>,
}

impl Walk {
    /// The options of one item, which are its field `number`.
    fn options(&mut self, item: &[i32], number: i32, options: &[UninterpretedOption]) {
        for (index, option) in options.iter().enumerate() {
            let first = option.name.first();
            if first.is_some_and(|part| part.name_part == "features" && !part.is_extension) {
                let path = [item, &[number, UNINTERPRETED, index as i32]];
                self.found.push(path.concat());
            }
        }
    }

    fn file(&mut self, file: &FileDescriptorProto) {
        if let Some(options) = &file.options {
            self.options(&[], 8, &options.uninterpreted_option);
        }
        for (path, message) in below(&[], 4, &file.message_type) {
            self.message(&path, message);
        }
        for (path, found) in below(&[], 5, &file.enum_type) {
            self.enumeration(&path, found);
        }
        for (path, service) in below(&[], 6, &file.service) {
            self.service(&path, service);
        }
        for (path, field) in below(&[], 7, &file.extension) {
            self.field(&path, field);
        }
    }

    /// Messages nest as deep as the parser lets them: some hundred levels.
    fn message(&mut self, path: &[i32], message: &DescriptorProto) {
        if let Some(options) = &message.options {
            self.options(path, 7, &options.uninterpreted_option);
        }
        for (path, field) in below(path, 2, &message.field) {
            self.field(&path, field);
        }
        for (path, child) in below(path, 3, &message.nested_type) {
            self.message(&path, child);
        }
        for (path, child) in below(path, 4, &message.enum_type) {
            self.enumeration(&path, child);
        }
        for (path, range) in below(path, 5, &message.extension_range) {
            if let Some(options) = &range.options {
                self.options(&path, 3, &options.uninterpreted_option);
            }
        }
        for (path, field) in below(path, 6, &message.extension) {
            self.field(&path, field);
        }
        for (path, oneof) in below(path, 8, &message.oneof_decl) {
            if let Some(options) = &oneof.options {
                self.options(&path, 2, &options.uninterpreted_option);
            }
        }
    }

    fn field(&mut self, path: &[i32], field: &FieldDescriptorProto) {
        if let Some(options) = &field.options {
            self.options(path, 8, &options.uninterpreted_option);
        }
    }

    fn enumeration(&mut self, path: &[i32], found: &EnumDescriptorProto) {
        if let Some(options) = &found.options {
            self.options(path, 3, &options.uninterpreted_option);
        }
        for (path, value) in below(path, 2, &found.value) {
            if let Some(options) = &value.options {
                self.options(&path, 3, &options.uninterpreted_option);
            }
        }
    }

    fn service(&mut self, path: &[i32], service: &ServiceDescriptorProto) {
        if let Some(options) = &service.options {
            self.options(path, 3, &options.uninterpreted_option);
        }
        for (path, method) in below(path, 2, &service.method) {
            if let Some(options) = &method.options {
                self.options(&path, 4, &options.uninterpreted_option);
            }
        }
    }
}

/// The items in a repeated field, each with its path.
fn below<'a, T>(
    path: &[i32],
    number: i32,
    items: &'a [T],
) -> impl Iterator<Item = (Vec<i32>, &'a T)> + use<'a, T> {
    let path = path.to_vec();
    let items = items.iter().enumerate();
    items.map(move |(index, item)| ([path.as_slice(), &[number, index as i32]].concat(), item))
}
