//! The members of an object: each is known, and there once.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::message::refused;

/// The members of an object, one after the other.
pub(super) struct Members<A> {
    map: A,
    names: &'static [&'static str],
    /// A bit for each name that was there.
    seen: u16,
}

impl<'de, A: MapAccess<'de>> Members<A> {
    pub(super) const fn new(map: A, names: &'static [&'static str]) -> Self {
        Self { map, names, seen: 0 }
    }

    /// The name of the next one; its value has to be read before the one after it.
    pub(super) fn next(&mut self) -> Result<Option<&'static str>, A::Error> {
        let Some(index) = self.map.next_key_seed(Known(self.names))? else { return Ok(None) };
        let bit = 1 << index;
        let name = self.names.get(index).copied();
        if self.seen & bit != 0 {
            return Err(refused(format_args!("{}: the field is there twice: write it once", name.unwrap_or_default())));
        }
        self.seen |= bit;
        Ok(name)
    }

    /// The value of the member whose name came last. `null` is as good as leaving the member out.
    pub(super) fn value<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, A::Error> {
        self.map.next_value()
    }

    /// The same for a list, whose entries are put where they belong.
    pub(super) fn list<T: Deserialize<'de>, const N: usize>(
        &mut self,
        list: &mut heapless::Vec<T, N>,
    ) -> Result<(), A::Error> {
        self.map.next_value_seed(Entries(list))
    }
}

/// A value that has to be there.
pub(super) fn required<T, E: Error>(value: Option<T>, name: &'static str, like: &'static str) -> Result<T, E> {
    value.ok_or_else(|| refused(format_args!("{name}: missing: write {like}")))
}

/// The index of a key in a list of names.
struct Known(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Known {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Known {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        let index = self.names().position(|name| name == text);
        index.ok_or_else(|| refused(format_args!("{text:?} is an unknown field: known here are {self}")))
    }
}

impl Known {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names().enumerate().try_for_each(|(index, name)| write!(f, "{}{name}", if index == 0 { "" } else { ", " }))
    }
}

/// Fills a list in the place where it is: a second one would be on the stack meanwhile.
pub(super) struct Entries<'v, T, const N: usize>(pub(super) &'v mut heapless::Vec<T, N>);

impl<'de, T: Deserialize<'de>, const N: usize> DeserializeSeed<'de> for Entries<'_, T, N> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_option(OrNull(self))
        } else {
            deserializer.deserialize_seq(self)
        }
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for Entries<'_, T, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            if self.0.push(entry).is_err() {
                return Err(refused(format_args!("more than {N} entries: write at most {N}")));
            }
        }
        Ok(())
    }
}

/// A list, or `null` for none.
struct OrNull<L>(L);

impl<'de, L: Visitor<'de, Value = ()>> Visitor<'de> for OrNull<L> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self.0)
    }
}

/// The next value of a tuple, which has to be there.
pub(super) fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(tuple: &mut A) -> Result<T, A::Error> {
    next_seed(tuple, PhantomData)
}

pub(super) fn next_seed<'de, S: DeserializeSeed<'de>, A: SeqAccess<'de>>(
    tuple: &mut A,
    seed: S,
) -> Result<S::Value, A::Error> {
    tuple.next_element_seed(seed)?.ok_or_else(|| refused("the values end too early"))
}
