//! The snapshots that are libraries, a module each. Those with a program are examples of this
//! package.

#[path = "annotations/src/lib.rs"]
pub mod annotations;
#[path = "dialects/src/lib.rs"]
pub mod dialects;
#[path = "fields/src/lib.rs"]
pub mod fields;
#[path = "large/src/lib.rs"]
pub mod large;
#[path = "lexical/src/lib.rs"]
pub mod lexical;
#[path = "proto2/src/lib.rs"]
pub mod proto2;
#[path = "proto3/src/lib.rs"]
pub mod proto3;
#[path = "proto-names/src/lib.rs"]
pub mod proto_names;
#[path = "recursion/src/lib.rs"]
pub mod recursion;
#[path = "shapes/src/lib.rs"]
pub mod shapes;
#[path = "types/src/lib.rs"]
pub mod types;
#[path = "values/src/lib.rs"]
pub mod values;
