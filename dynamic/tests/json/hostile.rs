//! IDLs of a few lines whose defaults, examples or inherited methods would fill any memory, or overflow the
//! stack. Loading them is an error, or the result is bounded.

use std::fmt::Write as _;

use streamgen_dynamic::{LoadError, Method, Provider, Schema};

fn load(idl: String) -> Result<Schema, LoadError> {
    Provider::text("hostile.thrift", idl).load()
}

/// `S0`, and structs that hold the one before: `fields` names that one `S`.
fn tower(levels: usize, fields: &str) -> String {
    let mut idl = "struct S0 { 1: string text = \"some\" }\n".to_owned();
    for at in 1..levels {
        let fields = fields.replace('S', &format!("S{}", at - 1));
        writeln!(idl, "struct S{at} {{ {fields} }}").expect("a string takes all");
    }
    idl
}

fn call_of_top(levels: usize, fields: &str) -> Method {
    let top = levels - 1;
    let service = format!("service Large {{ void Call(1: S{top} it) }}");
    let schema = load(tower(levels, fields) + &service).expect("the IDL is right");
    let service = schema.last_service().expect("there is one");
    service.method("Call").expect("it is there")
}

#[test]
fn defaults_that_double_again_and_again_are_an_error() {
    let error = load(tower(40, "1: S a = {}, 2: S b = {}")).expect_err("2 to the power of 40");
    let error = error.to_string();
    assert!(error.starts_with("hostile.thrift:"), "{error}");
    assert!(
        error.contains("the default values of the IDL take more than 67108864 bytes"),
        "{error}"
    );
}

#[test]
fn defaults_that_nest_too_deep_are_an_error() {
    let error = load(tower(5_000, "1: S a = {}")).expect_err("no message is as deep");
    let error = error.to_string();
    assert!(
        error.contains("the default value nests deeper than 126 levels"),
        "{error}"
    );
    assert!(error.ends_with("more errors"), "{error}");
}

#[test]
fn an_example_of_required_fields_is_bounded() {
    let wide = call_of_top(40, "1: required S a, 2: required S b").template();
    assert!(wide.len() < 4 * 1024 * 1024, "{} bytes", wide.len());
    let deep = call_of_top(5_000, "1: required S a").template();
    assert!(deep.len() < 1024 * 1024, "{} bytes", deep.len());
}

/// For each field, it has to be known whether it leads back: to look through all structs each time would take
/// minutes.
#[test]
fn an_example_of_many_structs_takes_no_time() {
    let mut idl = tower(3_000, "1: optional S a, 2: optional S b");
    let fields: String = (1..3_000).map(|at| format!("{at}: S2999 f{at} ")).collect();
    write!(
        idl,
        "struct Top {{ {fields} }} service Large {{ void Call(1: Top it) }}"
    )
    .expect("a string takes all");
    let service = load(idl).expect("the IDL is right").last_service();
    let method = service.expect("there is one").method("Call");
    let example = method.expect("it is there").template();
    assert!(example.len() < 1024 * 1024, "{} bytes", example.len());
}

#[test]
fn inherited_methods_are_bounded() {
    let methods: String = (0..1_000).map(|at| format!("void m{at}() ")).collect();
    let mut idl = format!("service Base {{ {methods} }}\n");
    for at in 0..200 {
        writeln!(idl, "service S{at} extends Base {{}}").expect("a string takes all");
    }
    let error = load(idl).expect_err("two hundred thousand").to_string();
    let text = "the services of the IDL have more than 100000 methods, inherited ones counted";
    assert!(error.contains(text), "{error}");
}

#[test]
fn typedefs_that_double_are_read_in_no_time() {
    let mut idl = "typedef map<string, string> T0\n".to_owned();
    for at in 1..11 {
        let inner = at - 1;
        writeln!(idl, "typedef map<T{inner}, T{inner}> T{at}").expect("a string takes all");
    }
    for at in 0..5_000 {
        writeln!(idl, "struct A{at} {{ 1: T10 it }}").expect("a string takes all");
    }
    assert!(load(idl).is_ok());
}
