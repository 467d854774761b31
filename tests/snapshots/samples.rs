//! The samples, each on both surfaces if they differ: whole projects below `snapshots/`.

use crate::case::{Case, classic, snapshot};

pub(crate) const CASES: &[Case] = &[
    snapshot(
        "idl-samples/annotations.thrift",
        "snapshots/annotations",
        None,
    ),
    snapshot("idl-samples/dialects.thrift", "snapshots/dialects", None),
    snapshot(
        "idl-samples/echo.thrift",
        "snapshots/echo",
        Some("snapshot-echo"),
    ),
    snapshot("idl-samples/fields.thrift", "snapshots/fields", None),
    snapshot(
        "idl-samples/includes/shop.thrift",
        "snapshots/includes",
        Some("shop.orders"),
    ),
    snapshot(
        "idl-samples/names.thrift",
        "snapshots/names",
        Some("snapshot-names"),
    ),
    snapshot("idl-samples/recursion.thrift", "snapshots/recursion", None),
    snapshot(
        "idl-samples/services.thrift",
        "snapshots/services",
        Some("snapshot-services"),
    ),
    snapshot("idl-samples/large.thrift", "snapshots/large", None),
    snapshot("idl-samples/lexical.thrift", "snapshots/lexical", None),
    snapshot("idl-samples/shapes.thrift", "snapshots/shapes", None),
    snapshot("idl-samples/types.thrift", "snapshots/types", None),
    snapshot("idl-samples/values.thrift", "snapshots/values", None),
    snapshot(
        "idl-samples/chat.proto",
        "snapshots/chat",
        Some("snapshot-chat"),
    ),
    snapshot(
        "idl-samples/pow.proto",
        "snapshots/pow",
        Some("snapshot-pow"),
    ),
    snapshot(
        "idl-samples/sqrt.proto",
        "snapshots/sqrt",
        Some("snapshot-sqrt"),
    ),
    snapshot(
        "idl-samples/sum.proto",
        "snapshots/sum",
        Some("snapshot-sum"),
    ),
    snapshot(
        "idl-samples/proto/names.proto",
        "snapshots/proto-names",
        None,
    ),
    snapshot("idl-samples/proto/proto2.proto", "snapshots/proto2", None),
    snapshot("idl-samples/proto/proto3.proto", "snapshots/proto3", None),
    snapshot(
        "idl-samples/proto/shop/orders.proto",
        "snapshots/proto-imports",
        Some("shop.orders.pb"),
    ),
    classic(
        "idl-samples/annotations.thrift",
        "snapshots/classic/annotations",
        None,
    ),
    classic("idl-samples/echo.thrift", "snapshots/classic/echo", None),
    classic(
        "idl-samples/includes/shop.thrift",
        "snapshots/classic/includes",
        None,
    ),
    classic("idl-samples/names.thrift", "snapshots/classic/names", None),
    classic(
        "idl-samples/services.thrift",
        "snapshots/classic/services",
        Some("snapshot-classic-services"),
    ),
    classic(
        "idl-samples/chat.proto",
        "snapshots/classic/chat",
        Some("snapshot-classic-chat"),
    ),
    classic("idl-samples/pow.proto", "snapshots/classic/pow", None),
    classic("idl-samples/sqrt.proto", "snapshots/classic/sqrt", None),
    classic("idl-samples/sum.proto", "snapshots/classic/sum", None),
    classic(
        "idl-samples/proto/names.proto",
        "snapshots/classic/proto-names",
        None,
    ),
    classic(
        "idl-samples/proto/proto3.proto",
        "snapshots/classic/proto3",
        None,
    ),
];
