//! A server of the guide's services without generated code: a handler of JSON, and the IDLs.

use streamgen_dynamic::Provider;
use streamgen_dynamic::server::JsonService;
use streamgen_runtime::Server;

use crate::echo::Echo;
use crate::servers::{RESPONSES, spawned};
use crate::{Idl, PROTO, THRIFT};

/// A server of both services on a free port, which ends with the test: its address.
pub(crate) async fn ours() -> String {
    let server = Server::builder()
        .add_service(service(THRIFT))
        .add_service(service(PROTO));
    spawned(server).await
}

fn service(idl: Idl) -> JsonService<Echo> {
    let schema = Provider::file(idl.path()).load().expect("the IDL is right");
    let service = schema.service(idl.service).expect("it is there");
    let echo = Echo {
        responses: RESPONSES,
    };
    JsonService::new(&service, echo).expect("there are few services")
}
