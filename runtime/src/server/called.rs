//! Which methods a server has, by number: a running call is named by four bytes.

use std::sync::Mutex;

use faststr::FastStr;

use crate::service::ServiceInfo;
use crate::sync::lock;

/// All methods of a server.
#[derive(Debug, Default)]
pub(super) struct Methods(Mutex<Vec<Name>>);

/// Service and method.
type Name = (FastStr, FastStr);

/// What stands for the methods that nobody has listed.
const ANY: &str = "*";

impl Methods {
    /// Adds the methods of a service. Returns the number of the first one, which is not 0; the others
    /// follow it. `any` is the name of a service whose methods nobody has listed, empty if it takes the
    /// calls of every service.
    pub(super) fn add(&self, any: Option<&str>, info: &ServiceInfo) -> u32 {
        let mut all = lock(&self.0);
        let first = all.len() + 1;
        all.extend(info.methods.iter().map(|method| match any {
            None => (FastStr::new(info.name), FastStr::new(method.name)),
            Some("") => (ANY.into(), ANY.into()),
            Some(name) => (FastStr::new(name), ANY.into()),
        }));
        // No server has more methods than a `u32` counts; 0 says that a method is on no list.
        u32::try_from(first).unwrap_or(0)
    }

    /// Service and method of that number.
    pub(super) fn name(&self, number: u32) -> Name {
        let all = lock(&self.0);
        let index = usize::try_from(number)
            .ok()
            .and_then(|it| it.checked_sub(1));
        let found = index.and_then(|index| all.get(index));
        found.cloned().unwrap_or((ANY.into(), ANY.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{MethodInfo, Mode, PayloadCodec, Transport};

    #[test]
    fn a_number_names_service_and_method() {
        const METHODS: &[MethodInfo] = &[
            MethodInfo::new("Echo", Mode::PingPong),
            MethodInfo::new("Chat", Mode::BidiStreaming),
        ];
        let (payload, transport) = (PayloadCodec::Thrift, Transport::TtHeaderStreaming);
        let info = ServiceInfo::new("Service", "package", payload, transport, METHODS);
        let methods = Methods::default();
        let first = methods.add(None, &info);
        let any = methods.add(Some("Other"), &info);
        let unknown = methods.add(Some(""), &info);
        let name = |number| {
            let (service, method) = methods.name(number);
            format!("{service}/{method}")
        };
        assert_eq!(name(first), "Service/Echo");
        assert_eq!(name(first + 1), "Service/Chat");
        assert_eq!(name(any + 1), "Other/*");
        assert_eq!(name(unknown), "*/*");
        assert_eq!(name(0), "*/*", "a call that no method was found for");
    }
}
