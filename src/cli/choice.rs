//! `-bytes-type` and `-map-type`: a word for all, or with a path in front for some fields.

use std::str::FromStr;

use crate::options::{InvalidPathOption, PathChoice, UnknownChoice};

/// One value of such a flag.
#[derive(Clone, Debug)]
pub(super) enum Choice<T> {
    /// `TYPE`
    All(T),
    /// `PATH=TYPE`
    Of(PathChoice<T>),
}

impl<T: FromStr<Err = UnknownChoice>> FromStr for Choice<T> {
    type Err = InvalidPathOption;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.contains('=') {
            true => text.parse().map(Self::Of),
            false => Ok(Self::All(text.parse::<T>()?)),
        }
    }
}

/// The choice for all, the last one or else the default, and those for some fields.
pub(super) fn sorted<T: Default>(values: Vec<Choice<T>>) -> (T, Vec<PathChoice<T>>) {
    let (mut all, mut some) = (T::default(), Vec::new());
    for value in values {
        match value {
            Choice::All(choice) => all = choice,
            Choice::Of(choice) => some.push(choice),
        }
    }
    (all, some)
}
