//! nacos, as Kitex's registry-nacos uses it.

mod layout;
mod location;

#[cfg(feature = "nacos")]
mod connection;
#[cfg(feature = "nacos")]
mod connections;
#[cfg(feature = "nacos")]
mod login;
#[cfg(feature = "nacos")]
mod naming;
#[cfg(feature = "nacos")]
mod registering;
#[cfg(feature = "nacos")]
mod removal;
#[cfg(feature = "nacos")]
mod resolving;
#[cfg(feature = "nacos")]
mod subscriptions;

#[cfg(feature = "nacos")]
pub use naming::Nacos;
