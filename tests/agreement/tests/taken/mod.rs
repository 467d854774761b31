//! What generated code takes of a message of Thrift, by a reader of its own: the message without what generated code
//! leaves out, and the reasons for which it left that out. The reader also knows what can be there twice.

use std::ops::Range;

use fastrand::Rng;
use streamgen_runtime::Bytes;

use crate::thrift::{Kind, Schema, Type};

/// What generated code takes although JSON by the IDL refuses it or has it twice. Generated code leaves it out, but for the
/// last kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// A field of another type than its own counts as unknown.
    OtherType,
    /// Of a field that is there twice, the last one of its own type counts.
    Field,
    /// Of the members of a union, the last one of its own type counts.
    Member,
    /// Of a key that is there twice, the last value counts.
    Key,
    /// An element that is in a set twice counts once.
    Element,
    /// A key without a hash that is there twice stays there twice: such maps are lists of pairs.
    KeyOfList,
}

impl LeftOut {
    pub(crate) const ALL: [Self; 6] = [
        Self::OtherType,
        Self::Field,
        Self::Member,
        Self::Key,
        Self::Element,
        Self::KeyOfList,
    ];

    /// What JSON by the IDL says of it; `None` if it takes that, too.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        match self {
            Self::OtherType => Some("expected "),
            Self::Field => Some("the field is there twice"),
            Self::Member => Some(" has more than one member"),
            Self::Key | Self::KeyOfList => Some("the key is there twice"),
            Self::Element => None,
        }
    }
}

/// What generated code takes of the message `wire` of the struct `of`, and what it leaves out; `None` if it is no such
/// message. What is left out has to be right, too, for it is read.
pub(crate) fn taken(schema: &Schema, of: usize, wire: &[u8]) -> Option<(Bytes, Vec<LeftOut>)> {
    let mut taking = Taking::of(schema, wire);
    let taken = taking.structure(of)?;
    taking
        .rest
        .is_empty()
        .then(|| (taken.into(), taking.left_out))
}

/// The message with one of its fields, elements or pairs twice; a field may have the id of another one the second time.
/// `None` if it has none.
pub(crate) fn repeated(schema: &Schema, of: usize, rng: &mut Rng, wire: &[u8]) -> Option<Bytes> {
    let mut taking = Taking::of(schema, wire);
    taking.structure(of).expect("it is whole");
    let (part, within) = rng.choice(taking.parts)?;
    let mut second = wire[part.clone()].to_vec();
    let mut repeated = wire.to_vec();
    match within {
        Within::Container { count_at } => {
            let count = &mut repeated[count_at..][..4];
            let more = i32::from_be_bytes(count.try_into().expect("four bytes")) + 1;
            count.copy_from_slice(&more.to_be_bytes());
        }
        Within::Struct(of) if rng.bool() => {
            let ids: Vec<_> = schema.ids(of).collect();
            let (id, _) = rng.choice(ids).expect("it has this field");
            second[1..3].copy_from_slice(&id.to_be_bytes());
        }
        Within::Struct(_) => {}
    }
    repeated.splice(part.end..part.end, second);
    Some(repeated.into())
}

/// What a field, or an element or a pair, is part of.
enum Within {
    Struct(usize),
    Container { count_at: usize },
}

/// Wire types of Thrift's binary protocol.
mod wire {
    pub(super) const STOP: u8 = 0;
    pub(super) const BOOL: u8 = 2;
    pub(super) const DOUBLE: u8 = 4;
    pub(super) const I32: u8 = 8;
    pub(super) const STRING: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
    pub(super) const MAP: u8 = 13;
    pub(super) const SET: u8 = 14;
    pub(super) const LIST: u8 = 15;

    /// The type of a scalar of the IDL, and the bytes of its values; 0 for those that tell how many they are.
    pub(super) fn scalar(name: &str) -> (u8, usize) {
        match name {
            "bool" => (BOOL, 1),
            "byte" | "i8" => (3, 1),
            "double" => (DOUBLE, 8),
            "i16" => (6, 2),
            "i32" => (I32, 4),
            "i64" => (10, 8),
            "uuid" => (16, 16),
            _ => (STRING, 0),
        }
    }

    /// The bytes of the values of a type that always have as many.
    pub(super) fn width(of: u8) -> Option<usize> {
        ["bool", "byte", "double", "i16", "i32", "i64", "uuid"]
            .map(scalar)
            .into_iter()
            .find_map(|(wire, width)| (wire == of).then_some(width))
    }
}

struct Taking<'a> {
    schema: &'a Schema,
    wire: &'a [u8],
    rest: &'a [u8],
    left_out: Vec<LeftOut>,
    /// The fields, elements and pairs that are taken.
    parts: Vec<(Range<usize>, Within)>,
}

impl<'a> Taking<'a> {
    fn of(schema: &'a Schema, wire: &'a [u8]) -> Self {
        Self {
            schema,
            wire,
            rest: wire,
            left_out: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Where the rest begins.
    fn at(&self) -> usize {
        self.wire.len() - self.rest.len()
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A length or a count, of which each takes a byte at least.
    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(i32::from_be_bytes(self.array()?)).ok()?;
        (length <= self.rest.len()).then_some(length)
    }

    fn wire_of(&self, ty: &Type) -> u8 {
        match self.schema.resolved(ty) {
            Type::Scalar(name) => wire::scalar(name).0,
            Type::Enum => wire::I32,
            Type::List(_) => wire::LIST,
            Type::Set(_) => wire::SET,
            Type::Map(..) => wire::MAP,
            Type::Struct(_) => wire::STRUCT,
            Type::Typedef(_) => unreachable!("it is resolved"),
        }
    }

    /// The only struct that is a key or an element of a set holds a double.
    fn has_hash(&self, ty: &Type) -> bool {
        !matches!(self.schema.resolved(ty), Type::Struct(_))
    }

    fn structure(&mut self, of: usize) -> Option<Vec<u8>> {
        let schema = self.schema;
        let is_union = schema.structs[of].kind == Kind::Union;
        let (mut fields, mut seen) = (Vec::<(i16, Vec<u8>)>::new(), Vec::new());
        loop {
            let from = self.at();
            let [found] = self.array()?;
            if found == wire::STOP {
                break;
            }
            let id = i16::from_be_bytes(self.array()?);
            let Some(ty) = schema.field(of, id) else {
                self.skip(found)?;
                continue;
            };
            let is_other = found != self.wire_of(ty);
            self.left_out.extend(match (seen.contains(&id), is_other) {
                (true, _) => Some(LeftOut::Field),
                _ if is_union && !seen.is_empty() => Some(LeftOut::Member),
                (false, true) => Some(LeftOut::OtherType),
                (false, false) => None,
            });
            seen.push(id);
            if is_other {
                self.skip(found)?;
                continue;
            }
            let head = [&[found][..], &id.to_be_bytes()].concat();
            let field = [head, self.value(ty)?].concat();
            self.parts.push((from..self.at(), Within::Struct(of)));
            fields.retain(|(other, _)| !is_union && *other != id);
            fields.push((id, field));
        }
        let has = |id| fields.iter().any(|(there, _)| *there == id);
        let is_whole = schema.ids(of).all(|(id, required)| !required || has(id));
        if !is_whole {
            return None;
        }
        let mut taken: Vec<u8> = fields.into_iter().flat_map(|(_, field)| field).collect();
        taken.push(wire::STOP);
        Some(taken)
    }

    fn value(&mut self, ty: &Type) -> Option<Vec<u8>> {
        match self.schema.resolved(ty) {
            Type::Scalar("bool") => Some(vec![u8::from(self.array()? == [1])]),
            Type::Scalar("string") => {
                let text = self.text()?;
                std::str::from_utf8(&text[4..]).is_ok().then_some(text)
            }
            Type::Scalar(name) => match wire::scalar(name).1 {
                0 => self.text(),
                width => Some(self.take(width)?.to_vec()),
            },
            Type::Enum => Some(self.take(4)?.to_vec()),
            Type::List(of) => self.elements(of, false),
            Type::Set(of) => self.elements(of, true),
            Type::Map(key, value) => self.map(key, value),
            Type::Struct(of) => self.structure(*of),
            Type::Typedef(_) => unreachable!("it is resolved"),
        }
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.length()?;
        let text = self.take(length)?;
        Some([&(length as u32).to_be_bytes(), text].concat())
    }

    fn elements(&mut self, of: &Type, is_set: bool) -> Option<Vec<u8>> {
        let [found] = self.array()?;
        let count_at = self.at();
        let count = self.length()?;
        // What an empty container says of its elements does not matter.
        if count > 0 && found != self.wire_of(of) {
            return None;
        }
        let mut elements: Vec<Vec<u8>> = Vec::new();
        for _ in 0..count {
            let from = self.at();
            let element = self.value(of)?;
            self.parts
                .push((from..self.at(), Within::Container { count_at }));
            if is_set && self.has_hash(of) && elements.contains(&element) {
                self.left_out.push(LeftOut::Element);
                continue;
            }
            elements.push(element);
        }
        Some(container(&[self.wire_of(of)], elements))
    }

    fn map(&mut self, key: &Type, value: &Type) -> Option<Vec<u8>> {
        let found: [u8; 2] = self.array()?;
        let types = [self.wire_of(key), self.wire_of(value)];
        let count_at = self.at();
        let count = self.length()?;
        if count > 0 && found != types {
            return None;
        }
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for _ in 0..count {
            let from = self.at();
            let pair = (self.value(key)?, self.value(value)?);
            self.parts
                .push((from..self.at(), Within::Container { count_at }));
            let before = pairs.iter().position(|(other, _)| *other == pair.0);
            match before {
                Some(at) if self.has_hash(key) => {
                    self.left_out.push(LeftOut::Key);
                    pairs.remove(at);
                }
                Some(_) => self.left_out.push(LeftOut::KeyOfList),
                None => {}
            }
            pairs.push(pair);
        }
        let pairs = pairs.into_iter().map(|(key, value)| [key, value].concat());
        Some(container(&types, pairs.collect()))
    }

    /// What the IDL does not know.
    fn skip(&mut self, of: u8) -> Option<()> {
        if let Some(width) = wire::width(of) {
            return self.take(width).map(drop);
        }
        match of {
            wire::STRING => self.text().map(drop),
            wire::STRUCT => loop {
                let [found] = self.array()?;
                if found == wire::STOP {
                    return Some(());
                }
                self.take(2)?;
                self.skip(found)?;
            },
            wire::LIST | wire::SET => {
                let [element] = self.array()?;
                (0..self.length()?).try_for_each(|_| self.skip(element))
            }
            wire::MAP => {
                let [key, value] = self.array()?;
                (0..self.length()?).try_for_each(|_| {
                    self.skip(key)?;
                    self.skip(value)
                })
            }
            _ => None,
        }
    }
}

fn container(types: &[u8], elements: Vec<Vec<u8>>) -> Vec<u8> {
    let count = (elements.len() as u32).to_be_bytes();
    [types.to_vec(), count.to_vec(), elements.concat()].concat()
}
