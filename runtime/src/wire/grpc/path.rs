//! The `:path` of a request: `/package.Service/Method` (grpc-and-pingpong.md A.2).

use faststr::FastStr;

use super::status::grpc;
use crate::error::{Code, Error, Result};

/// The path of a method; all names as the IDL spells them.
#[must_use]
pub fn format(package: &str, service: &str, method: &str) -> String {
    match package {
        "" => format!("/{service}/{method}"),
        package => format!("/{package}.{service}/{method}"),
    }
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Everything before the service's last dot; empty without one. Kitex's Thrift clients write
    /// the last segment of the Go namespace here, Protobuf clients the whole package.
    pub package: FastStr,
    /// The name of the service without its package.
    pub service: FastStr,
    /// The method.
    pub method: FastStr,
}

/// Takes a path apart: one leading `/` is dropped, then the last `/` separates the method and the
/// last `.` before it the service.
///
/// # Errors
/// Status 13 for a path without a `/` between service and method (statement 10).
pub fn parse(path: &str) -> Result<Path> {
    let (service, method) = path
        .strip_prefix('/')
        .unwrap_or(path)
        .rsplit_once('/')
        .ok_or_else(|| malformed(path))?;
    let (package, service) = service.rsplit_once('.').unwrap_or(("", service));
    Ok(Path {
        package: FastStr::new(package),
        service: FastStr::new(service),
        method: FastStr::new(method),
    })
}

fn malformed(path: &str) -> Error {
    grpc(
        Code::INTERNAL,
        format!("malformed method name, method={path:?}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g05_the_package_of_generated_code_stands_before_the_service() {
        assert_eq!(format("c", "S", "m"), "/c.S/m");
        assert_eq!(format("a.b.c", "S", "m"), "/a.b.c.S/m");
    }

    #[test]
    fn g06_a_path_without_package() {
        assert_eq!(format("", "S", "m"), "/S/m");
    }

    #[test]
    fn g07_the_service_is_what_follows_the_last_dot() {
        for (path, package) in [("/S/m", ""), ("/x.S/m", "x"), ("/x.y.S/m", "x.y")] {
            let parsed = parse(path).unwrap();
            assert_eq!(
                (&*parsed.package, &*parsed.service, &*parsed.method),
                (package, "S", "m")
            );
        }
    }

    #[test]
    fn g10_a_path_without_a_second_slash_is_status_13() {
        for path in ["/S", "S", "/", ""] {
            let error = parse(path).unwrap_err();
            assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
            assert_eq!(
                error.message(),
                format!("malformed method name, method={path:?}")
            );
        }
    }

    #[test]
    fn only_one_leading_slash_is_dropped_and_the_last_slash_separates() {
        let parsed = parse("//a/b").unwrap();
        assert_eq!((&*parsed.service, &*parsed.method), ("/a", "b"));
    }
}
