//! A schedule from JSON, without allocation, under the names that the resource's `spec` has for its fields.
//!
//! What finds the place of an error has to read JSON anyway, so this reads it once and for all: `scan` is the grammar, `values` the
//! types and `document` the fields, and all of them go over the bytes where they are. What serde-json-core takes for the same, and
//! says of errors, is a table in [the design](crate::design).

mod code;
mod document;
mod find;
mod problem;
mod scan;
mod text;
mod values;

pub use find::find;
pub use problem::{JsonPath, JsonProblem, JsonReason, JsonType, Syntax};

use crate::input::from_spec::look;
use crate::zone::{Zone, Zones};
use crate::{Invalid, Schedule};
use document::OfJson;

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, Z: Zone>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, Z>
{
    /// Reads a schedule from JSON, checks and compiles it.
    ///
    /// The fields are `timezone`, `defaultReplicas` (1), `windows`, `exceptions`, `holidayMode`, `holidayReplicas` and `holidays`, with
    /// the meanings that they have in the `spec` of a `TimeWindowScaler`; `holidays` is a list of what [`Holiday`](crate::Holiday)
    /// reads. `null` is as good as leaving a field out. There may be as many of each as there is room for.
    ///
    /// It moves the schedule to return it, which takes the stack of two; [`Schedule::set_json`] does without.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// let json = br#"{
    ///     "timezone": "Europe/Zurich",
    ///     "windows": [{"days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10}],
    ///     "holidayMode": "treat-as-closed",
    ///     "holidays": ["12-25", "2026-12-28..2026-12-31"]
    /// }"#;
    /// let schedule = Schedule::<8, 8, 32>::from_json(json, HOME, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.holidays().count(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] when anything is wrong; `report` has then been called with every [`JsonProblem`] there is, each with
    /// its field and the offset of its byte. Only what breaks the grammar of JSON is alone: nothing is read behind it.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// let json = br#"{"timezone": "Etc/UTC", "windows": [{"start": "9:00", "end": "17:00"}]}"#;
    /// let mut problems = Vec::new();
    /// let refused = Schedule::<8, 8, 32>::from_json(json, TimeZone::UTC, |problem| problems.push(problem.to_string()));
    /// assert!(refused.is_err());
    /// assert_eq!(problems, [
    ///     "windows[0].replicas (byte 36): missing: write a whole number from 0 up",
    ///     "windows[0].start (byte 46): \"9:00\" is no time of day: \
    ///      write HH:MM with two digits each, 00:00 to 23:59, such as 09:00",
    /// ]);
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn from_json(
        json: &[u8],
        zones: impl Zones<Zone = Z>,
        mut report: impl FnMut(JsonProblem<'_>),
    ) -> Result<Self, Invalid> {
        let mut source = OfJson::new(json, Self::ROOM, &mut report)?;
        let mut schedule = Self::new(look::<HOLIDAYS, Z>(&zones, &mut source)?);
        schedule.fill(None, &mut source)?;
        Ok(schedule)
    }

    /// Makes this schedule what [`Schedule::from_json`] would return, in one step and in the place where it is.
    ///
    /// It is the way for a board: no second schedule is on the stack meanwhile.
    ///
    /// ```
    /// use kyklos_core::{Schedule, TimeZone};
    ///
    /// const HOME: TimeZone = TimeZone::named("Europe/Zurich");
    /// let mut schedule = Schedule::<16, 8, 32>::new(HOME);
    /// let json = br#"{"timezone": "Europe/Zurich", "defaultReplicas": 2}"#;
    /// schedule.set_json(json, HOME, |problem| eprintln!("{problem}"))?;
    ///
    /// // A mistake later on doesn't cost a running program its schedule.
    /// assert!(schedule.set_json(br#"{"timezone": "Europe/Zurich", "default""#, HOME, |_| ()).is_err());
    /// assert_eq!(schedule.default_value(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::from_json`]; the schedule then stays as it was.
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    pub fn set_json(
        &mut self,
        json: &[u8],
        zones: impl Zones<Zone = Z>,
        mut report: impl FnMut(JsonProblem<'_>),
    ) -> Result<(), Invalid> {
        let mut source = OfJson::new(json, Self::ROOM, &mut report)?;
        let zone = look::<HOLIDAYS, Z>(&zones, &mut source)?;
        self.fill(Some(zone), &mut source)
    }
}
