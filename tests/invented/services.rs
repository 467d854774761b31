//! Services of an invented IDL.

use std::fmt::Write as _;

use crate::document::{annotations, comment};
use crate::names::Scope;
use crate::random::Random;
use crate::types::{Kind, World};

/// A service that later ones may extend: its name as the defining file writes it, its file, the names
/// of its methods.
pub(crate) struct Service {
    name: String,
    file: usize,
    methods: Scope,
}

pub(crate) fn service(
    random: &mut Random,
    names: &mut Scope,
    world: &World,
    file: usize,
    services: &mut Vec<Service>,
) -> String {
    let name = names.name(random);
    let visible = |base: &Service| world.visible[file].contains(&base.file);
    let bases: Vec<&Service> = services.iter().filter(|base| visible(base)).collect();
    let base = (!bases.is_empty() && random.one_in(2)).then(|| *random.pick(&bases));
    let (extends, mut methods) = match base {
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
        let mode = random.pick(&["client", "server", "bidirectional", "unary"]);
        let (request, response) = (world.name(file, request), world.name(file, response));
        return format!(
            "{response} {name}(1: {request} {}) (streaming.mode = \"{mode}\")\n",
            Scope::new().name(random)
        );
    }
    let args = arguments(random, world, file);
    if random.one_in(6) {
        let word = random.pick(&["oneway", "async"]);
        return format!("{word} void {name}({args}){}\n", annotations(random));
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

fn arguments(random: &mut Random, world: &World, file: usize) -> String {
    let mut scope = Scope::new();
    let mut out = String::new();
    for id in 1..=random.below(4) {
        let ty = world.any_type(random, file, 2);
        let requiredness = *random.pick(&["", "", "required ", "optional "]);
        let default = match random.one_in(5) && !world.holds_struct(&ty, file) {
            true => format!(" = {}", world.value(random, file, &ty, 2, 0)),
            false => String::new(),
        };
        let (ty, name) = (world.text(file, &ty), scope.name(random));
        let _ = write!(out, "{id}: {requiredness}{ty} {name}{default}, ");
    }
    out
}
