//! A value that the environment may hold.

use std::str::FromStr;

/// A value, or nothing where the text is empty: a workflow sets a variable that isn't configured to just that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting<T>(Option<T>);

impl<T> Setting<T> {
    /// What it is set to, if it is given and isn't empty.
    pub(super) fn value(given: &Option<Self>) -> Option<&T> {
        given.as_ref().and_then(|setting| setting.0.as_ref())
    }
}

impl<T: FromStr> FromStr for Setting<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|value| Self(Some(value))) }
    }
}
