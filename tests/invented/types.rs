//! Types of an invented IDL, and values of them.

use std::fmt::Write as _;

use crate::random::Random;

/// A definition that can be referred to.
pub(crate) struct Known {
    /// The file that defines it.
    pub(crate) file: usize,
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// With the names of its values.
    Enum(Vec<String>),
    Struct(Vec<Field>),
    Union(Vec<Field>),
    Exception(Vec<Field>),
    Typedef(Type),
    Const(Type),
}

/// A field that a value of the struct can set.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// Whether a value has to set it.
    pub(crate) required: bool,
}

#[derive(Clone, PartialEq)]
pub(crate) enum Type {
    Base(&'static str),
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    /// Index in [`World::known`].
    Named(usize),
}

/// Everything that can be referred to.
pub(crate) struct World {
    /// By file; names in front of dots in other files.
    pub(crate) stems: Vec<String>,
    /// By file: those it includes, and itself.
    pub(crate) visible: Vec<Vec<usize>>,
    pub(crate) known: Vec<Known>,
}

const BASES: &[&str] = &[
    "bool", "byte", "i8", "i16", "i32", "i64", "double", "string", "binary", "uuid",
];

impl World {
    /// The definitions that a file sees and that `wanted` wants.
    pub(crate) fn visible(&self, file: usize, wanted: impl Fn(&Kind) -> bool) -> Vec<usize> {
        let sees = |one: &Known| self.visible[file].contains(&one.file);
        let found = self.known.iter().enumerate();
        found
            .filter(|(_, one)| sees(one) && wanted(&one.kind))
            .map(|(index, _)| index)
            .collect()
    }

    /// Any type that a file can write, not nested deeper than `depth`.
    pub(crate) fn any_type(&self, random: &mut Random, file: usize, depth: usize) -> Type {
        let named = self.visible(file, |kind| !matches!(kind, Kind::Const(_)));
        let choices = if depth == 0 { 7 } else { 10 };
        let inner = |random: &mut Random| Box::new(self.any_type(random, file, depth - 1));
        match random.below(choices) {
            4..7 if !named.is_empty() => Type::Named(*random.pick(&named)),
            7 => Type::List(inner(random)),
            8 => Type::Set(inner(random)),
            9 => Type::Map(inner(random), inner(random)),
            _ => Type::Base(BASES[random.below(BASES.len())]),
        }
    }

    /// A name as `file` writes it.
    pub(crate) fn name(&self, file: usize, index: usize) -> String {
        let known = &self.known[index];
        match known.file == file {
            true => known.name.clone(),
            false => format!("{}.{}", self.stems[known.file], known.name),
        }
    }

    pub(crate) fn text(&self, file: usize, ty: &Type) -> String {
        match ty {
            Type::Base(name) => (*name).to_owned(),
            Type::List(item) => format!("list<{}>", self.text(file, item)),
            Type::Set(item) => format!("set<{}>", self.text(file, item)),
            Type::Map(key, value) => {
                format!("map<{}, {}>", self.text(file, key), self.text(file, value))
            }
            Type::Named(index) => self.name(file, *index),
        }
    }

    /// The type behind typedefs.
    pub(crate) fn resolve<'a>(&'a self, ty: &'a Type) -> &'a Type {
        match ty {
            Type::Named(index) => match &self.known[*index].kind {
                Kind::Typedef(target) => self.resolve(target),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// Whether a struct, union or exception that `file` defines is anywhere in it: defaults may not go
    /// round in circles.
    pub(crate) fn holds_struct(&self, ty: &Type, file: usize) -> bool {
        match self.resolve(ty) {
            Type::Base(_) => false,
            Type::List(item) | Type::Set(item) => self.holds_struct(item, file),
            Type::Map(key, value) => self.holds_struct(key, file) || self.holds_struct(value, file),
            Type::Named(index) => self.is_struct(ty) && self.known[*index].file == file,
        }
    }

    pub(crate) fn is_struct(&self, ty: &Type) -> bool {
        let Type::Named(index) = self.resolve(ty) else {
            return false;
        };
        !matches!(self.known[*index].kind, Kind::Enum(_))
    }

    /// A literal, or the name of a constant. Values with another `nth` differ, as keys have to.
    pub(crate) fn value(
        &self,
        random: &mut Random,
        file: usize,
        ty: &Type,
        depth: usize,
        nth: usize,
    ) -> String {
        let fits = |of: &Type| of == ty || is_list_as_set(of, ty);
        let constants = self.visible(file, |kind| matches!(kind, Kind::Const(of) if fits(of)));
        if nth == 0 && !constants.is_empty() && random.one_in(3) {
            return self.name(file, *random.pick(&constants));
        }
        let deeper = depth.saturating_sub(1);
        match self.resolve(ty) {
            Type::Base(name) => base_value(name, random, nth),
            Type::List(_) | Type::Set(_) if depth == 0 => "[]".to_owned(),
            Type::Map(..) if depth == 0 => "{}".to_owned(),
            Type::List(item) => listed(("[", "]"), 3, random, |random, _| {
                self.value(random, file, item, deeper, 0)
            }),
            Type::Set(item) => listed(("[", "]"), self.distinct(item), random, |random, n| {
                self.value(random, file, item, 0, n + 1)
            }),
            Type::Map(key, value) => listed(("{", "}"), self.distinct(key), random, |random, n| {
                let key = self.value(random, file, key, 0, n + 1);
                format!("{key}: {}", self.value(random, file, value, deeper, 0))
            }),
            Type::Named(index) => self.struct_value(random, file, *index, depth, nth),
        }
    }

    /// How many values of a type surely differ, at most 3.
    fn distinct(&self, ty: &Type) -> usize {
        match self.resolve(ty) {
            Type::Base("bool" | "uuid") => 1,
            Type::Base(_) => 3,
            Type::Named(index) => match &self.known[*index].kind {
                Kind::Enum(values) => values.len().min(3),
                _ => 1,
            },
            _ => 1,
        }
    }

    fn struct_value(
        &self,
        random: &mut Random,
        file: usize,
        index: usize,
        depth: usize,
        nth: usize,
    ) -> String {
        let set = |random: &mut Random, field: &Field, depth| {
            let value = self.value(random, file, &field.ty, depth, 0);
            format!("\"{}\": {value}", field.name)
        };
        let pairs: Vec<String> = match &self.known[index].kind {
            Kind::Enum(_) if nth == 0 && random.one_in(5) => return random.below(9).to_string(),
            Kind::Enum(values) => {
                return format!("{}.{}", self.name(file, index), values[nth % values.len()]);
            }
            Kind::Struct(fields) | Kind::Exception(fields) => {
                let one = depth % fields.len().max(1);
                let fields = fields.iter().enumerate();
                // A required field that is left out has the zero value of its type.
                fields
                    .filter(|(n, field)| match field.required {
                        true => !random.one_in(6),
                        false => depth > 0 && *n == one,
                    })
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|(_, field)| set(random, field, depth.saturating_sub(1)))
                    .collect()
            }
            Kind::Union(members) => vec![set(random, &members[0], 0)],
            _ => Vec::new(),
        };
        format!("{{{}}}", pairs.join(", "))
    }
}

/// Whether a constant of one type stands for the other, as in Kitex.
fn is_list_as_set(of: &Type, ty: &Type) -> bool {
    match (of, ty) {
        (Type::List(one), Type::Set(other)) | (Type::Set(one), Type::List(other)) => one == other,
        _ => false,
    }
}

fn listed(
    (open, close): (&str, &str),
    most: usize,
    random: &mut Random,
    mut item: impl FnMut(&mut Random, usize) -> String,
) -> String {
    let mut out = open.to_owned();
    for n in 0..random.below(most + 1) {
        let separator = *random.pick(&[", ", "; ", " "]);
        let _ = write!(out, "{}{separator}", item(random, n));
    }
    out + close
}

fn base_value(name: &str, random: &mut Random, nth: usize) -> String {
    let n = nth as i64;
    match name {
        "bool" => (*random.pick(&["true", "false", "1", "0"])).to_owned(),
        "byte" | "i8" if nth == 0 && random.one_in(6) => "true".to_owned(),
        "byte" | "i8" => (n - 3).to_string(),
        "i16" => (n * 100 + random.between(0, 99)).to_string(),
        "i32" => format!("{:#x}", n * 70_000 + random.between(0, 60_000)),
        "i64" => (n * 5_000_000_000 - random.between(0, 4_000_000_000)).to_string(),
        "double" => format!(
            "{}{n}{}",
            random.pick(&["", "-"]),
            random.pick(&[".5", ".25e3", "e-7", ""])
        ),
        "uuid" => "\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"".to_owned(),
        _ => format!("'{}{n}'", random.pick(&["", "a\\n\"", "漢字 ", "{}\\\\ "])),
    }
}
