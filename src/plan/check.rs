//! What the generator reports about types of an IDL that is right in itself.

use streamgen_idl::model::{TypeKind, TypeRef};
use streamgen_idl::{Code, Diagnostic};

use super::derives::Derives;
use super::order::types;

impl<'a> Derives<'a> {
    /// Reports keys that cannot be hashed, and annotations that ask for a type that cannot be, in the
    /// whole schema.
    pub(super) fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        for ty in types(self.forms.schema) {
            self.check_type(ty, diagnostics);
        }
    }

    fn check_type(&self, ty: &'a TypeRef, diagnostics: &mut Vec<Diagnostic>) {
        self.forms.check(ty, diagnostics);
        match &ty.kind {
            TypeKind::List(item) => self.check_type(item, diagnostics),
            TypeKind::Set(item) => {
                self.check_key(item, "set element", "set is a `VecSet`", diagnostics);
            }
            TypeKind::Map(key, value) => {
                self.check_key(key, "map key", "map is a `VecMap`", diagnostics);
                self.check_type(value, diagnostics);
            }
            _ => {}
        }
    }

    fn check_key(
        &self,
        ty: &'a TypeRef,
        what: &str,
        instead: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        self.check_type(ty, diagnostics);
        let Some(culprit) = self.culprit(ty) else {
            return;
        };
        let culprit = self.forms.schema.def(culprit);
        diagnostics.push(
            Diagnostic::new(
                Code::UnhashableKey,
                format!("`{}` cannot be hashed, so this {instead}", culprit.name),
            )
            .label(ty.span, format!("used as {what} here"))
            .label(culprit.name_span, "holds a double, a set or a map")
            .help(
                "if it has to be found by this key, annotate what it holds: doubles with \
                 (rust.type = \"ordered_f64\"), maps and sets with (rust.type = \"btree\")",
            ),
        );
    }
}
