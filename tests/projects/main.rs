//! A folder that streamgen is run in again and again: for several IDLs, for IDLs that change, are
//! renamed or go away. What each run leaves is whole, and `streamgen.lock` says whose it is.

mod adopted;
mod at_once;
mod clashes;
mod folder;
mod histories;
mod joined;
mod leftovers;
#[path = "../random/mod.rs"]
mod random;
#[path = "../scratch/mod.rs"]
mod scratch;
