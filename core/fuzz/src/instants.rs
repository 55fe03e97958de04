//! Bytes as a valid schedule and some instants: by every way in, with dates of its own and shared ones, the core and the
//! oracle agree on the state and the boundaries before and after from 2020 to 2099, and everywhere else the core's
//! answers hold together.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use kyklos_core::{
    Cursor, Evaluate, Evaluation, HolidayMode, Spans, State, TimeZone, Transitions, Zone, ZoneName, ZoneRules, Zones,
};

use crate::oracle::{Around, Clocks, DAY, Dates, Exception, Numbers, Window, date};
use crate::ways::{self, Push, Roomy};
use crate::zone_data::Data;

/// 2020-01-20, as a window of a week may have begun in the year before, to 2099-12-01, as a boundary may be weeks away.
const KNOWN: Range<i64> = 1_579_478_400..4_099_766_400;

/// Checks any bytes.
pub fn instants(bytes: &[u8]) {
    // Too few bytes are no case.
    let _ = match bytes.split_last() {
        Some((b'Z', bytes)) => data(&mut Unstructured::new(bytes)),
        _ => built_in(&mut Unstructured::new(bytes)),
    };
}

/// A schedule as the oracle has it.
struct Case {
    numbers: Numbers,
    clocks: Clocks,
    anchor: i64,
}

/// A zone of the program, which as data is the same.
fn built_in(bytes: &mut Unstructured<'_>) -> Result<()> {
    static NAMES: LazyLock<Vec<ZoneName>> = LazyLock::new(|| TimeZone::names().collect());
    let name = *bytes.choose(&NAMES)?;
    let (zone, clocks) = (TimeZone::get(name.as_str()), Clocks::of(name.as_str()));
    assert!(clocks.is_some(), "jiff doesn't know {name}");
    let (Some(zone), Some(clocks)) = (zone, clocks) else { return Ok(()) };
    let any = bytes.int_in_range(KNOWN.start..=KNOWN.end)?;
    let mut case = Case::new(bytes, any, name.to_string(), clocks)?;
    let schedule = ways::schedule(&case.numbers, &zone, Roomy::<TimeZone>::push_exception);
    let (own, calendar) = ways::shared(&case.numbers, &zone, bytes.arbitrary()?);
    let data = ZoneRules::<256>::of(zone).expect("room for Gaza's changes");
    let by_data = ways::schedule(&case.numbers, &data, Roomy::<ZoneRules<256>>::push_exception);
    let others: [(&str, &dyn Evaluate); 2] = [("shared dates", &own.with(&calendar)), ("a zone as data", &by_data)];
    ask(bytes, &case, &schedule, &others)?;
    change(bytes, &mut case, schedule, Roomy::<TimeZone>::push_exception)
}

/// Any other zone, as data.
fn data(bytes: &mut Unstructured<'_>) -> Result<()> {
    let any = bytes.int_in_range(KNOWN.start..=KNOWN.end)?;
    let data = Data::right(bytes, any)?;
    let Ok(zone) = data.zone::<8>() else { return Ok(()) };
    let clocks = data.clocks().expect("data that the core takes are a zone to jiff");
    let mut case = Case::new(bytes, any, data.name, clocks)?;
    let schedule = ways::schedule(&case.numbers, &zone, Roomy::<ZoneRules<8>>::push_exception);
    let (own, calendar) = ways::shared(&case.numbers, &zone, bytes.arbitrary()?);
    ask(bytes, &case, &schedule, &[("shared dates", &own.with(&calendar))])?;
    change(bytes, &mut case, schedule, Roomy::<ZoneRules<8>>::push_exception)
}

/// Asks all of them about the same instants.
fn ask(
    bytes: &mut Unstructured<'_>,
    case: &Case,
    schedule: &dyn Evaluate,
    others: &[(&str, &dyn Evaluate)],
) -> Result<()> {
    let numbers = &case.numbers;
    let agree = |second: i64| {
        let (found, since) = (schedule.evaluate(second), schedule.since(second));
        for (way, other) in others {
            assert_eq!(other.evaluate(second), found, "with {way} at {second} of {numbers:?}");
            assert_eq!(other.since(second), since, "with {way} before {second} of {numbers:?}");
        }
        #[cfg(fuzzing)]
        others
            .iter()
            .map(|(_, other)| *other)
            .chain([schedule])
            .for_each(|one| holds_to_the_bound(one, second, numbers));
        whole(schedule, second, numbers);
    };
    let mut cursor = Cursor::new(schedule);
    for _ in 0..bytes.int_in_range(1..=4)? {
        let second = case.anchor + distance(bytes)?;
        agree(second);
        assert_eq!(cursor.evaluate(second), schedule.evaluate(second), "the cursor at {second} of {numbers:?}");
        let end = second.saturating_add(distance(bytes)?);
        if KNOWN.contains(&second) {
            let around = Around::new(numbers, &case.clocks, second);
            case.compare(second, schedule, &around);
            for (_, other) in [("", schedule)].iter().chain(others) {
                case.follow(second..end, *other, &around);
            }
        }
    }
    let any: i64 = bytes.arbitrary()?;
    agree(any);
    assert_eq!(cursor.evaluate(any), schedule.evaluate(any), "the cursor at {any} of {numbers:?}");
    Ok(())
}

/// A schedule that is changed in use is the one that was made so, and a cursor doesn't keep the answer of before.
fn change<Z: Zone + Zones<Zone = Z>>(
    bytes: &mut Unstructured<'_>,
    case: &mut Case,
    schedule: Roomy<Z>,
    push_exception: Push<Z>,
) -> Result<()> {
    let zone = schedule.zone().clone();
    let local = case.anchor + case.clocks.offset(case.anchor);
    let mut cursor = Cursor::new(schedule);
    cursor.evaluate(case.anchor);
    let numbers = &mut case.numbers;
    match bytes.int_in_range(0..=4)? {
        0 => {
            numbers.default_value = bytes.int_in_range(0..=9)?;
            assert_eq!(cursor.update(|schedule| schedule.set_default_value(numbers.default_value)), Ok(()));
        }
        1 => {
            (numbers.holiday_mode, numbers.holiday_value) = holiday_mode(bytes)?;
            let set = cursor.update(|schedule| schedule.set_holiday_mode(numbers.holiday_mode, numbers.holiday_value));
            assert_eq!(set, Ok(()));
        }
        2 => {
            let dates = dates(bytes, local)?;
            numbers.holidays.push(dates);
            assert_eq!(cursor.update(|schedule| schedule.push_holiday(ways::holiday(dates))), Ok(()));
        }
        3 => {
            let window = window(bytes, local)?;
            assert_eq!(cursor.update(|schedule| schedule.push_window(ways::window(&window))), Ok(()));
            numbers.windows.push(window);
        }
        _ => {
            let exception = exception(bytes, local)?;
            assert_eq!(cursor.update(|schedule| push_exception(schedule, ways::exception(&exception))), Ok(()));
            numbers.exceptions.push(exception);
        }
    }
    let changed = ways::schedule(numbers, &zone, push_exception);
    assert!(*cursor.get() == changed, "changed in use: {numbers:?}");
    let found = cursor.evaluate(case.anchor);
    assert_eq!(found, changed.evaluate(case.anchor), "the cursor after a change at {} of {numbers:?}", case.anchor);
    whole(&changed, case.anchor, numbers);
    if KNOWN.contains(&case.anchor) {
        case.compare(case.anchor, &changed, &Around::new(&case.numbers, &case.clocks, case.anchor));
    }
    Ok(())
}

/// Seconds: few more often than many.
fn distance(bytes: &mut Unstructured<'_>) -> Result<i64> {
    Ok(match bytes.int_in_range(0..=3)? {
        0 => bytes.int_in_range(-2..=2)?,
        1 => bytes.int_in_range(-8..=8)? * 900,
        2 => bytes.int_in_range(-2 * DAY..=2 * DAY)?,
        _ => bytes.int_in_range(-8 * DAY..=8 * DAY)?,
    })
}

fn numbers(bytes: &mut Unstructured<'_>, zone: String, local: i64) -> Result<Numbers> {
    let default_value = bytes.int_in_range(0..=3)?;
    let (holiday_mode, holiday_value) = holiday_mode(bytes)?;
    let (mut windows, mut exceptions, mut holidays) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bytes.int_in_range(0..=6)? {
        windows.push(window(bytes, local)?);
    }
    for _ in 0..bytes.int_in_range(0..=3)? {
        exceptions.push(exception(bytes, local)?);
    }
    for _ in 0..bytes.int_in_range(0..=8)? {
        holidays.push(dates(bytes, local)?);
    }
    Ok(Numbers { zone, default_value, windows, exceptions, holiday_mode, holiday_value, holidays })
}

fn holiday_mode(bytes: &mut Unstructured<'_>) -> Result<(HolidayMode, Option<u32>)> {
    let mode = *bytes.choose(&HolidayMode::ALL)?;
    let given = mode != HolidayMode::Ignore && bytes.ratio(1, 3)?;
    Ok((mode, if given { Some(bytes.int_in_range(0..=5)?) } else { None }))
}

fn window(bytes: &mut Unstructured<'_>, local: i64) -> Result<Window> {
    let time = |bytes: &mut Unstructured<'_>| -> Result<u16> {
        let near = (local + distance(bytes)?).rem_euclid(DAY) / 60;
        Ok(u16::try_from(near).unwrap_or_default())
    };
    let start = time(bytes)?;
    let end = if bytes.ratio(1, 8)? { 1_440 } else { time(bytes)? };
    let end_day = if bytes.ratio(1, 3)? { Some(bytes.int_in_range(0..=6)?) } else { None };
    let end = if end == start && end_day.is_none() { (start + 45) % 1_440 } else { end };
    Ok(Window { days: bytes.int_in_range(1..=127)?, start, end, end_day, value: bytes.int_in_range(0..=5)? })
}

fn exception(bytes: &mut Unstructured<'_>, local: i64) -> Result<Exception> {
    let start = (local + distance(bytes)?).div_euclid(60) * 60;
    let length = 60 * (1 + bytes.int_in_range(0..=4_000)?);
    Ok(Exception { start, end: start + length, value: bytes.int_in_range(0..=5)? })
}

/// A holiday that isn't far: one date or some, once or every year.
fn dates(bytes: &mut Unstructured<'_>, local: i64) -> Result<Dates> {
    let today = i32::try_from(local.div_euclid(DAY)).unwrap_or_default();
    let first = today + bytes.int_in_range(-9..=9)?;
    let last = match bytes.int_in_range(0..=3)? {
        0 | 1 => first,
        2 => first + bytes.int_in_range(0..=4)?,
        _ => first + bytes.int_in_range(0..=700)?,
    };
    if bytes.arbitrary()? {
        return Ok(Dates::Once(first, last));
    }
    let of_year = |day: i32| {
        let date = date(day.into());
        (date.month(), date.day())
    };
    // A leap day, where it isn't one of these.
    let leap = bytes.int_in_range(0..=7)?;
    let first = if leap & 1 == 1 && leap < 6 { (2, 29) } else { of_year(first) };
    let last = if leap & 2 == 2 && leap < 6 { (2, 29) } else { of_year(last) };
    Ok(Dates::Yearly(first, last))
}

/// That an answer takes no more than the design says, counted by the core where cargo-fuzz builds it: of a [`Roomy`] schedule, whose
/// shared dates are a second list and make further looks.
#[cfg(fuzzing)]
fn holds_to_the_bound(schedule: &dyn Evaluate, second: i64, case: &dyn Debug) {
    use kyklos_core::steps::{ANSWERS, LOOKS, bound, counted};
    let most = const { 4 * bound(7, 4, 12) };
    let (_, work) = counted(|| schedule.evaluate(second));
    assert!(work.steps <= most && work.looks <= 4 * LOOKS, "{work:?} at {second} of {case:?}");
    let (_, work) = counted(|| schedule.since(second));
    assert!(work.steps <= ANSWERS * most, "{work:?} since {second} of {case:?}");
    // Made with the first step, an answer and where it goes on from there.
    let (mut transitions, mut work) = counted(|| Transitions::new(schedule, second));
    for _ in 0..8 {
        assert!(work.steps <= 2 * most && work.looks <= 2 * 4 * LOOKS, "{work:?} in a step from {second} of {case:?}");
        (_, work) = counted(|| transitions.next());
    }
}

/// What holds at every instant there is: the boundary is later, the state holds up to it and not longer, and from the
/// one before on.
pub(crate) fn whole(schedule: &dyn Evaluate, second: i64, case: &dyn Debug) {
    let found = schedule.evaluate(second);
    let state = found.state();
    assert_eq!(Evaluation::new(state, found.until()), found, "{case:?}");
    assert_eq!(found.seconds_left(second), found.until().map(|until| until.abs_diff(second)), "{case:?}");
    match found.until() {
        Some(until) => {
            assert!(until > second, "the boundary {until} is not after {second}: {case:?}");
            assert_eq!(schedule.evaluate(until - 1), found, "just before {until}, and at {second}: {case:?}");
            let next = schedule.evaluate(until).state();
            assert_ne!(next, state, "at the boundary {until} after {second}: {case:?}");
            assert_eq!(schedule.since(until), Some(until), "since when at {until}: {case:?}");
        }
        None => {
            for later in [second.saturating_add(DAY), second.saturating_add(400 * DAY), i64::MAX] {
                let later_state = schedule.evaluate(later).state();
                assert_eq!(later_state, state, "at {second} it never changes, but at {later}: {case:?}");
            }
        }
    }
    match schedule.since(second) {
        Some(since) => {
            assert!(since <= second, "since {since}, after {second}: {case:?}");
            assert_eq!(schedule.evaluate(since), found, "since {since}, and at {second}: {case:?}");
            let before = schedule.evaluate(since - 1);
            assert_eq!(before.until(), Some(since), "before {since}, since when it is at {second}: {case:?}");
        }
        None => assert_eq!(schedule.evaluate(i64::MIN), found, "always, and at {second}: {case:?}"),
    }
}

impl Case {
    /// A schedule for a time around this instant, or around the clock change after it.
    fn new(bytes: &mut Unstructured<'_>, any: i64, zone: String, clocks: Clocks) -> Result<Self> {
        let change = clocks.change_after(any).filter(|change| KNOWN.contains(change));
        let anchor = if bytes.arbitrary()? { change.unwrap_or(any) } else { any };
        let numbers = numbers(bytes, zone, anchor + clocks.offset(anchor))?;
        Ok(Self { numbers, clocks, anchor })
    }

    /// The answer at an instant, by the oracle.
    fn compare(&self, second: i64, schedule: &dyn Evaluate, around: &Around) {
        let (numbers, found) = (&self.numbers, schedule.evaluate(second));
        assert_eq!(found.state(), around.state(second), "the state at {second} of {numbers:?}");
        match around.next(second) {
            Some(next) => assert_eq!(found.until(), Some(next), "the boundary after {second} of {numbers:?}"),
            None => {
                let later = found.until().unwrap_or(i64::MAX);
                let is_far = later >= around.range().end;
                assert!(is_far, "a boundary {later} after {second} that there isn't: {numbers:?}");
                // It is further away than the oracle has looked, so it is looked at from nearby.
                self.boundary(later, schedule);
            }
        }
        match (around.since(second), schedule.since(second)) {
            (Some(since), found) => assert_eq!(found, Some(since), "since when at {second} of {numbers:?}"),
            (None, found) => {
                let earlier = found.unwrap_or(i64::MIN);
                let is_far = earlier <= around.range().start;
                assert!(is_far, "a boundary {earlier} before {second} that there isn't: {numbers:?}");
                self.boundary(earlier, schedule);
            }
        }
    }

    /// That the state changes at an instant, and to what.
    fn boundary(&self, at: i64, schedule: &dyn Evaluate) {
        if KNOWN.contains(&at) {
            let numbers = &self.numbers;
            let around = Around::new(numbers, &self.clocks, at - 1);
            assert_eq!(around.state(at - 1), schedule.evaluate(at - 1).state(), "before {at} of {numbers:?}");
            assert_eq!(around.next(at - 1), Some(at), "the boundary {at} of {numbers:?}");
            assert_eq!(schedule.evaluate(at).state(), around.state(at), "at {at} of {numbers:?}");
        }
    }

    /// The transitions from an instant on and the spans up to another one, by the oracle.
    fn follow(&self, stretch: Range<i64>, schedule: &dyn Evaluate, around: &Around) {
        let (numbers, Range { start: second, end }) = (&self.numbers, stretch);
        let next = |from: i64| around.next(from).map(|at| (at, around.state(at)));
        let expected: Vec<(i64, State)> = std::iter::successors(next(second), |&(at, _)| next(at)).take(8).collect();
        let known = around.range().end;
        let found: Vec<_> = Transitions::new(schedule, second).take(8).take_while(|&(at, _)| at < known).collect();
        assert_eq!(found, expected, "the transitions after {second} of {numbers:?}");
        let mut left = second;
        let mut state = around.state(second);
        let mut changes = std::iter::successors(next(second), |&(at, _)| next(at)).peekable();
        for (span, found) in Spans::new(schedule, second..end) {
            let change = changes.next_if(|&(at, _)| at < end);
            let until = change.map_or(end, |(at, _)| at);
            assert_eq!((span, found), (left..until, state), "the spans of {second}..{end} of {numbers:?}");
            left = until;
            state = change.map_or(state, |(_, state)| state);
        }
        assert!(left == end || end <= second, "the spans of {second}..{end} end at {left}: {numbers:?}");
    }
}
