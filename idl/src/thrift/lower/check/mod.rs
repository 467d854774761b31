//! Rules about types and services, one theme a file.

mod extends;
mod header;
mod recursion;
mod streaming;
mod throws;
mod typedef;

pub(super) use header::{late_header, namespace_name, repeated_namespace};

use super::definitions::Definitions;
use super::symbols::Symbols;
use crate::report::Report;

/// Runs all checks that need no values. Definitions in circles of typedefs and services are taken
/// out first, so that later steps may follow them without looking.
pub(super) fn all(symbols: &Symbols<'_>, definitions: &mut Definitions, report: &mut Report) {
    typedef::check(definitions, symbols, report);
    extends::check(definitions, symbols, report);
    recursion::check(definitions, report);
    throws::check(definitions, report);
    streaming::check(definitions, report);
}
