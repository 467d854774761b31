//! The path under which generated code calls a service over gRPC, and serves it
//! (`grpc-and-pingpong.md` A.2 and B; checklist G).

use std::fs;
use std::path::Path;

use streamgen::{Options, generate};

/// `/package.Service/Method` of what is generated from one file.
fn path_of(file: &str, text: &str) -> String {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("grpc-path");
    fs::create_dir_all(&dir).expect("a scratch folder can be made");
    let idl = dir.join(file);
    fs::write(&idl, text).expect("it can be written");
    let mut options = Options::new(&idl);
    options.module = Some("m".to_owned());
    options.out_dir = dir.join("out");
    let files = generate(&options).expect("the IDL is right").files;
    let mut found = files
        .iter()
        .filter_map(|(_, file)| described(&file.contents));
    let path = found.next().expect("there is a service");
    assert_eq!(found.next(), None);
    path
}

/// The path that a module's description of its service amounts to.
fn described(text: &str) -> Option<String> {
    let quoted = |before: &str| {
        let (_, rest) = text.split_once(before)?;
        Some(rest.split_once('"')?.0)
    };
    // Its first two values, each on a line of its own.
    let service = quoted("ServiceInfo::new(\n    \"")?;
    let package = quoted(&format!("    \"{service}\",\n    \""))?;
    let method = quoted("MethodInfo::new(\n        \"")?;
    Some(match package {
        "" => format!("/{service}/{method}"),
        _ => format!("/{package}.{service}/{method}"),
    })
}

#[test]
fn g05_a_thrift_path_has_the_last_part_of_the_go_namespace_in_lower_case() {
    let service = "service lower_service { string echo_unary(1: string req) }";
    for (file, header, path) in [
        (
            "some.thrift",
            "namespace go a.b.C",
            "/c.lower_service/echo_unary",
        ),
        (
            "some.thrift",
            "namespace * a.Star",
            "/star.lower_service/echo_unary",
        ),
        // What other languages are told does not count.
        (
            "Api.thrift",
            "namespace rs a.b",
            "/api.lower_service/echo_unary",
        ),
        ("Api.thrift", "", "/api.lower_service/echo_unary"),
        ("my.Api.thrift", "", "/api.lower_service/echo_unary"),
    ] {
        assert_eq!(
            path_of(file, &format!("{header}\n{service}")),
            path,
            "{header}"
        );
    }
}

#[test]
fn g05_g06_a_protobuf_path_has_the_whole_package_or_none() {
    let service = "message M {} service S { rpc m(M) returns (M); }";
    for (header, path) in [("package a.b.C;", "/a.b.C.S/m"), ("", "/S/m")] {
        let text = format!("syntax = \"proto3\"; {header} {service}");
        assert_eq!(path_of("some.proto", &text), path);
    }
}
