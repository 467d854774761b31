//! Messages and enums.

use protox::prost_reflect::{
    EnumDescriptor, EnumValueDescriptor, FileDescriptor, MessageDescriptor, OneofDescriptor, Syntax,
};

use super::Lowering;
use super::options::annotations;
use crate::model::{
    Annotations, DefId, Definition, DefinitionKind, Enum, EnumVariant, Oneof, StructKind,
    StructLike,
};

/// Field number of `name` in every descriptor.
const NAME: i32 = 1;

impl Lowering<'_> {
    /// Adds everything that the file defines, in the order in which ids were given.
    pub(super) fn definitions(&self, file: &FileDescriptor, out: &mut Vec<Definition>) {
        for message in file.messages() {
            self.message(&message, None, out);
        }
        for found in file.enums() {
            self.enumeration(&found, None, out);
        }
        for service in file.services() {
            let annotations = match service.service_descriptor_proto().options {
                Some(_) => annotations(&service.options(), self.span(service.path())),
                None => Annotations::default(),
            };
            let kind = DefinitionKind::Service(self.service(&service));
            let (name, full_name) = (service.name(), service.full_name());
            let def = self.definition(name, full_name, service.path(), None, annotations, kind);
            out.extend(def);
        }
    }

    fn message(
        &self,
        message: &MessageDescriptor,
        parent: Option<DefId>,
        out: &mut Vec<Definition>,
    ) {
        if message.is_map_entry() {
            return;
        }
        let annotations = match message.descriptor_proto().options {
            Some(_) => annotations(&message.options(), self.span(message.path())),
            None => Annotations::default(),
        };
        let kind = DefinitionKind::Struct(StructLike {
            kind: StructKind::Struct,
            fields: self.fields(message),
            oneofs: message
                .oneofs()
                .filter(|oneof| !oneof.is_synthetic())
                .map(|oneof| self.oneof(&oneof))
                .collect(),
        });
        let (name, full_name) = (message.name(), message.full_name());
        let def = self.definition(name, full_name, message.path(), parent, annotations, kind);
        let id = def.as_ref().map(|def| def.id);
        out.extend(def);
        for child in message.child_messages() {
            self.message(&child, id, out);
        }
        for child in message.child_enums() {
            self.enumeration(&child, id, out);
        }
    }

    fn oneof(&self, oneof: &OneofDescriptor) -> Oneof {
        Oneof {
            name: oneof.name().to_owned(),
            docs: self.locations.docs(oneof.path()),
            annotations: annotations(&oneof.options(), self.span(oneof.path())),
        }
    }

    fn enumeration(
        &self,
        found: &EnumDescriptor,
        parent: Option<DefId>,
        out: &mut Vec<Definition>,
    ) {
        let annotations = match found.enum_descriptor_proto().options {
            Some(_) => annotations(&found.options(), self.span(found.path())),
            None => Annotations::default(),
        };
        // The pool sorts by number; the model keeps the order of the file.
        let mut values: Vec<_> = found.values().collect();
        values.sort_by_key(|value| value.path().last().copied());
        let kind = DefinitionKind::Enum(Enum {
            variants: values.iter().map(|value| self.variant(value)).collect(),
            closed: found.parent_file().syntax() == Syntax::Proto2,
        });
        let (name, full_name) = (found.name(), found.full_name());
        out.extend(self.definition(name, full_name, found.path(), parent, annotations, kind));
    }

    fn variant(&self, value: &EnumValueDescriptor) -> EnumVariant {
        let span = self.span(value.path());
        EnumVariant {
            name: value.name().to_owned(),
            number: value.number(),
            docs: self.locations.docs(value.path()),
            annotations: match value.enum_value_descriptor_proto().options {
                Some(_) => annotations(&value.options(), span),
                None => Annotations::default(),
            },
            span,
            name_span: self.name_span(value.path()),
        }
    }

    fn definition(
        &self,
        name: &str,
        full_name: &str,
        path: &[i32],
        parent: Option<DefId>,
        annotations: Annotations,
        kind: DefinitionKind,
    ) -> Option<Definition> {
        Some(Definition {
            id: self.ids.get(full_name)?,
            file: self.file,
            parent,
            name: name.to_owned(),
            docs: self.locations.docs(path),
            annotations,
            span: self.span(path),
            name_span: self.name_span(path),
            kind,
        })
    }

    pub(super) fn name_span(&self, path: &[i32]) -> crate::source::Span {
        self.span(&[path, &[NAME]].concat())
    }
}
