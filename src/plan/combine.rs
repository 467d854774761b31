//! One service of all that the root IDL has (Kitex's `-combine-service`).
//!
//! It has the methods of each, inherited ones too, under their own names (`kitex-tool.md` 9). Clients of
//! the single services reach it wherever a server finds the method by its name alone: over every wire
//! but gRPC, as in Kitex.

use streamgen_idl::model::{DefId, Method, Schema};
use streamgen_idl::{Code, Diagnostic};

/// Kitex's name for it.
const NAME: &str = "CombineService";

/// Adds the service, and reports methods that it cannot have twice. `None` without services.
pub(crate) fn combine(schema: &mut Schema, diagnostics: &mut Vec<Diagnostic>) -> Option<DefId> {
    let services: Vec<DefId> = schema
        .services_of(schema.root)
        .map(|(def, _)| def.id)
        .collect();
    let last = *services.last()?;
    let mut methods: Vec<(DefId, Method)> = Vec::new();
    for service in services {
        for inherited in schema.methods_of(service) {
            let method = inherited.method;
            match methods.iter().find(|(_, other)| other.name == method.name) {
                Some(other) => diagnostics.push(twice(schema, (service, method), other)),
                None => methods.push((service, method.clone())),
            }
        }
    }
    let methods = methods.into_iter().map(|(_, method)| method);
    let name = free_name(schema);
    Some(schema.add_service(last, &name, methods.collect()))
}

/// With as many underscores behind it as it needs to be new, as in Kitex.
fn free_name(schema: &Schema) -> String {
    let mut name = NAME.to_owned();
    while schema
        .definitions_of(schema.root)
        .any(|def| def.name == name)
    {
        name.push('_');
    }
    name
}

fn twice(
    schema: &Schema,
    (service, method): (DefId, &Method),
    (other_service, other): &(DefId, Method),
) -> Diagnostic {
    let (service, other_service) = (schema.def(service), schema.def(*other_service));
    let message = format!(
        "`{}` and `{}` both have a method `{}`, and so cannot be combined",
        other_service.name, service.name, method.name
    );
    let report = Diagnostic::new(Code::DuplicateMethod, message);
    let report = match other.name_span == method.name_span {
        // They inherit the one method.
        true => report.label(service.name_span, "has it again, from the same base"),
        false => report
            .label(method.name_span, "again")
            .label(other.name_span, "first"),
    };
    report.help(
        "leave out -combine-service: a server takes several services, each with its own handler",
    )
}
