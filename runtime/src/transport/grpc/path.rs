//! `:path` (A.2).

use faststr::FastStr;

use super::status;
use crate::error::Result;
use crate::service::ServiceInfo;

pub(super) struct Path {
    pub(super) package: FastStr,
    pub(super) service: FastStr,
    pub(super) method: FastStr,
}

pub(crate) fn format(service: &ServiceInfo, method: &str) -> String {
    match service.package {
        "" => format!("/{}/{method}", service.name),
        package => format!("/{package}.{}/{method}", service.name),
    }
}

pub(super) fn parse(path: &str) -> Result<Path> {
    let rest = path.strip_prefix('/').unwrap_or(path);
    let Some((service, method)) = rest.rsplit_once('/') else {
        let text = format!("malformed method name, method=\"{path}\"");
        return Err(status::grpc(status::INTERNAL, text));
    };
    let (package, service) = service.rsplit_once('.').unwrap_or(("", service));
    Ok(Path {
        package: FastStr::new(package),
        service: FastStr::new(service),
        method: FastStr::new(method),
    })
}
