//! Schedules, instants to ask them about, and what they have to answer.

use anyhow::{Result, anyhow};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use kyklos_core::{Cause, Evaluation, HolidayMode, Schedule, Spec, State, WindowSpec};

use crate::timeline::{Layer, Timeline};

/// The zone of every question.
pub const ZONE: kyklos_core::TimeZone = kyklos_core::TimeZone::named("America/New_York");
/// 2026-01-01T00:00:00Z, and the same of 2027 and 2031.
const FROM: i64 = 1_767_225_600;
const ONE_YEAR: std::ops::Range<i64> = FROM..1_798_761_600;
const YEARS: std::ops::Range<i64> = FROM..1_924_992_000;
/// More than a branch predictor learns by heart, less than a second-level cache.
pub const INSTANTS: usize = 4_096;
/// How many instants around each clock change, and how far from it in seconds: the day before and the day after.
const NEAR: (usize, i64) = (1_200, 36 * 3_600);
/// The days of a week by their names.
pub(crate) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A window by the names of its days and its `HH:MM`.
#[derive(Debug, Clone)]
pub struct Window {
    pub(crate) days: Vec<&'static str>,
    pub(crate) start: String,
    pub(crate) end: String,
}

/// What has to be answered at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The instant, in Unix seconds.
    pub at: i64,
    /// What applies then; none is the default.
    pub layer: Option<Layer>,
    /// The first later instant at which something else applies.
    pub until: i64,
}

/// A schedule and what it has to answer.
pub struct Question {
    windows: Vec<Window>,
    holidays: Vec<Date>,
    /// When it is asked about.
    asked: std::ops::Range<i64>,
    timeline: Timeline,
}

impl Question {
    /// Monday to Friday 09:00-17:00 and Saturday 22:00-02:00, and closed on the eleven holidays of 2028, the middle of the years asked
    /// about.
    pub fn office() -> Result<Self> {
        Self::new(office(), federal(2028)?)
    }

    /// The same with the holidays of 2026, asked about in 2026 alone.
    pub fn this_year() -> Result<Self> {
        Ok(Self { asked: ONE_YEAR, ..Self::new(office(), federal(2026)?)? })
    }

    /// The same with the holidays of all five years, 55 dates.
    pub fn five_years() -> Result<Self> {
        let years: Result<Vec<_>> = (2026..=2030).map(federal).collect();
        Self::new(office(), years?.concat())
    }

    /// 64 windows of every day, eleven minutes each and as many apart, without holidays: 896 boundaries.
    pub fn disjoint() -> Result<Self> {
        let time = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let window = |index| Window { days: WEEKDAYS.to_vec(), start: time(index * 22), end: time(index * 22 + 11) };
        Self::new((0..64).map(window).collect(), Vec::new())
    }

    /// The same without holidays, as most other engines know it.
    pub fn plain() -> Result<Self> {
        Self::new(office(), Vec::new())
    }

    /// So many windows, up to 64, on random days, at random quarters of an hour, overlapping as they happen to, and
    /// closed on the holidays.
    pub fn random(windows: usize) -> Result<Self> {
        let mut random = Random(windows as u64);
        let time = |quarter: u64| format!("{:02}:{:02}", quarter / 4 % 24, quarter % 4 * 15);
        let windows = (0..windows).map(|_| {
            let picked = random.below(127) + 1; // A bit per day, and never none.
            let (start, length) = (random.below(96), 1 + random.below(48));
            Window {
                days: (0..).zip(WEEKDAYS).filter(|(bit, _)| picked >> bit & 1 == 1).map(|(_, day)| day).collect(),
                start: time(start),
                end: time(start + length),
            }
        });
        Self::new(windows.collect(), federal(2028)?)
    }

    fn new(windows: Vec<Window>, holidays: Vec<Date>) -> Result<Self> {
        let timeline = Timeline::new(ZONE.name().as_str(), &windows, &holidays)?;
        Ok(Self { windows, holidays, asked: YEARS, timeline })
    }

    /// The windows, the first one first.
    pub(crate) fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The schedule as the core has it: window 0 gives two, the next three and so on, the default is one.
    pub fn schedule(&self) -> Result<Schedule<64, 8, 64>> {
        let specs: Vec<_> = self.windows.iter().zip(2..).map(|(window, value)| window.spec(value)).collect();
        let holiday_mode = HolidayMode::TreatAsClosed;
        let holidays: Vec<_> = self.holidays.iter().map(Date::to_string).collect();
        let holidays: Vec<_> = holidays.iter().map(String::as_str).collect();
        let (name, windows) = (ZONE.name(), &specs);
        let spec = Spec { timezone: name.as_str(), windows, holiday_mode, holidays: &holidays, ..Spec::default() };
        Ok(Schedule::from_spec(&spec, ZONE, |problem| eprintln!("{problem}"))?)
    }

    /// The holidays as days since 1970-01-01.
    pub(crate) fn holiday_days(&self) -> Result<Vec<i32>> {
        let days = self.holidays.iter().map(|date| Ok(date.since((Unit::Day, Date::new(1970, 1, 1)?))?.get_days()));
        days.collect()
    }

    /// Random instants of 2026 to 2030, or of 2026 alone, the same ones every time, with the answers.
    pub fn answers(&self, count: usize) -> Result<Vec<Answer>> {
        let mut random = Random(2026);
        (0..count).map(|_| self.at(random.within(self.asked.clone()))).collect()
    }

    /// Random instants around the clock changes of those years.
    pub fn near_clock_changes(&self) -> Result<Vec<Answer>> {
        self.near(NEAR)
    }

    /// So many around each, up to so many seconds away.
    fn near(&self, (count, far): (usize, i64)) -> Result<Vec<Answer>> {
        let mut random = Random(2030);
        let zone = TimeZone::get(ZONE.name().as_str())?;
        let changes = zone.following(Timestamp::from_second(YEARS.start)?).map(|change| change.timestamp().as_second());
        let changes = changes.take_while(|change| *change < YEARS.end);
        let near = changes.flat_map(|change| std::iter::repeat_n(change, count));
        near.map(|change| self.at(random.within(change - far..change + far))).collect()
    }

    /// Random instants within three hours of a clock change of those years.
    pub fn at_clock_changes(&self, count: usize) -> Result<Vec<Answer>> {
        let near = self.near((count.div_ceil(10), 3 * 3_600))?;
        Ok(near.into_iter().take(count).collect())
    }

    /// Ascending random instants of the longest span in which the same applies, within the first weeks.
    pub fn one_span(&self, count: usize) -> Result<Vec<Answer>> {
        let spans = self.boundaries(50)?;
        let span = spans.iter().max_by_key(|span| span.until - span.at).ok_or_else(|| anyhow!("there is no span"))?;
        let mut random = Random(2027);
        let mut instants: Vec<_> = (0..count).map(|_| random.within(span.at..span.until)).collect();
        instants.sort_unstable();
        instants.into_iter().map(|at| self.at(at)).collect()
    }

    /// One boundary after the other, from the beginning.
    pub fn boundaries(&self, count: usize) -> Result<Vec<Answer>> {
        let mut at = YEARS.start;
        let mut next = || {
            let answer = self.at(self.at(at)?.until)?;
            at = answer.at;
            Ok(answer)
        };
        (0..count).map(|_| next()).collect()
    }

    /// Every boundary of 2026.
    pub fn boundaries_of_a_year(&self) -> Result<Vec<Answer>> {
        let mut boundaries = self.boundaries(1_000)?;
        boundaries.retain(|boundary| ONE_YEAR.contains(&boundary.at));
        Ok(boundaries)
    }

    fn at(&self, at: i64) -> Result<Answer> {
        let (layer, until) = self.timeline.at(at).ok_or_else(|| anyhow!("{at} is outside the timeline"))?;
        Ok(Answer { at, layer, until })
    }
}

fn office() -> Vec<Window> {
    let window = |days: &[&'static str], start: &str, end: &str| Window {
        days: days.to_vec(),
        start: start.into(),
        end: end.into(),
    };
    vec![window(&["Mon", "Tue", "Wed", "Thu", "Fri"], "09:00", "17:00"), window(&["Sat"], "22:00", "02:00")]
}

/// The federal holidays of the United States in a year, on their own dates.
fn federal(year: i16) -> Result<Vec<Date>> {
    let dated = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)];
    let named = [
        (1, 3, Weekday::Monday),
        (2, 3, Weekday::Monday),
        (5, -1, Weekday::Monday),
        (9, 1, Weekday::Monday),
        (10, 2, Weekday::Monday),
        (11, 4, Weekday::Thursday),
    ];
    let dated = dated.iter().map(|&(month, day)| Ok(Date::new(year, month, day)?));
    let named =
        named.iter().map(|&(month, nth, weekday)| Ok(Date::new(year, month, 1)?.nth_weekday_of_month(nth, weekday)?));
    let mut all: Vec<_> = dated.chain(named).collect::<Result<_>>()?;
    all.sort_unstable();
    Ok(all)
}

impl Window {
    fn spec(&self, value: i64) -> WindowSpec<'_> {
        WindowSpec { days: Some(&self.days), start: &self.start, end: &self.end, value, ..WindowSpec::default() }
    }
}

impl Answer {
    /// The answer as the core gives it.
    pub fn evaluation(&self) -> Evaluation {
        let (cause, value) = match self.layer {
            None => (Cause::Default, 1),
            Some(Layer::Holiday) => (Cause::Holiday, 1),
            Some(Layer::Window(index)) => (Cause::Window(index as u16), index as u32 + 2),
        };
        Evaluation::new(State { cause, value }, Some(self.until))
    }
}

/// SplitMix64: the same numbers on every machine and with every version of every dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn within(&mut self, range: std::ops::Range<i64>) -> i64 {
        range.start + self.below(range.end.abs_diff(range.start)) as i64
    }
}

#[cfg(test)]
mod tests {
    use kyklos_core::Cursor;

    use super::*;

    fn check(question: &Question, answers: &[Answer]) {
        let schedule = question.schedule().unwrap();
        let mut cursor = Cursor::new(&schedule);
        for answer in answers {
            assert_eq!(schedule.evaluate(answer.at), answer.evaluation(), "{}", answer.at);
            assert_eq!(cursor.evaluate(answer.at), answer.evaluation(), "{}", answer.at);
        }
    }

    #[test]
    fn the_core_gives_the_right_answers() {
        for question in [Question::office(), Question::plain(), Question::this_year(), Question::five_years()] {
            let question = question.unwrap();
            check(&question, &question.answers(INSTANTS).unwrap());
            check(&question, &question.near_clock_changes().unwrap());
            check(&question, &question.one_span(256).unwrap());
            check(&question, &question.boundaries(2_000).unwrap());
        }
        let random = [1, 2, 4, 8, 16, 32, 64].map(Question::random);
        for question in random.into_iter().chain([Question::disjoint()]) {
            let question = question.unwrap();
            check(&question, &question.answers(INSTANTS).unwrap());
        }
    }

    #[test]
    fn the_instants_meet_all_there_is() {
        let answers = Question::office().unwrap().answers(INSTANTS).unwrap();
        let count = |layer| answers.iter().filter(|answer| answer.layer == layer).count();
        let (office, night) = (count(Some(Layer::Window(0))), count(Some(Layer::Window(1))));
        let (holiday, default) = (count(Some(Layer::Holiday)), count(None));
        assert_eq!(office + night + holiday + default, INSTANTS);
        // 40 and 4 of 168 hours, and 11 of 1,826 days.
        assert!(office.abs_diff(INSTANTS * 40 / 168) < 100 && night.abs_diff(INSTANTS * 4 / 168) < 40);
        assert!(holiday.abs_diff(INSTANTS * 11 / 1_826) < 15);
    }

    #[test]
    fn the_holidays_are_the_calendars() {
        let days = [(1, 1), (1, 17), (2, 21), (5, 29), (6, 19), (7, 4), (9, 4), (10, 9), (11, 11), (11, 23), (12, 25)];
        assert_eq!(federal(2028).unwrap(), days.map(|(month, day)| Date::constant(2028, month, day)));
    }

    #[test]
    fn there_are_ten_clock_changes_in_five_years() {
        assert_eq!(Question::office().unwrap().near_clock_changes().unwrap().len(), 10 * NEAR.0);
    }
}
