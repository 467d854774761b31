//! Comments for prost-build.
//!
//! It wants a place for every item as soon as there is one at all, so the whole table is made anew,
//! with the documentation of the schema: comments there are made harmless for rustdoc.

use streamgen_idl::model::{DefinitionKind, Docs};
use streamgen_idl::prost_types::source_code_info::Location;
use streamgen_idl::prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, SourceCodeInfo,
};

use crate::plan::{Plan, sanitize_docs};

/// Field numbers of `FileDescriptorProto`.
const FILE_MESSAGE: i32 = 4;
const FILE_ENUM: i32 = 5;
/// Field numbers of `DescriptorProto`.
const FIELD: i32 = 2;
const NESTED: i32 = 3;
const NESTED_ENUM: i32 = 4;
const ONEOF: i32 = 8;
/// Field number of `EnumDescriptorProto`.
const VALUE: i32 = 2;

/// A comment that stands for documentation; the number of that follows. prost-build would change
/// the text itself: it takes brackets and addresses for links wherever they are.
pub(super) const MARK: &str = " @docs ";

/// A location for every message, field, oneof, enum and value of a file; documentation goes to
/// `docs`.
pub(super) fn source_info(
    plan: &Plan<'_>,
    file: &FileDescriptorProto,
    docs: &mut Vec<Vec<String>>,
) -> Option<SourceCodeInfo> {
    let mut table = Table {
        plan,
        info: SourceCodeInfo::default(),
        docs,
    };
    for (index, message) in file.message_type.iter().enumerate() {
        table.message(file.package(), &[FILE_MESSAGE, index as i32], message);
    }
    for (index, found) in file.enum_type.iter().enumerate() {
        table.enumeration(file.package(), &[FILE_ENUM, index as i32], found);
    }
    Some(table.info)
}

struct Table<'a> {
    plan: &'a Plan<'a>,
    info: SourceCodeInfo,
    docs: &'a mut Vec<Vec<String>>,
}

impl Table<'_> {
    fn add(&mut self, path: &[i32], docs: Option<&Docs>) {
        let lines = docs
            .map(|docs| sanitize_docs(&docs.lines))
            .unwrap_or_default();
        let mark = (!lines.is_empty()).then(|| {
            self.docs.push(lines);
            format!("{MARK}{}", self.docs.len() - 1)
        });
        self.info.location.push(Location {
            path: path.to_vec(),
            leading_comments: mark,
            ..Location::default()
        });
    }

    fn message(&mut self, scope: &str, path: &[i32], message: &DescriptorProto) {
        let plan = self.plan;
        let full_name = super::given::join(scope, message.name());
        let def = plan.protobuf.find(&full_name).map(|id| plan.schema.def(id));
        let item = def.and_then(|def| match &def.kind {
            DefinitionKind::Struct(item) => Some(item),
            _ => None,
        });
        self.add(path, def.map(|def| &def.docs));
        for index in 0..message.field.len() {
            let docs = item.and_then(|item| item.fields.get(index));
            let path = [path, &[FIELD, index as i32]].concat();
            self.add(&path, docs.map(|field| &field.docs));
        }
        for index in 0..message.oneof_decl.len() {
            let docs = item.and_then(|item| item.oneofs.get(index));
            let path = [path, &[ONEOF, index as i32]].concat();
            self.add(&path, docs.map(|oneof| &oneof.docs));
        }
        for (index, child) in message.nested_type.iter().enumerate() {
            let path = [path, &[NESTED, index as i32]].concat();
            self.message(&full_name, &path, child);
        }
        for (index, child) in message.enum_type.iter().enumerate() {
            let path = [path, &[NESTED_ENUM, index as i32]].concat();
            self.enumeration(&full_name, &path, child);
        }
    }

    fn enumeration(&mut self, scope: &str, path: &[i32], found: &EnumDescriptorProto) {
        let plan = self.plan;
        let full_name = super::given::join(scope, found.name());
        let id = plan.protobuf.find(&full_name);
        let item = id.and_then(|id| plan.schema.enumeration(id));
        self.add(path, id.map(|id| &plan.schema.def(id).docs));
        for index in 0..found.value.len() {
            let docs = item.and_then(|item| item.variants.get(index));
            let path = [path, &[VALUE, index as i32]].concat();
            self.add(&path, docs.map(|value| &value.docs));
        }
    }
}
