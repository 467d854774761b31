//! A whole invented IDL: several files, each with all sorts of definitions.

use std::fmt::Write as _;

use crate::names::Scope;
use crate::random::Random;
use crate::services::service;
use crate::types::{Field, Kind, Known, Type, World};

/// Files by name; the last one is the root, and includes all others.
pub(crate) fn invent(seed: u64) -> Vec<(String, String)> {
    let mut random = Random::new(seed);
    let count = 1 + random.below(4);
    let mut world = world(&mut random, count);
    let namespaces = Namespaces::any(&mut random);
    let mut names = Scope::new();
    let mut services = Vec::new();
    let mut files = Vec::new();
    for file in 0..count {
        if matches!(namespaces, Namespaces::Own) {
            names = Scope::new();
        }
        let first = world.known.len();
        declare(&mut random, &mut names, &mut world, file);
        let mut parts: Vec<String> = (first..world.known.len())
            .map(|index| definition(&mut random, &mut world, index))
            .collect();
        parts.extend(constants(&mut random, &mut names, &mut world, file));
        for _ in 0..random.below(3) {
            parts.push(service(
                &mut random,
                &mut names,
                &world,
                file,
                &mut services,
            ));
        }
        // Every name may stand above its definition.
        random.shuffle(&mut parts);
        let text = header(&mut random, &world, file, namespaces) + &parts.concat();
        files.push((format!("{}.thrift", world.stems[file]), text));
    }
    files
}

/// Files that include some of those before them; their names may have dots.
fn world(random: &mut Random, count: usize) -> World {
    let mut stems = Scope::new();
    let mut stem = |random: &mut Random| match random.one_in(4) {
        true => format!("{}.v{}", stems.name(random), random.below(3)),
        false => stems.name(random),
    };
    let includes = |random: &mut Random, file: usize| {
        let all = file + 1 == count;
        let mut seen: Vec<usize> = (0..file).filter(|_| all || random.one_in(2)).collect();
        seen.push(file);
        seen
    };
    let mut names: Vec<String> = (0..count).map(|_| stem(random)).collect();
    if random.one_in(4)
        && let Some(root) = names.last_mut()
    {
        // Nobody includes the root, so it may be called what no reference can be.
        *root = (*random.pick(&["2fa", "用户", "3d.v2", "Ünï-api", "CON"])).to_owned();
    }
    World {
        stems: names,
        visible: (0..count).map(|file| includes(random, file)).collect(),
        known: Vec::new(),
    }
}

/// How the files of one IDL share namespaces.
#[derive(Clone, Copy)]
enum Namespaces {
    /// Some are in this one, others in one that is named after it or after the file.
    Shared(&'static str),
    /// Each file has its own, so that names may occur in several.
    Own,
}

impl Namespaces {
    fn any(random: &mut Random) -> Self {
        match random.one_in(3) {
            true => Self::Own,
            false => Self::Shared(["a.b", "type.self.mod", "x"][random.below(3)]),
        }
    }
}

fn header(random: &mut Random, world: &World, file: usize, namespaces: Namespaces) -> String {
    let end = |random: &mut Random| *random.pick(&["", ",", ";"]);
    let mut lines = Vec::new();
    for include in world.visible[file].iter().filter(|one| **one != file) {
        let stem = &world.stems[*include];
        lines.push(format!("include \"{stem}.thrift\"{}\n", end(random)));
    }
    match (namespaces, random.below(3)) {
        (Namespaces::Own, _) => lines.push(format!("namespace rust own.f{file}{}\n", end(random))),
        (Namespaces::Shared(_), 0) => {} // the file's name
        (Namespaces::Shared(shared), 1) => lines.push(format!("namespace rs {shared}\n")),
        (Namespaces::Shared(shared), _) => {
            lines.push(format!("namespace go {shared}.f{file}\n"));
            lines.push("namespace py other (note)\n".to_owned());
        }
    }
    random.shuffle(&mut lines);
    lines.concat() + "\n"
}

/// Adds what the file will define, so that definitions may refer to later ones and to themselves.
fn declare(random: &mut Random, names: &mut Scope, world: &mut World, file: usize) {
    for _ in 0..3 + random.below(8) {
        let kind = match random.below(8) {
            0 => Kind::Enum(enum_values(random)),
            1 => Kind::Exception(Vec::new()),
            2 => Kind::Union(Vec::new()),
            // A typedef of what is there already: no circles.
            3 => Kind::Typedef(world.any_type(random, file, 2)),
            _ => Kind::Struct(Vec::new()),
        };
        let name = names.name(random);
        world.known.push(Known { file, name, kind });
    }
}

fn enum_values(random: &mut Random) -> Vec<String> {
    let mut scope = Scope::new();
    (0..1 + random.below(5))
        .map(|_| scope.name(random))
        .collect()
}

fn definition(random: &mut Random, world: &mut World, index: usize) -> String {
    let (file, name) = (world.known[index].file, world.known[index].name.clone());
    let docs = comment(random);
    let word = match &world.known[index].kind {
        Kind::Enum(values) => {
            let mut number = random.between(-3, 3);
            let mut body = String::new();
            for value in values {
                match random.one_in(2) {
                    true => _ = writeln!(body, "  {value} = {number},"),
                    false if number == 0 || body.contains('=') => {
                        _ = writeln!(body, "  {value} = {number}")
                    }
                    false => _ = writeln!(body, "  {value} = {number};"),
                }
                number += random.between(1, 9);
            }
            return format!("{docs}enum {name} {{\n{body}}}{}\n\n", annotations(random));
        }
        Kind::Typedef(target) => {
            let target = world.text(file, target);
            return format!("{docs}typedef {target} {name}{}\n\n", annotations(random));
        }
        Kind::Struct(_) => "struct",
        Kind::Union(_) => "union",
        Kind::Exception(_) => "exception",
        Kind::Const(_) => return String::new(), // written with its value
    };
    let (body, members) = fields(random, world, file, word);
    match &mut world.known[index].kind {
        Kind::Struct(known) | Kind::Union(known) | Kind::Exception(known) => *known = members,
        _ => {}
    }
    format!(
        "{docs}{word} {name} {{\n{body}}}{}\n\n",
        annotations(random)
    )
}

/// The text of fields, and those that a value can set.
fn fields(random: &mut Random, world: &World, file: usize, word: &str) -> (String, Vec<Field>) {
    let mut scope = Scope::new();
    let (mut body, mut members) = (String::new(), Vec::new());
    let least = usize::from(word == "union");
    let mut ids = Ids::new(random);
    for _ in 0..least + random.below(6) {
        let name = scope.name(random);
        let mut ty = world.any_type(random, file, 2);
        if word == "union" && members.is_empty() && world.holds_struct(&ty, file) {
            ty = Type::Base("i64"); // so that every union has a value that ends
        }
        let id = ids.next(random);
        // What only earlier files define cannot hold the struct of this field.
        let may_circle = world.holds_struct(&ty, file);
        let requiredness = match random.below(4) {
            _ if word == "union" => "",
            0 => "optional ",
            1 if !may_circle => "required ",
            _ => "",
        };
        let default = match word != "union" && !may_circle && random.one_in(3) {
            true => format!(" = {}", world.value(random, file, &ty, 2, 0)),
            false => String::new(),
        };
        let docs = comment(random).replace('\n', "\n  ");
        let end = *random.pick(&[",", ";", ""]);
        let ty_text = type_with_notes(random, world, file, &ty);
        let notes = annotations(random);
        let _ = writeln!(
            body,
            "  {docs}{id}{requiredness}{ty_text} {name}{default}{notes}{end}"
        );
        members.push(Field {
            name,
            ty,
            required: requiredness == "required ",
        });
    }
    (body, members)
}

/// Ascending field ids, some of them left out or written in another way.
struct Ids(i64);

impl Ids {
    fn new(random: &mut Random) -> Self {
        Self(random.between(-5, 3))
    }

    fn next(&mut self, random: &mut Random) -> String {
        if self.0 > 0 && random.one_in(8) {
            self.0 += 1; // as Kitex counts
            return String::new();
        }
        self.0 += random.between(1, 40);
        match random.one_in(10) && self.0 > 0 {
            true => format!("{:#x}: ", self.0),
            false => format!("{}: ", self.0),
        }
    }
}

/// A type as a field has it: perhaps with the Rust type that it shall have, or behind a pointer.
fn type_with_notes(random: &mut Random, world: &World, file: usize, ty: &Type) -> String {
    let text = world.text(file, ty);
    let ours = match ty {
        Type::Base("string") => "rust.type = 'faststr'",
        Type::Base("binary") => "rust.type = 'vec'",
        Type::Base("double") => "pilota.rust_type = 'ordered_f64'",
        Type::Set(_) | Type::Map(..) => "rust.type = \"btree\"",
        _ => "cpp.type = 'X'",
    };
    match random.below(10) {
        0 => format!("{text} ({ours})"),
        1 if world.is_struct(ty) => format!("{text} &"),
        _ => text,
    }
}

fn constants(
    random: &mut Random,
    names: &mut Scope,
    world: &mut World,
    file: usize,
) -> Vec<String> {
    let mut out = Vec::new();
    for _ in 0..random.below(6) {
        let (name, ty) = (names.name(random), world.any_type(random, file, 2));
        let value = world.value(random, file, &ty, 3, 0);
        let (docs, notes) = (comment(random), annotations(random));
        let ty_text = world.text(file, &ty);
        out.push(format!("{docs}const {ty_text} {name} = {value}{notes}\n"));
        let kind = Kind::Const(ty);
        world.known.push(Known { file, name, kind });
    }
    out
}

pub(crate) fn comment(random: &mut Random) -> String {
    match random.below(8) {
        0 => "/** About `it` <b>, [see](this) */\n".to_owned(),
        1 => "// ```\n// let x = 1\n".to_owned(),
        2 => "# 数 */ */\n".to_owned(),
        3 => "/* # Heading\n * - list\n      code\n */\n".to_owned(),
        _ => String::new(),
    }
}

pub(crate) fn annotations(random: &mut Random) -> String {
    match random.below(12) {
        0 => " (api.note = 'x', go.tag = \"json:\\\"a\\\"\")".to_owned(),
        1 => " (deprecated)".to_owned(),
        2 => " (a.b.c = '';)".to_owned(),
        3 => " () ".to_owned(),
        _ => String::new(),
    }
}
