//! One module of generated code.

use streamgen_idl::FileId;
use streamgen_idl::model::DefId;

/// Index of a [`Module`] in a [`ModuleTree`](super::ModuleTree).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ModuleId(pub(super) usize);

/// One module of generated code, and one file.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    /// The identifier; of the root, the empty string.
    pub(crate) ident: String,
    /// The module that declares this one; `None` for the root.
    pub(crate) parent: Option<ModuleId>,
    /// Modules declared here, in the order in which they are printed.
    pub(crate) children: Vec<ModuleId>,
    /// What the module holds.
    pub(crate) content: Content,
    /// Whether nothing of what the IDL has for it is generated.
    pub(super) omitted: bool,
}

/// What a [`Module`] holds besides its children.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The root, or the types of a namespace; `files` are those with this namespace, perhaps none.
    Namespace {
        /// The namespace segment, as the IDL spells it.
        segment: String,
        /// The IDL files, included ones first.
        files: Vec<FileId>,
    },
    /// One service.
    Service(DefId),
    /// Some of the definitions of a namespace that is too large for one file. Private: the namespace
    /// exports them as its own.
    Part {
        /// What the file is called, unless something else is.
        name: String,
        /// In the order of the IDL.
        defs: Vec<DefId>,
    },
    /// The descriptors of the schema. Private: the root exports them as its own.
    Descriptors,
}

impl Module {
    pub(super) fn namespace(segment: &str, parent: Option<ModuleId>) -> Self {
        Self {
            ident: String::new(),
            parent,
            children: Vec::new(),
            content: Content::Namespace {
                segment: segment.to_owned(),
                files: Vec::new(),
            },
            omitted: false,
        }
    }

    /// Whether this is private, and its items are exported by its parent.
    pub(crate) fn is_part(&self) -> bool {
        matches!(self.content, Content::Part { .. } | Content::Descriptors)
    }
}
