//! The syntax tree of one Thrift file: what was written, nothing resolved, nothing checked.
//!
//! It never leaves the front end. Names are text, numbers are digits, literals are raw.

use crate::model::{Requiredness, StructKind};
use crate::source::Span;

/// One file.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) includes: Vec<Include>,
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) definitions: Vec<Definition>,
    /// The first header that stands below a definition.
    pub(crate) late_header: Option<Span>,
}

/// A name, or a reference when dots are in it.
#[derive(Clone, Debug)]
pub(crate) struct Identifier {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A string literal; `raw` is the text between the quotes.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) raw: String,
    pub(crate) span: Span,
}

/// An integer literal as written.
#[derive(Clone, Debug)]
pub(crate) struct Integer {
    pub(crate) text: String,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Include {
    pub(crate) path: Literal,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) scope: String,
    pub(crate) name: Identifier,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) key: Identifier,
    pub(crate) value: Option<Literal>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: Identifier,
    pub(crate) kind: DefinitionKind,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum DefinitionKind {
    Const {
        ty: Type,
        value: Value,
    },
    Typedef {
        target: Type,
    },
    Enum {
        values: Vec<EnumValue>,
    },
    Struct {
        kind: StructKind,
        fields: Vec<Field>,
    },
    Service {
        extends: Option<Identifier>,
        functions: Vec<Function>,
    },
}

#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) name: Identifier,
    pub(crate) number: Option<Integer>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) id: Option<Integer>,
    pub(crate) requiredness: Requiredness,
    /// Where the word of the requiredness stands.
    pub(crate) requiredness_span: Option<Span>,
    pub(crate) ty: Type,
    pub(crate) by_reference: bool,
    pub(crate) name: Identifier,
    pub(crate) default: Option<Value>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) oneway: Option<Oneway>,
    /// `None` for `void`.
    pub(crate) result: Option<Type>,
    /// Where the result, `void` included, stands.
    pub(crate) result_span: Span,
    pub(crate) name: Identifier,
    pub(crate) args: Vec<Field>,
    pub(crate) throws: Vec<Field>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) span: Span,
}

/// The word before a function that sends no answer.
#[derive(Debug)]
pub(crate) struct Oneway {
    pub(crate) is_async: bool,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) kind: TypeKind,
    pub(crate) annotations: Vec<Annotation>,
    /// Where the type is, without its annotations.
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum TypeKind {
    Base(BaseType),
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Named(String),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum BaseType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
}

#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) enum ValueKind {
    Integer(String),
    Double(String),
    Literal(String),
    /// `true`, `false`, or a reference.
    Name(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
}
