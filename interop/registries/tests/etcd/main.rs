//! Servers and clients of ours and of Kitex that find each other in a real etcd, of Debian's package, and have
//! their settings there.

#[path = "../../../../tests/alone/mod.rs"]
mod alone;
mod auth;
mod config;
mod environment;
mod instances;
mod kitex;
#[path = "../../../peer/tests/support/kitex.rs"]
mod kitex_programs;
mod life;
mod server;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;
