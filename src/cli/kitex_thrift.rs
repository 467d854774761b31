//! `-thrift`: thriftgo's own options. Kitex hands them on, and thriftgo ignores what it does not know;
//! here each of them is followed, said to have no effect, or refused with what to do instead.

use super::switch::go_bool;

/// What Kitex's flags come to, as far as they are options here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ThriftOptions {
    /// `keep_unknown_fields`
    pub(super) keep_unknown_fields: bool,
    /// `trim_idl`
    pub(super) trim_idl: bool,
    /// `json_enum_as_text`
    pub(super) enum_as_text: bool,
    /// `code_ref`, or one of its variants, which differ in the Go text only
    pub(super) code_ref: bool,
    /// `streamx`
    pub(super) streamx: bool,
}

/// Options that describe what the tool does anyway, or concern the Go text only, sorted.
const NO_EFFECT: &[&str] = &[
    "always_gen_json_tag",
    "apache_adaptor",
    "apache_warning",
    "compatible_names",
    "enable_ref_interface",
    "enum_as_int_32",
    "frugal_tag",
    "gen_deep_equal",
    "gen_json_tag",
    "gen_setter",
    "ignore_initialisms",
    "keep_code_ref_name",
    "naming_style",
    "nil_safe",
    "no_alias_type_reflection_method",
    "no_default_serdes",
    "no_fmt",
    "no_processor",
    "omitempty_for_optional",
    "package_prefix",
    "raw_struct",
    "reorder_fields",
    "reserve_comments",
    "scan_value_for_enum",
    "skip_empty",
    "skip_go_gen",
    "template",
    "thrift_import_path",
    "thrift_streaming",
    "typed_enum_string",
    "unescape_double_quote",
    "use_type_alias",
    "validate_set",
    "value_type_in_container",
];

/// Instead of descriptors in the program.
const USE_THE_AST: &str = "let `streamgen -emit ast` print the IDL with its annotations as JSON, and have the \
                           program include that";

/// Options whose absence would change the result, sorted, each with what to do instead.
const REFUSED: &[(&str, &str)] = &[
    (
        "enable_nested_struct",
        "Rust embeds no structs; read the field itself",
    ),
    (
        "enum_marshal",
        "use -thrift json_enum_as_text, which writes and reads the names",
    ),
    (
        "enum_unmarshal",
        "use -thrift json_enum_as_text, which writes and reads the names",
    ),
    (
        "field_mask_halfway",
        "there are no field masks; set what is not to be sent to `None`",
    ),
    (
        "field_mask_zero_required",
        "there are no field masks; set what is not to be sent to `None`",
    ),
    (
        "gen_db_tag",
        "use -field-attribute with the attribute of your database's crate",
    ),
    ("gen_type_meta", USE_THE_AST),
    ("get_enum_annotation", USE_THE_AST),
    (
        "json_stringer",
        "use -serde, and serde_json::to_string where the text is needed",
    ),
    (
        "lower_camel_style_json_tag",
        "-serde has the names of the IDL; write them there as JSON is to have them",
    ),
    (
        "snake_style_json_tag",
        "-serde has the names of the IDL; write them there as JSON is to have them",
    ),
    ("use_option", USE_THE_AST),
    (
        "with_field_mask",
        "there are no field masks; set what is not to be sent to `None`",
    ),
    ("with_reflection", USE_THE_AST),
];

impl ThriftOptions {
    /// Adds the options in the values of `-thrift`, and warnings about those without effect.
    ///
    /// # Errors
    ///
    /// The message for the first one that is refused or unknown.
    pub(super) fn add(
        &mut self,
        values: &[String],
        warnings: &mut Vec<String>,
    ) -> Result<(), String> {
        let options = values.iter().flat_map(|value| value.split(','));
        for option in options.filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, "true"));
            if let Some(setting) = self.setting(name) {
                *setting = go_bool(value).map_err(|error| format!("-thrift {option}: {error}"))?;
            } else if NO_EFFECT.contains(&name) {
                warnings.push(format!("-thrift {option} has no effect"));
            } else if go_bool(value) != Ok(false) || !is_refused(name) {
                return Err(refusal(name, option));
            }
        }
        Ok(())
    }

    fn setting(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "keep_unknown_fields" => &mut self.keep_unknown_fields,
            "trim_idl" => &mut self.trim_idl,
            "json_enum_as_text" => &mut self.enum_as_text,
            "code_ref" | "code_ref_slim" | "exp_code_ref" => &mut self.code_ref,
            "streamx" => &mut self.streamx,
            _ => return None,
        })
    }
}

fn is_refused(name: &str) -> bool {
    REFUSED.iter().any(|(refused, _)| *refused == name)
}

fn refusal(name: &str, option: &str) -> String {
    match REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((_, instead)) => format!("-thrift {option} is not supported: {instead}"),
        None => format!("-thrift {option}: thriftgo has no option `{name}`; leave it out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(values: &[&str]) -> Result<(ThriftOptions, Vec<String>), String> {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        let (mut options, mut warnings) = (ThriftOptions::default(), Vec::new());
        options.add(&values, &mut warnings)?;
        Ok((options, warnings))
    }

    #[test]
    fn options_are_split_at_commas_and_the_last_one_counts() {
        let values = [
            "json_enum_as_text,trim_idl",
            "",
            "trim_idl=false,code_ref_slim",
        ];
        let expected = ThriftOptions {
            enum_as_text: true,
            code_ref: true,
            ..ThriftOptions::default()
        };
        assert_eq!(understood(&values), Ok((expected, Vec::new())));
    }

    #[test]
    fn every_refusal_says_what_to_do_instead() {
        for (name, instead) in REFUSED {
            let said = understood(&[name]).expect_err(name);
            assert_eq!(said, format!("-thrift {name} is not supported: {instead}"));
            // Turned off, it asks for nothing.
            assert!(understood(&[&format!("{name}=false")]).is_ok(), "{name}");
        }
        let said = understood(&["gen_setters"]).expect_err("there is none");
        assert!(said.contains("no option `gen_setters`"), "{said}");
        assert!(understood(&["trim_idl=yes"]).is_err());
    }

    #[test]
    fn the_tables_are_sorted_and_do_not_overlap() {
        assert!(NO_EFFECT.is_sorted());
        assert!(REFUSED.is_sorted_by_key(|(name, _)| *name));
        for name in NO_EFFECT
            .iter()
            .copied()
            .chain(REFUSED.iter().map(|one| one.0))
        {
            assert!(ThriftOptions::default().setting(name).is_none(), "{name}");
        }
        assert!(NO_EFFECT.iter().all(|name| !is_refused(name)));
    }
}
