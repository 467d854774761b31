//! Options, as flags and as methods.

use streamgen::{BytesType, Generator, MapType, StringType};

/// The same options for either door.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) flags: &'static [&'static str],
    pub(crate) options: fn(Generator) -> Generator,
}

/// The first has as few options as can be.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "streamx",
        flags: &["-streamx"],
        options: |generator| generator.streamx(true),
    },
    Case {
        name: "types",
        flags: &[
            "-streamx",
            "-string-type=string",
            "-bytes-type=vec",
            "-map-type=btree",
        ],
        options: |generator| {
            let generator = generator.streamx(true).string_type(StringType::String);
            generator
                .bytes_type(BytesType::Vec)
                .map_type(MapType::BTree)
        },
    },
    Case {
        name: "paths",
        flags: &[
            "-streamx",
            "-bytes-type=.=vec",
            "-map-type=.=btree",
            "-type-attribute=.=#[must_use]",
            "-field-attribute=.=#[doc(alias = \"a=b\")]",
            "-skip-debug=Request",
        ],
        options: |generator| {
            let generator = generator.streamx(true).bytes_type_of(".", BytesType::Vec);
            let generator = generator
                .map_type_of(".", MapType::BTree)
                .skip_debug("Request");
            let generator = generator.type_attribute(".", "#[must_use]");
            generator.field_attribute(".", "#[doc(alias = \"a=b\")]")
        },
    },
    Case {
        name: "serde",
        flags: &["-streamx", "-serde", "-keep-unknown-fields"],
        options: |generator| {
            generator
                .streamx(true)
                .serde(true)
                .keep_unknown_fields(true)
        },
    },
    Case {
        name: "services",
        flags: &[
            "-streamx",
            "-only-reachable",
            "-default-handlers",
            "-mock",
            "-descriptors",
            "-compile-well-known-types",
        ],
        options: |generator| {
            let generator = generator.streamx(true).only_reachable(true);
            let generator = generator.default_handlers(true).descriptors(true);
            let generator = generator.mock(true);
            generator.compile_well_known_types(true)
        },
    },
    Case {
        name: "kitex",
        flags: &[
            "-streamx",
            "-combine-service",
            "-invoker",
            "-enum-as-text",
            "-no-recurse",
        ],
        options: |generator| {
            let generator = generator.streamx(true).combine_service(true);
            let generator = generator.invoker(true).enum_as_text(true);
            generator.no_recurse(true)
        },
    },
    Case {
        name: "names",
        flags: &[
            "-streamx",
            "-rename=Request=Question",
            "-rename=Scalars=Numbers",
            "-extern-path=echo.Response=::streamgen_runtime::Bytes",
        ],
        options: |generator| {
            let generator = generator.streamx(true).rename("Request", "Question");
            let generator = generator.rename("Scalars", "Numbers");
            generator.extern_path("echo.Response", "::streamgen_runtime::Bytes")
        },
    },
];
