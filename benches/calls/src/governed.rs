//! All of the governance of calls, with nothing to do: one instance that never fails, no call that is made
//! again, and limits that nobody reaches.

use streamgen_runtime::ClientBuilder;
use streamgen_runtime::breaker::{BreakerRule, CircuitBreaker};
use streamgen_runtime::fleet::{Fleet, Instance, StaticList};
use streamgen_runtime::retry::RetryPolicy;
use streamgen_runtime::server::{CallLimit, ServerBuilder};

/// More calls than there will be, in a second and at a time.
const MOST: u32 = 1_000_000_000;

/// A client of a fleet of one `instance`, with breakers for methods and instances, and a policy for retries.
pub fn client<C>(client: ClientBuilder<C>, instance: Instance) -> ClientBuilder<C> {
    let fleet = Fleet::new(StaticList::new([instance])).breaker(BreakerRule::default());
    client
        .fleet(fleet)
        .middleware(CircuitBreaker::new())
        .retry("Unary", RetryPolicy::failure())
}

/// Limits of calls in a second and at a time, for the server and for one of its methods.
pub fn server(server: ServerBuilder) -> ServerBuilder {
    let limit = CallLimit::new().per_second(MOST).running(MOST as usize);
    server
        .call_limit(limit.clone())
        .method_call_limit("Stream", "Unary", limit)
}
