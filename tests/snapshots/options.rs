//! The crates below `tests/options/`, each of which shows one option.

use streamgen::{BytesType, MapType, StringType};

use crate::case::{Case, option};

pub(crate) const CASES: &[Case] = &[
    option(
        "tests/options/strings/strings.thrift",
        "tests/options/strings",
        |types| {
            types.strings = StringType::String;
            types.bytes = BytesType::Vec;
        },
    ),
    option(
        "tests/options/maps/maps.thrift",
        "tests/options/maps",
        |types| types.maps = MapType::BTree,
    ),
    option(
        "tests/options/serde/serde.thrift",
        "tests/options/serde",
        |types| types.serde = true,
    ),
    option(
        "tests/options/unknown-fields/unknown_fields.thrift",
        "tests/options/unknown-fields",
        |types| {
            types.keep_unknown_fields = true;
            types.serde = true;
        },
    ),
    option(
        "tests/options/attributes/attributes.thrift",
        "tests/options/attributes",
        |types| {
            types.type_attributes = vec![
                parsed(".=#[derive(PartialOrd)]"),
                parsed("attributes.Point=#[derive(Copy, Eq)]"),
                parsed("Colour=#[repr(transparent)]"),
            ];
            types.field_attributes = vec![
                parsed("Point.x=#[doc(alias = \"abscissa\")]"),
                parsed(".samples.attributes.Colour=#[doc(hidden)]"),
            ];
            types.skip_debug = vec![parsed("Token")];
        },
    ),
    option(
        "tests/options/annotations/annotations.thrift",
        "tests/options/annotations",
        |_| (),
    ),
    option(
        "tests/options/extern-path/shapes.thrift",
        "tests/options/extern-path",
        |types| {
            types.extern_paths = vec![
                parsed("samples.types=::snapshots::types::stream_gen::samples::types"),
                parsed("colours.Colour=crate::colour::Colour"),
            ];
        },
    ),
    option(
        "tests/options/only-reachable/orders.thrift",
        "tests/options/only-reachable",
        |types| types.only_reachable = true,
    ),
    Case {
        set: |options| options.default_handlers = true,
        ..option(
            "tests/options/default-handlers/defaults.thrift",
            "tests/options/default-handlers",
            |_| (),
        )
    },
    option(
        "tests/options/enum-as-text/levels.thrift",
        "tests/options/enum-as-text",
        |types| {
            types.serde = true;
            types.enum_as_text = true;
        },
    ),
    Case {
        set: |options| options.combine_service = true,
        ..option(
            "tests/options/combine-service/desk.thrift",
            "tests/options/combine-service",
            |_| (),
        )
    },
    Case {
        set: |options| options.invoker = true,
        ..option(
            "tests/options/invoker/greeter.thrift",
            "tests/options/invoker",
            |_| (),
        )
    },
    Case {
        set: |options| options.mock = true,
        ..option(
            "tests/options/mock/desk.thrift",
            "tests/options/mock",
            |_| (),
        )
    },
    Case {
        set: |options| options.mock = true,
        streamx: false,
        ..option(
            "tests/options/proto-mock/desk.proto",
            "tests/options/proto-mock",
            |_| (),
        )
    },
    Case {
        set: |options| options.idl_ref = Some("tests/options/idl-ref/idl-ref.yaml".into()),
        ..option(
            "tests/options/idl-ref/figures.thrift",
            "tests/options/idl-ref",
            |_| (),
        )
    },
    option(
        "tests/options/proto-types/types.proto",
        "tests/options/proto-types",
        |types| {
            types.bytes = BytesType::Vec;
            types.maps = MapType::BTree;
        },
    ),
    option(
        "tests/options/proto-field-types/pages.proto",
        "tests/options/proto-field-types",
        |types| {
            types.bytes_of = vec![parsed("Page.image=vec"), parsed("Page.raw=vec")];
            types.maps_of = vec![parsed(".samples.pages=btree"), parsed("Index.by_name=hash")];
        },
    ),
    option(
        "tests/options/proto-attributes/attributes.proto",
        "tests/options/proto-attributes",
        |types| {
            types.type_attributes = vec![
                parsed(".=#[derive(PartialOrd)]"),
                parsed("attributes.Point=#[derive(Copy, Ord)]"),
                parsed("Mark.place=#[derive(Ord)]"),
                parsed("user_name=#[derive(Ord)]"),
            ];
            types.field_attributes = vec![
                parsed("Point.x=#[doc(alias = \"abscissa\")]"),
                parsed(".samples.attributes.Colour=#[doc(hidden)]"),
            ];
            types.skip_debug = vec![parsed("Token")];
        },
    ),
    option(
        "tests/options/proto-extern-path/shapes.proto",
        "tests/options/proto-extern-path",
        |types| {
            types.extern_paths = vec![
                parsed("samples.proto3=::snapshots::proto3::stream_gen::samples::proto3"),
                parsed(".samples.pens.Pen=crate::pen::Pen"),
            ];
        },
    ),
    option(
        "tests/options/proto-well-known/times.proto",
        "tests/options/proto-well-known",
        |types| types.compile_well_known_types = true,
    ),
    option(
        "tests/options/proto-only-reachable/orders.proto",
        "tests/options/proto-only-reachable",
        |types| types.only_reachable = true,
    ),
];

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("it is a value of the option")
}
