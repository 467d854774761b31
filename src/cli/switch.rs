//! Switches as Go's `flag` package has them: `-streamx`, `-streamx=true`, `-streamx=false`.

use clap::{Arg, ArgAction};

/// What makes a flag a switch.
pub(super) trait Switch {
    /// Takes an optional value behind `=`; without one it is on, and off where nobody gives it.
    fn switch(self) -> Self;
}

impl Switch for Arg {
    fn switch(self) -> Self {
        self.action(ArgAction::Set)
            .value_name("BOOL")
            .num_args(0..=1)
            .require_equals(true)
            .default_value("false")
            .default_missing_value("true")
            .value_parser(go_bool)
            .hide_default_value(true)
            .hide_possible_values(true)
    }
}

/// The spellings that Go's `flag` package takes for a boolean.
pub(super) fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("not a boolean".to_owned()),
    }
}
