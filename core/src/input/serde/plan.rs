//! A whole schedule as typed values in lists of their own, to be a field of a larger document.

use core::fmt;

use heapless::{String, Vec};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, SerializeTuple, Serializer};

use super::members::{Entries, Members, next, next_seed, required};
use super::message::refused;
use super::text::Text;
use crate::input::fields;
use crate::zone::{Zone, Zones};
use crate::{Exception, Field, Holiday, HolidayMode, Problem, Reason, Schedule, Spec, Values, Window};

const NAMES: [&str; 7] =
    ["timezone", "defaultReplicas", "windows", "exceptions", "holidayMode", "holidayReplicas", "holidays"];

/// A schedule as it is stored, sent and read back: what [`Schedule::set_plan`] makes a schedule of.
///
/// In JSON and other formats for people it has the fields of the resource's `spec`, with the same defaults; only `timezone` has to be
/// there, `null` is as good as leaving a field out, an unknown field is an error, and so is one that is there twice. In formats for
/// machines, such as postcard's, it is its fields in their order, as numbers but for the zone.
///
/// Whatever is read is checked as by the constructors of its values, so only the zone's name can be wrong. Each list has room for as
/// many entries as its number says. A schedule counts holidays in a row as one and this list doesn't, so it may want the larger number.
///
/// ```
/// use kyklos_core::{Plan, Schedule, TimeZone};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Valve {
///     pin: u8,
///     schedule: Plan<4, 1, 16>,
/// }
///
/// let valve: Valve = serde_json::from_str(
///     r#"{"pin": 4, "schedule": {
///         "timezone": "Europe/Zurich",
///         "defaultReplicas": 17,
///         "windows": [{"days": ["Mon-Fri"], "start": "06:30", "end": "08:00", "replicas": 21}]
///     }}"#,
/// )?;
/// let mut heating = Schedule::<4, 1, 16>::new(TimeZone::UTC);
/// heating.set_plan(&valve.schedule, TimeZone::named("Europe/Zurich")).expect("this zone");
/// assert_eq!(heating.evaluate(1_780_290_000).value(), 21); // Monday 2026-06-01, 07:00 in Zurich
///
/// let refused = serde_json::from_str::<Plan<4, 1, 16>>(r#"{"timezone": "Etc/UTC", "holidays": ["25.12."]}"#);
/// assert_eq!(
///     refused.unwrap_err().to_string(),
///     "\"25.12.\" is no date: write 2026-12-25, a range 2026-12-24..2026-12-26, or for every year 12-25 or 12-24..01-02 \
///      at line 1 column 45"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # With serde-json-core
///
/// Use its `from_slice_escaped`: `from_slice` leaves escapes in texts, and a text with one is then refused, or in a name counted by
/// what it takes to write it. A letter beyond U+FFFF that is written as two escapes is refused by either. An unknown field is refused here before it could be passed over, which serde-json-core does by recursion;
/// a document around a plan wants `deny_unknown_fields` for that. The proof that nothing panics covers this crate's own reader
/// (`Schedule::set_json`), and none of the formats.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
pub struct Plan<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> {
    /// The IANA name of the zone whose wall clock the windows go by. No zone's name is longer.
    pub timezone: String<40>,
    /// `defaultReplicas`: the value where nothing else applies, at most [`VALUE_MAX`](crate::VALUE_MAX); 1 where it is left out.
    pub default_value: u32,
    /// The recurring windows. Where several are active, the last one wins.
    pub windows: Vec<Window, WINDOWS>,
    /// Spans that happen once, above windows and holidays. The last one wins.
    pub exceptions: Vec<Exception, EXCEPTIONS>,
    /// What a holiday does.
    pub holiday_mode: HolidayMode,
    /// `holidayReplicas`: the value of a holiday instead of what the mode would give, at most [`VALUE_MAX`](crate::VALUE_MAX); none with
    /// [`HolidayMode::Ignore`].
    pub holiday_value: Option<u32>,
    /// The holidays, in any order.
    pub holidays: Vec<Holiday, HOLIDAYS>,
}

/// A schedule of no windows in UTC, with 1 at all times.
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Default
    for Plan<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn default() -> Self {
        let spec = Spec::default();
        Self {
            timezone: String::try_from(spec.timezone).unwrap_or_default(),
            default_value: Spec::DEFAULT_VALUE as u32,
            windows: Vec::new(),
            exceptions: Vec::new(),
            holiday_mode: spec.holiday_mode,
            holiday_value: None,
            holidays: Vec::new(),
        }
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Plan<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// All that it has but its zone.
    fn values(&self) -> Values<'_> {
        Values {
            default_value: self.default_value,
            windows: &self.windows,
            exceptions: &self.exceptions,
            holiday_mode: self.holiday_mode,
            holiday_value: self.holiday_value,
            holidays: &self.holidays,
        }
    }

    /// What the types of its fields don't say.
    fn checked(self) -> Result<Self, Reason<'static>> {
        fields::value_of(self.default_value.into())?;
        fields::holiday_value(self.holiday_mode, self.holiday_value.map(i64::from))?;
        Ok(self)
    }
}

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// Makes this schedule what a plan says, its zone included, in one step and in the place where it is.
    ///
    /// `zones` are those that it may have, as for [`Schedule::set`].
    ///
    /// # Errors
    ///
    /// The first [`Problem`]: the zone isn't among them, there is no room for so many, or a value that the program has put there is too
    /// large. The schedule then stays as it was.
    #[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
    pub fn set_plan<'p, const W: usize, const E: usize, const H: usize>(
        &mut self,
        plan: &'p Plan<W, E, H>,
        zones: impl Zones<Zone = Z>,
    ) -> Result<(), Problem<'p>> {
        let Some(zone) = zones.get(&plan.timezone) else {
            return Err(Problem { field: Field::Timezone, reason: zones.refusal(&plan.timezone) });
        };
        self.set_values(zone, &plan.values())
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Serialize
    for Plan<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let mut tuple = serializer.serialize_tuple(NAMES.len())?;
            tuple.serialize_element(&self.timezone)?;
            tuple.serialize_element(&self.default_value)?;
            tuple.serialize_element(&self.windows)?;
            tuple.serialize_element(&self.exceptions)?;
            tuple.serialize_element(&self.holiday_mode)?;
            tuple.serialize_element(&self.holiday_value)?;
            tuple.serialize_element(&self.holidays)?;
            return tuple.end();
        }
        let mut object = serializer.serialize_struct("Plan", 6 + usize::from(self.holiday_value.is_some()))?;
        object.serialize_field("timezone", &self.timezone)?;
        object.serialize_field("defaultReplicas", &self.default_value)?;
        object.serialize_field("windows", &self.windows)?;
        object.serialize_field("exceptions", &self.exceptions)?;
        object.serialize_field("holidayMode", &self.holiday_mode)?;
        match self.holiday_value {
            Some(value) => object.serialize_field("holidayReplicas", &value)?,
            None => object.skip_field("holidayReplicas")?,
        }
        object.serialize_field("holidays", &self.holidays)?;
        object.end()
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "serde")))]
impl<'de, const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Deserialize<'de>
    for Plan<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_struct("Plan", &NAMES, Object)
        } else {
            deserializer.deserialize_tuple(NAMES.len(), Tuple)
        }
    }
}

/// The name of a zone.
struct Name(String<40>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text::new(Self::read))
    }
}

impl Name {
    /// What is longer than any zone's name is none.
    fn read(text: &str) -> Result<Self, Reason<'_>> {
        String::try_from(text).map(Self).map_err(|_| Reason::UnknownZone(text))
    }
}

/// As people have it. A list of the values alone, for which serde_json would take an object's place, isn't read.
struct Object<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize>;

impl<'de, const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Visitor<'de>
    for Object<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    type Value = Plan<WINDOWS, EXCEPTIONS, HOLIDAYS>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a schedule")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::new(map, &NAMES);
        let (mut plan, mut timezone) = (Plan::default(), None);
        while let Some(name) = members.next()? {
            match name {
                "timezone" => timezone = members.value()?,
                "defaultReplicas" => plan.default_value = members.value()?.unwrap_or(plan.default_value),
                "windows" => members.list(&mut plan.windows)?,
                "exceptions" => members.list(&mut plan.exceptions)?,
                "holidayMode" => plan.holiday_mode = members.value()?.unwrap_or_default(),
                "holidayReplicas" => plan.holiday_value = members.value()?,
                _ => members.list(&mut plan.holidays)?,
            }
        }
        Name(plan.timezone) = required(timezone, "timezone", "an IANA name such as Europe/Zurich")?;
        plan.checked().map_err(refused)
    }
}

/// As machines have it.
struct Tuple<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize>;

impl<'de, const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Visitor<'de>
    for Tuple<WINDOWS, EXCEPTIONS, HOLIDAYS>
{
    type Value = Plan<WINDOWS, EXCEPTIONS, HOLIDAYS>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the values of a schedule")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut tuple: A) -> Result<Self::Value, A::Error> {
        let mut plan = Plan::default();
        Name(plan.timezone) = next(&mut tuple)?;
        plan.default_value = next(&mut tuple)?;
        next_seed(&mut tuple, Entries(&mut plan.windows))?;
        next_seed(&mut tuple, Entries(&mut plan.exceptions))?;
        plan.holiday_mode = next(&mut tuple)?;
        plan.holiday_value = next(&mut tuple)?;
        next_seed(&mut tuple, Entries(&mut plan.holidays))?;
        plan.checked().map_err(refused)
    }
}
