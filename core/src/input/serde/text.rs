//! Texts that are read as every other way in reads them, and are refused in the same words.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::message::refused;
use crate::Reason;
use crate::input::fields;

/// Reads a text by a function of [`fields`].
pub(super) struct Text<T, F> {
    read: F,
    value: PhantomData<T>,
}

impl<T, F: for<'t> Fn(&'t str) -> Result<T, Reason<'t>>> Text<T, F> {
    pub(super) fn new(read: F) -> Self {
        Self { read, value: PhantomData }
    }
}

impl<T, F: for<'t> Fn(&'t str) -> Result<T, Reason<'t>>> Visitor<'_> for Text<T, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(refused)
    }
}

/// The name of a window or an exception, of which a typed one has none: it is checked, and left out.
pub(super) struct Name;

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text::new(|text| fields::name(fields::characters(text)).map(|()| Self)))
    }
}
