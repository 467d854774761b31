//! Unary calls that are made again: Kitex's failure retry, backup request and mixed retry.
//!
//! A call that reached no handler is made again by itself, whatever its method; that needs no policy. A
//! policy makes a call again that a handler may have seen. So it is for methods that may run twice, and each
//! is named: [`ClientBuilder::retry`](crate::ClientBuilder::retry).

mod policies;
mod policy;
mod racing;

pub use policy::RetryPolicy;

pub(crate) use policies::{Configured, Kept, Lately, Policies, Policy, counted};
pub(crate) use policy::Next;
pub(crate) use racing::Racing;
