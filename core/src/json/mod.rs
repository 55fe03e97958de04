//! A schedule from JSON, without allocation: the fields of the resource's `spec`, under their own names.
//!
//! serde-json-core was weighed for this and left out. An error of it has neither field nor offset, it ends at the
//! first one, capacity, missing and duplicate fields are one and the same to it, and its bounds checks can't be proven
//! away. What finds the place of an error has to read JSON anyway, so this reads it once and for all: `scan` is the
//! grammar, `values` the types and `document` the fields, and all of them go over the bytes where they are.

mod document;
mod problem;
mod scan;
mod text;
mod values;

pub use problem::{JsonPath, JsonProblem, JsonReason, JsonType, Syntax};

use crate::checks::only;
use crate::{Invalid, Schedule, Zone};
use document::Find;
use values::Document;

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize> Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS> {
    /// Reads a schedule from JSON, checks and compiles it.
    ///
    /// The fields are those of the `spec` of a `TimeWindowScaler`, with the same defaults; `null` is as good as
    /// leaving a field out. Three things are a board's own:
    ///
    /// - `holidays` is a list of dates, `YYYY-MM-DD`, at most as many as there is room for; a `holidayConfigMap` is
    ///   checked and has no effect.
    /// - `targetRef` may be left out. Where it is there it is checked, but its `namespace` can't be compared.
    /// - There may be as many windows and exceptions as there is room for.
    ///
    /// ```
    /// use kyklos_core::Schedule;
    ///
    /// let json = br#"{
    ///     "timezone": "Europe/Zurich",
    ///     "windows": [{"days": ["Mon-Fri"], "start": "09:00", "end": "17:00", "replicas": 10}],
    ///     "holidayMode": "treat-as-closed",
    ///     "holidays": ["2026-12-25", "2026-12-26"]
    /// }"#;
    /// let schedule = Schedule::<8, 8, 32>::from_json(json, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.zone().name(), "Europe/Zurich");
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Invalid`] when anything is wrong; `report` has then been called with every [`JsonProblem`] there is, each with
    /// its field and the offset of its byte. Only what breaks the grammar of JSON is alone: nothing is read behind it.
    ///
    /// ```
    /// use kyklos_core::Schedule;
    ///
    /// let json = br#"{"timezone": "UTC", "windows": [{"start": "9:00", "end": "17:00"}]}"#;
    /// let mut problems = Vec::new();
    /// let refused = Schedule::<8, 8, 32>::from_json(json, |problem| problems.push(problem.to_string()));
    /// assert!(refused.is_err());
    /// assert_eq!(problems, [
    ///     "windows[0].replicas (byte 32): missing: write a whole number from 0 up",
    ///     "windows[0].start (byte 42): \"9:00\" is no time of day: \
    ///      write HH:MM with two digits each, 00:00 to 23:59, such as 09:00",
    /// ]);
    /// ```
    #[cfg(feature = "tzdb")]
    pub fn from_json(json: &[u8], report: impl FnMut(JsonProblem<'_>)) -> Result<Self, Invalid> {
        let mut schedule = Self::empty();
        schedule.set_json(json, report)?;
        Ok(schedule)
    }

    /// Reads a schedule from JSON for a program that knows this one zone ([`Zone::named`]).
    ///
    /// It moves the schedule to return it, which takes the stack of two; [`Schedule::set_json_in`] does without.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Zone};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let json = br#"{"timezone": "Europe/Zurich", "defaultReplicas": 2}"#;
    /// let schedule = Schedule::<8, 8, 32>::from_json_in(HOME, json, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.default_replicas(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for any schedule from JSON; a schedule of another zone is refused.
    pub fn from_json_in(zone: Zone, json: &[u8], report: impl FnMut(JsonProblem<'_>)) -> Result<Self, Invalid> {
        let mut schedule = Self::empty();
        schedule.set_json_in(zone, json, report)?;
        Ok(schedule)
    }

    /// Makes this schedule what [`Schedule::from_json`] would return, in the place where it is.
    ///
    /// ```
    /// use kyklos_core::Schedule;
    ///
    /// let mut schedule = Schedule::<8, 8, 32>::empty();
    /// schedule.set_json(br#"{"timezone": "UTC", "defaultReplicas": 2}"#, |problem| eprintln!("{problem}"))?;
    ///
    /// // A mistake later on doesn't cost a running program its schedule.
    /// assert!(schedule.set_json(br#"{"timezone": "UTC", "default""#, |problem| eprintln!("{problem}")).is_err());
    /// assert_eq!(schedule.default_replicas(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::from_json`]; the schedule then stays as it was.
    #[cfg(feature = "tzdb")]
    pub fn set_json(&mut self, json: &[u8], mut report: impl FnMut(JsonProblem<'_>)) -> Result<(), Invalid> {
        self.compile_json(json, &|name| Zone::get(name).ok_or(crate::Reason::UnknownZone(name)), &mut report)
    }

    /// Makes this schedule what [`Schedule::from_json_in`] would return, in the place where it is.
    ///
    /// It is the way for a board: no second schedule is on the stack meanwhile.
    ///
    /// ```
    /// use kyklos_core::{Schedule, Zone};
    ///
    /// const HOME: Zone = Zone::named("Europe/Zurich");
    /// let mut schedule = Schedule::<16, 8, 32>::empty();
    /// let json = br#"{"timezone": "Europe/Zurich", "defaultReplicas": 2}"#;
    /// schedule.set_json_in(HOME, json, |problem| eprintln!("{problem}"))?;
    /// assert_eq!(schedule.default_replicas(), 2);
    /// # Ok::<(), kyklos_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Schedule::from_json_in`]; the schedule then stays as it was.
    pub fn set_json_in(
        &mut self,
        zone: Zone,
        json: &[u8],
        mut report: impl FnMut(JsonProblem<'_>),
    ) -> Result<(), Invalid> {
        self.compile_json(json, &|asked| only(zone, asked), &mut report)
    }

    fn compile_json(
        &mut self,
        json: &[u8],
        find: Find<'_>,
        report: &mut dyn FnMut(JsonProblem<'_>),
    ) -> Result<(), Invalid> {
        let (mut document, root) = Document::new(json, report)?;
        self.compile(&mut |lists| document.check_fields(root, find, Self::ROOM, lists))
    }
}
