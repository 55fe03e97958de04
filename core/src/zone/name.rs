//! The name of a zone as a value.

use core::fmt;

#[cfg(feature = "tzdb")]
use super::packed_names::Letters;

/// The name of a [`TimeZone`](crate::TimeZone): text of at most a few dozen ASCII letters.
///
/// ```
/// use kyklos_core::TimeZone;
///
/// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
/// let name = HOME.name();
/// assert_eq!(name, "Europe/Zurich");
/// assert_eq!(name.as_str().split('/').next_back(), Some("Zurich"));
/// ```
#[derive(Clone, Copy)]
pub struct ZoneName(Text);

#[derive(Clone, Copy)]
enum Text {
    Given(&'static str),
    #[cfg(feature = "tzdb")]
    Spelled(Letters),
}

impl ZoneName {
    /// A name that is in the program.
    pub(super) const fn given(name: &'static str) -> Self {
        Self(Text::Given(name))
    }

    /// A name that was packed.
    #[cfg(feature = "tzdb")]
    pub(super) const fn spelled(letters: Letters) -> Self {
        Self(Text::Spelled(letters))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Given(name) => name,
            // Always ASCII, which the compiler can't know.
            #[cfg(feature = "tzdb")]
            Text::Spelled(letters) => str::from_utf8(letters.as_bytes()).unwrap_or_default(),
        }
    }
}

impl AsRef<str> for ZoneName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for ZoneName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ZoneName {}

impl PartialEq<str> for ZoneName {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ZoneName {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<ZoneName> for str {
    fn eq(&self, other: &ZoneName) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<ZoneName> for &str {
    fn eq(&self, other: &ZoneName) -> bool {
        *self == other.as_str()
    }
}

impl Ord for ZoneName {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for ZoneName {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl core::hash::Hash for ZoneName {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
