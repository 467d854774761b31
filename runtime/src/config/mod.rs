//! Settings that change while a program runs, from a file or a configuration center, in the JSON of Kitex's
//! suites. The guide, with all fields, is `docs/config.md` in the repository.
//!
//! A client or a server asks its [`ConfigSource`] for documents. What a document says holds for each call
//! that begins afterwards, instead of what the builder has set; an option of the call itself is stronger. When
//! a document is gone, the builder's settings hold again.
//!
//! ```
//! use streamgen_runtime::config::ConfigFile;
//! # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
//! builder.config("ClientName", ConfigFile::new("/etc/shop/kitex.json"))
//! # }
//! ```

mod category;
mod events;
mod file;
mod json;
mod names;
mod parse;
mod settings;
mod source;
mod watching;

pub use category::Category;
pub use file::ConfigFile;
pub use names::ConfigNames;
pub use source::{ConfigSource, ConfigUpdates};

pub(crate) use settings::Settings;
pub(crate) use watching::Watching;
