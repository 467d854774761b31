//! Values: constants first, each after the ones it uses, then the defaults of fields.

mod constant;
mod convert;
mod default;
mod evaluate;
mod index;
mod keys;
mod left_out;
mod recursion;
mod reference;
mod scalar;
mod struct_value;

pub(super) use self::constant::PendingConstant;

use std::collections::HashMap;

use self::index::Index;
use super::definitions::Definitions;
use super::symbols::Symbols;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{DefId, TypeKind, Value, ValueKind};
use crate::report::Report;
use crate::source::{FileId, Span};
use crate::thrift::tree::Tree;

/// Most values that references to constants may copy in one run. A few lines of lists of lists can
/// double the number again and again; nothing real comes near.
const MAX_COPIED_VALUES: usize = 1_000_000;

/// Lowers all values. A constant whose value is wrong stays out of the definitions.
pub(super) fn lower_all(
    tree: &Tree,
    constants: Vec<PendingConstant<'_>>,
    symbols: &Symbols<'_>,
    definitions: &mut Definitions,
    report: &mut Report,
) {
    let mut evaluator = Evaluator {
        symbols,
        definitions,
        index: Index::new(tree, symbols, definitions),
        constants: HashMap::new(),
        report,
        file: FileId(0),
        copied: 0,
        list_as_set: None,
    };
    let constants = constant::evaluate(&mut evaluator, constants);
    let defaults = default::evaluate(&mut evaluator, tree);
    constants
        .into_iter()
        .for_each(|constant| definitions.insert(constant));
    default::store(definitions, defaults);
    recursion::check(definitions, report);
    left_out::check(definitions, report);
}

/// What values are evaluated with.
struct Evaluator<'a> {
    symbols: &'a Symbols<'a>,
    definitions: &'a Definitions,
    index: Index<'a>,
    /// The constants that are evaluated.
    constants: HashMap<DefId, Value>,
    report: &'a mut Report,
    /// The file whose value is evaluated: names are looked up from there.
    file: FileId,
    /// How many values references to constants have copied.
    copied: usize,
    /// The last place that was warned about: one constant may hold many lists.
    list_as_set: Option<Span>,
}

impl Evaluator<'_> {
    fn mismatch(&mut self, expected: &TypeKind, found: &str, span: Span) {
        let message = format!("expected {}, found {found}", self.type_name(expected));
        self.report
            .add(Diagnostic::new(Code::ValueTypeMismatch, message).label(span, ""));
    }

    /// A type in words.
    fn type_name(&self, kind: &TypeKind) -> String {
        let word = match kind {
            TypeKind::Bool => "`bool`",
            TypeKind::I8 => "`i8`",
            TypeKind::I16 => "`i16`",
            TypeKind::I32 => "`i32`",
            TypeKind::I64 => "`i64`",
            TypeKind::U32 => "`uint32`",
            TypeKind::U64 => "`uint64`",
            TypeKind::Float => "`float`",
            TypeKind::Double => "`double`",
            TypeKind::String => "`string`",
            TypeKind::Binary => "`binary`",
            TypeKind::Uuid => "`uuid`",
            TypeKind::List(_) => "a list",
            TypeKind::Set(_) => "a set",
            TypeKind::Map(..) => "a map",
            TypeKind::Named(id) => {
                let symbol = self.symbols.get(*id);
                return format!("the {} `{}`", symbol.kind.word(), symbol.name);
            }
        };
        word.to_owned()
    }

    /// A value in words.
    fn value_name(&self, kind: &ValueKind) -> String {
        let word = match kind {
            ValueKind::Bool(_) => "a bool",
            ValueKind::Int(_) => "an integer",
            ValueKind::Double(_) => "a double",
            ValueKind::String(_) | ValueKind::Binary(_) => "a string",
            ValueKind::Uuid(_) => "a uuid",
            ValueKind::List(_) => "a list",
            ValueKind::Set(_) => "a set",
            ValueKind::Map(_) => "a map",
            ValueKind::Enum { def, .. } => {
                return format!("a value of the enum `{}`", self.symbols.get(*def).name);
            }
            ValueKind::Struct { def, .. } => {
                return format!("a value of `{}`", self.symbols.get(*def).name);
            }
        };
        word.to_owned()
    }
}
