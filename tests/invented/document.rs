//! A whole invented IDL: several files, each with all sorts of definitions.

use std::fmt::Write as _;

use crate::names::Scope;
use crate::random::Random;
use crate::types::{Field, Kind, Known, Type, World};

/// Files by name; the last one is the root, and sees or includes all others.
pub(crate) fn invent(seed: u64) -> Vec<(String, String)> {
    let mut random = Random::new(seed);
    let mut names = Scope::new();
    let count = 1 + random.below(3);
    let mut stems = Scope::new();
    let mut world = World {
        stems: (0..count).map(|_| stems.name(&mut random)).collect(),
        visible: (0..count).map(|file| (0..=file).collect()).collect(),
        known: Vec::new(),
    };
    let shared = (*random.pick(&["a.b", "type.self.mod", "x"])).to_owned();
    let mut services = Vec::new();
    let mut files = Vec::new();
    for file in 0..count {
        let mut text = header(&mut random, &world, file, &shared);
        let first = world.known.len();
        declare(&mut random, &mut names, &mut world, file);
        for index in first..world.known.len() {
            text += &definition(&mut random, &mut world, index);
        }
        text += &constants(&mut random, &mut names, &mut world, file);
        text += &service(&mut random, &mut names, &world, file, &mut services);
        files.push((format!("{}.thrift", world.stems[file]), text));
    }
    files
}

fn header(random: &mut Random, world: &World, file: usize, shared: &str) -> String {
    let mut out = String::new();
    for stem in &world.stems[..file] {
        let _ = writeln!(out, "include \"{stem}.thrift\"");
    }
    match random.below(3) {
        0 => {} // the file's name
        1 => {
            let _ = writeln!(out, "namespace rs {shared}");
        }
        _ => {
            let _ = writeln!(out, "namespace go {shared}.f{file}\nnamespace * other");
        }
    }
    out + "\n"
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
    let mut id = random.between(-5, 3);
    for _ in 0..least + random.below(6) {
        let name = scope.name(random);
        let mut ty = world.any_type(random, file, 2);
        if word == "union" && members.is_empty() && world.holds_struct(&ty) {
            ty = Type::Base("i64"); // so that every union has a value that ends
        }
        id += random.between(1, 40);
        let holds_struct = world.holds_struct(&ty);
        let requiredness = match random.below(4) {
            _ if word == "union" => "",
            0 => "optional ",
            1 if !holds_struct => "required ",
            _ => "",
        };
        let default = match word != "union" && !holds_struct && random.one_in(3) {
            true => format!(" = {}", world.value(random, file, &ty, 2, 0)),
            false => String::new(),
        };
        let docs = comment(random).replace('\n', "\n  ");
        let end = *random.pick(&[",", ";", ""]);
        let ty_text = world.text(file, &ty);
        let notes = annotations(random);
        let _ = writeln!(
            body,
            "  {docs}{id}: {requiredness}{ty_text} {name}{default}{notes}{end}"
        );
        members.push(Field {
            name,
            ty,
            required: requiredness == "required ",
        });
    }
    (body, members)
}

fn constants(random: &mut Random, names: &mut Scope, world: &mut World, file: usize) -> String {
    let mut out = String::new();
    for _ in 0..random.below(6) {
        let (name, ty) = (names.name(random), world.any_type(random, file, 2));
        let value = world.value(random, file, &ty, 3, 0);
        let _ = writeln!(
            out,
            "{}const {} {name} = {value}",
            comment(random),
            world.text(file, &ty)
        );
        let kind = Kind::Const(ty);
        world.known.push(Known { file, name, kind });
    }
    out + "\n"
}

/// A service that later ones may extend: its name as the defining file writes it, its file, the names
/// of its methods.
pub(crate) struct Service {
    name: String,
    file: usize,
    methods: Scope,
}

fn service(
    random: &mut Random,
    names: &mut Scope,
    world: &World,
    file: usize,
    services: &mut Vec<Service>,
) -> String {
    let name = names.name(random);
    let base = (!services.is_empty() && random.one_in(2)).then(|| services.len() - 1);
    let (extends, mut methods) = match base.map(|index| &services[index]) {
        Some(base) if base.file == file => {
            (format!(" extends {}", base.name), base.methods.clone())
        }
        Some(base) => {
            let stem = &world.stems[base.file];
            (
                format!(" extends {stem}.{}", base.name),
                base.methods.clone(),
            )
        }
        None => (String::new(), Scope::new()),
    };
    let mut body = String::new();
    for _ in 0..random.below(6) {
        let method = methods.name(random);
        body += &format!("  {}", comment(random).replace('\n', "\n  "));
        body += &function(random, world, file, &method);
    }
    let text = format!(
        "service {name}{extends} {{\n{body}}}{}\n\n",
        annotations(random)
    );
    services.push(Service {
        name,
        file,
        methods,
    });
    text
}

fn function(random: &mut Random, world: &World, file: usize, name: &str) -> String {
    let messages = world.visible(file, |kind| {
        matches!(kind, Kind::Struct(_) | Kind::Union(_))
    });
    if !messages.is_empty() && random.one_in(2) {
        let (request, response) = (*random.pick(&messages), *random.pick(&messages));
        let mode = random.pick(&["client", "server", "bidirectional"]);
        let (request, response) = (world.name(file, request), world.name(file, response));
        return format!(
            "{response} {name}(1: {request} {}) (streaming.mode = \"{mode}\")\n",
            Scope::new().name(random)
        );
    }
    let mut scope = Scope::new();
    let mut args = String::new();
    for id in 1..=random.below(4) {
        let ty = world.any_type(random, file, 2);
        let _ = write!(
            args,
            "{id}: {} {}, ",
            world.text(file, &ty),
            scope.name(random)
        );
    }
    if random.one_in(6) {
        return format!("oneway void {name}({args})\n");
    }
    let result = match random.one_in(4) {
        true => "void".to_owned(),
        false => world.text(file, &world.any_type(random, file, 2)),
    };
    let mut exceptions = world.visible(file, |kind| matches!(kind, Kind::Exception(_)));
    exceptions.truncate(random.below(3));
    let mut scope = Scope::new();
    let thrown: Vec<String> = exceptions
        .iter()
        .zip(1..)
        .map(|(index, id)| format!("{id}: {} {}", world.name(file, *index), scope.name(random)))
        .collect();
    let throws = match thrown.is_empty() {
        true => String::new(),
        false => format!(" throws ({})", thrown.join(", ")),
    };
    format!(
        "{result} {name}({args}){throws}{}\n",
        random.pick(&[",", ";", ""])
    )
}

fn comment(random: &mut Random) -> String {
    match random.below(8) {
        0 => "/** About `it` <b>, [see](this) */\n".to_owned(),
        1 => "// ```\n// let x = 1\n".to_owned(),
        2 => "# 数 */ */\n".to_owned(),
        3 => "/* # Heading\n * - list\n      code\n */\n".to_owned(),
        _ => String::new(),
    }
}

fn annotations(random: &mut Random) -> String {
    match random.below(12) {
        0 => " (api.note = 'x', go.tag = \"json:\\\"a\\\"\")".to_owned(),
        1 => " (deprecated)".to_owned(),
        2 => " (a.b.c = '';)".to_owned(),
        _ => String::new(),
    }
}
