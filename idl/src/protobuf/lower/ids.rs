//! The id of every message, enum and service.

use std::collections::HashMap;

use protox::prost_reflect::{FileDescriptor, MessageDescriptor};

use crate::model::DefId;

/// Ids by full name, such as `a.b.Outer.Inner`: unique across messages, enums and services.
pub(super) struct Ids {
    by_name: HashMap<String, DefId>,
}

impl Ids {
    /// Numbers everything, file by file; the lowering adds definitions in the same order.
    pub(super) fn assign(files: &[FileDescriptor]) -> Self {
        let mut ids = Self {
            by_name: HashMap::new(),
        };
        for file in files {
            for message in file.messages() {
                ids.message(&message);
            }
            for found in file.enums() {
                ids.add(found.full_name());
            }
            for service in file.services() {
                ids.add(service.full_name());
            }
        }
        ids
    }

    /// Nested messages are as deep as the parser lets them be: some hundred levels.
    fn message(&mut self, message: &MessageDescriptor) {
        if message.is_map_entry() {
            return;
        }
        self.add(message.full_name());
        for child in message.child_messages() {
            self.message(&child);
        }
        for child in message.child_enums() {
            self.add(child.full_name());
        }
    }

    fn add(&mut self, name: &str) {
        let id = DefId(self.by_name.len() as u32);
        self.by_name.insert(name.to_owned(), id);
    }

    /// The id of a linked name; the entry message of a map has none.
    pub(super) fn get(&self, name: &str) -> Option<DefId> {
        self.by_name.get(name).copied()
    }
}
