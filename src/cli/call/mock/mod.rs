//! `streamgen mock`: a server of an IDL whose answers are in a file, or generated.

mod answer;
mod args;
mod handler;
mod matching;
mod parse;
mod place;
mod rules;

use std::sync::Arc;

use streamgen_dynamic::server::JsonService;
use streamgen_dynamic::{EnumForm, JsonOptions};
use streamgen_runtime::Server;
use tokio::signal;

pub(super) use args::MockArgs;

use super::ending::Ending;
use super::run::ended;
use super::tls_args::TlsArgs;
use super::{find, print, tls};
use handler::Mock;

/// Serves until Ctrl-C.
pub(super) fn run(args: &MockArgs) -> Result<(), Ending> {
    let schema = find::schema(&args.idl, &TlsArgs::default())?;
    let rules = match &args.rules {
        Some(path) => rules::read(path, &schema)?,
        None => Vec::new(),
    };
    let rules = Arc::new(rules);
    let mut server = match (&args.tls_cert, &args.tls_key) {
        (Some(chain), Some(key)) => {
            let clients = args.tls_client_ca.as_deref();
            Server::builder().tls(tls::server(chain, key, clients)?)
        }
        _ => Server::builder(),
    };
    let mut names = Vec::new();
    for service in schema.services() {
        names.push(service.name().to_owned());
        let mock = Mock {
            service: service.clone(),
            rules: Arc::clone(&rules),
            seed: args.seed,
            verbose: args.verbose,
        };
        server = server.add_service(JsonService::new(&service, mock)?.with_json_options(options()));
    }
    if names.is_empty() {
        return Err(Ending::failure("the IDL has no service"));
    }
    ended(async {
        let server = server.bind(args.addr.clone()).await?;
        let address = server.local_addr()?;
        print::line(&format!("serving {} on {address}", names.join(", ")))?;
        let stopped = async { drop(signal::ctrl_c().await) };
        Ok(server.serve_with_shutdown(stopped).await?)
    })
}

/// Rules and requests have the names of enums.
fn options() -> JsonOptions {
    JsonOptions::new().enums(EnumForm::Name)
}
