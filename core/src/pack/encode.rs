//! From values to a pack, on the computer that makes it.

use core::ops::Range;

use super::crc::Crc32;
use super::wire::{CHANGE, CHECK, EXCEPTION, HEAD, HOLIDAY, MAGIC, NO_DAY, NONE, VERSION, WINDOW};
use crate::answer::dates::Run;
use crate::civil::{FIRST_MONDAY, FROM};
use crate::input::fields;
use crate::zone::{Dated, END, Era, MonthDay, Rules, dates_of, meets};
use crate::{
    Exception, Field, Holiday, HolidayMode, LocalMinute, Problem, TimeZone, Values, Window, YearlyDate, YearlyRule,
};

/// The most entries of a list.
const MOST: usize = u16::MAX as usize;

/// Makes a pack: the values, and of the zone its rule and the single changes that the rule doesn't say, from the beginning of a stretch
/// of time to its end at least. Instants are Unix seconds.
///
/// The bytes are added to what is given, such as a `Vec<u8>`. The same values, zone and stretch make the same bytes.
///
/// ```
/// use kyklos_core::pack::{Pack, encode};
/// use kyklos_core::{Days, Schedule, TimeOfDay, TimeZone, Values, Window, ZoneRules};
///
/// let windows = [Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210)];
/// let values = Values { default_value: 170, windows: &windows, ..Values::default() };
/// let mut bytes = Vec::new();
/// encode(TimeZone::named("Europe/Zurich"), 1_767_225_600..2_082_758_400, &values, &mut bytes)?; // 2026 to 2035
///
/// // On the device, whose program may know no zone at all:
/// let mut schedule = Schedule::<8, 2, 16, ZoneRules<16>>::new(ZoneRules::of(TimeZone::UTC)?);
/// schedule.set_pack(&Pack::open(&bytes)?)?;
/// assert_eq!(schedule.evaluate(1_780_290_000).value(), 210); // Monday 2026-06-01, 07:00 in Zurich
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first [`Problem`]: a value is too large, a list has more than 65,535 entries, or there is a value of holidays that are ignored.
pub fn encode(
    zone: TimeZone,
    stretch: Range<i64>,
    values: &Values<'_>,
    pack: &mut impl Extend<u8>,
) -> Result<(), Problem<'static>> {
    let of = |field| move |reason| Problem { field, reason };
    fields::value_of(values.default_value.into()).map_err(of(Field::DefaultValue))?;
    let holiday_value = fields::holiday_value(values.holiday_mode, values.holiday_value.map(i64::from))
        .map_err(of(Field::HolidayValue))?;
    fields::room(values.windows.len(), MOST).map_err(of(Field::Windows))?;
    fields::room(values.exceptions.len(), MOST).map_err(of(Field::Exceptions))?;
    fields::room(values.holidays.len(), MOST).map_err(of(Field::Holidays))?;
    let name = zone.name();
    let name = name.as_str().as_bytes();
    let told = Told::of(zone.rules(), stretch);
    let lists = name.len()
        + told.changes.len() * CHANGE
        + values.windows.len() * WINDOW
        + values.exceptions.len() * EXCEPTION
        + values.holidays.len() * HOLIDAY;
    let mut to = Checked { pack, crc: Crc32::new() };
    to.add(&MAGIC);
    to.add(&VERSION.to_le_bytes());
    to.add(&[0, 0]);
    to.u32((HEAD + lists + CHECK) as u32);
    to.u32(u32::try_from(told.until / 60).unwrap_or(u32::MAX));
    to.u32(values.default_value);
    to.u32(holiday_value.unwrap_or(NONE));
    to.add(&[HolidayMode::ALL.iter().position(|&mode| mode == values.holiday_mode).unwrap_or_default() as u8]);
    to.rule(told.rule);
    to.add(&told.first.to_le_bytes());
    to.add(&[name.len() as u8]);
    for count in [told.changes.len(), values.windows.len(), values.exceptions.len(), values.holidays.len()] {
        to.u16(count as u16);
    }
    to.add(name);
    for &change in told.changes {
        to.u32((change & !3) / 60);
        to.add(&told.offset_of(change).to_le_bytes());
    }
    values.windows.iter().for_each(|window| to.window(*window));
    values.exceptions.iter().for_each(|exception| to.exception(*exception));
    values.holidays.iter().for_each(|holiday| to.holiday(*holiday));
    let check = to.crc.value();
    to.u32(check);
    Ok(())
}

/// What a pack says of a zone.
struct Told<'z> {
    rule: Dated,
    offsets: [i8; 4],
    first: i8,
    changes: &'z [u32],
    until: i64,
}

impl<'z> Told<'z> {
    fn of(rules: &Rules<'z>, stretch: Range<i64>) -> Self {
        // Every rule of the tables is made of dates: a test goes over all of them.
        let outside = rules.offsets[0];
        let rule = dates_of(rules).unwrap_or(Dated { outside, between: outside, dates: None });
        let since = |unix: i64| u32::try_from(unix.clamp(FROM, END) - FROM).unwrap_or_default();
        let (from, until) = (since(stretch.start), since(stretch.end));
        // What was before doesn't count any more, but for the offset that it has left behind.
        let start = rules.changes.partition_point(|&change| change & !3 <= from);
        let (before, later) = rules.changes.split_at_checked(start).unwrap_or((&[], rules.changes));
        let told = Self { rule, offsets: rules.offsets, first: rule.outside, changes: &[], until: END };
        if later.is_empty() {
            return told;
        }
        let first = before.last().map_or(outside, |&change| told.offset_of(change));
        let told = Self { first, changes: later, ..told };
        let Ok(of_rule) = rule.rule() else { return told };
        // As few as are enough, and with which the rule can go on.
        (0..later.len()).find_map(|count| told.up_to(count, until, &of_rule)).unwrap_or(told)
    }

    /// Only the first so many changes, where that is right up to an instant.
    fn up_to(&self, count: usize, until: u32, rule: &YearlyRule) -> Option<Self> {
        let (changes, rest) = self.changes.split_at_checked(count)?;
        let left_out = rest.first()? & !3;
        let (at, offset) = changes.last().map_or((0, self.first), |&change| (change & !3, self.offset_of(change)));
        meets(rule, (FROM + i64::from(at), offset)).ok()?;
        // From here on it is the rule's word that counts, until the one that is left out or one that isn't there.
        let good = left_out.min(rule.rules().change_after(at, Era::Within).0);
        (good >= until).then_some(Self { changes, until: FROM + i64::from(good), ..*self })
    }

    fn offset_of(&self, change: u32) -> i8 {
        self.offsets.get(change as usize & 3).copied().unwrap_or_default()
    }
}

/// Adds bytes and counts them into the check.
struct Checked<'e, E> {
    pack: &'e mut E,
    crc: Crc32,
}

impl<E: Extend<u8>> Checked<'_, E> {
    fn add(&mut self, bytes: &[u8]) {
        self.crc = self.crc.add(bytes);
        self.pack.extend(bytes.iter().copied());
    }

    fn u16(&mut self, number: u16) {
        self.add(&number.to_le_bytes());
    }

    fn u32(&mut self, number: u32) {
        self.add(&number.to_le_bytes());
    }

    fn rule(&mut self, rule: Dated) {
        self.add(&[rule.dates.is_some().into()]);
        self.add(&rule.outside.to_le_bytes());
        self.add(&rule.between.to_le_bytes());
        let nothing = MonthDay { month: 0, week: 0, weekday: 0, minutes: 0 };
        for date in rule.dates.unwrap_or([nothing; 2]) {
            self.add(&[date.month, date.week, date.weekday, 0]);
            self.add(&(date.minutes as i16).to_le_bytes());
        }
    }

    fn window(&mut self, window: Window) {
        self.add(&[window.days().bits(), window.end_day().map_or(NO_DAY, |day| day.number())]);
        self.u16(window.start().minutes());
        self.u16(window.end().minutes());
        self.u32(window.value());
    }

    fn exception(&mut self, exception: Exception) {
        self.minute(exception.start());
        self.minute(exception.end());
        self.u32(exception.value());
    }

    fn minute(&mut self, local: LocalMinute) {
        let minutes = local.date().days_since_1970() * 1_440 + i32::from(local.time().minutes());
        self.add(&minutes.to_le_bytes());
    }

    fn holiday(&mut self, holiday: Holiday) {
        match holiday.run() {
            Run::Once(days) => {
                self.add(&[0]);
                days.into_iter().for_each(|day| self.u16(FIRST_MONDAY as u16 + day));
            }
            Run::Yearly(places) => {
                self.add(&[1]);
                for date in places.map(YearlyDate::at) {
                    self.add(&[date.month(), date.day()]);
                }
            }
        }
    }
}
