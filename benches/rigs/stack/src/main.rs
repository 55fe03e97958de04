//! Measures how much stack each function of the core takes: paints what is free, calls it, and looks how far it got.
//!
//! A line is what the worst call of a group takes: its functions, over all inputs.
#![no_std]
#![no_main]

mod inputs;
mod paint;

use core::fmt::{self, Display, Write};
use core::hint::black_box;

use chrono::{DateTime, NaiveDate, Utc};
use cortex_m_rt::entry;
use inputs::{DOCUMENTS, RIGHT, WRONG, instants};
use kyklos_core::{
    Cursor, Days, HolidayMode, Invalid, Schedule, TimeOfDay, TooManyHolidays, Zone, parse_date, parse_local_time,
};
use paint::depth;
use semihosting::{println, process};

const ZONE: Zone = Zone::named("America/New_York");
type Room = Schedule<16, 8, 32>;

#[entry]
fn main() -> ! {
    println!("size of Schedule<16, 8, 32>\t{}", size_of::<Room>());
    println!("size of Cursor\t{}", size_of::<Cursor<'_, 16, 8, 32>>());
    let mut schedule = Room::empty();
    making(&mut schedule);
    words(&mut schedule);
    texts();
    let found = schedule.set_in(ZONE, &RIGHT, |_| ());
    let set = found.is_ok() && holidays(&mut schedule).is_ok();
    asking(&schedule);
    zones();
    process::exit(if set { 0 } else { 1 })
}

fn tell(group: &str, depths: impl IntoIterator<Item = u32>) {
    println!("stack of {}\t{}", group, depths.into_iter().max().unwrap_or_default());
}

/// Where a function returns a schedule, its place is the caller's, and none of its stack.
fn making(schedule: &mut Room) {
    let specs = [RIGHT, WRONG];
    tell(
        "Schedule::set_in",
        specs.map(|spec| depth(&mut || use_it(schedule.set_in(ZONE, black_box(&spec), |problem| look_at(&problem))))),
    );
    tell(
        "Schedule::set",
        specs.map(|spec| depth(&mut || use_it(schedule.set(black_box(&spec), |problem| look_at(&problem))))),
    );
    let documents = DOCUMENTS;
    tell(
        "Schedule::set_json_in",
        documents.map(|json| {
            depth(&mut || use_it(schedule.set_json_in(ZONE, black_box(json), |problem| look_at(&problem))))
        }),
    );
    tell(
        "Schedule::set_json",
        documents.map(|json| depth(&mut || use_it(schedule.set_json(black_box(json), |problem| look_at(&problem))))),
    );
    let mut place: Result<Room, Invalid> = Err(Invalid { problems: 0 });
    let new_in =
        specs.map(|spec| depth(&mut || place = Room::new_in(ZONE, black_box(&spec), |problem| look_at(&problem))));
    tell("Schedule::new_in", new_in);
    let from = documents
        .map(|json| depth(&mut || place = Room::from_json_in(ZONE, black_box(json), |problem| look_at(&problem))));
    tell("Schedule::from_json_in", from);
    use_it(&place);
}

/// Problems in words.
fn words(schedule: &mut Room) {
    let mut deepest = 0;
    use_it(schedule.set(&WRONG, |problem| deepest = deepest.max(said(&problem))));
    tell("a Problem in words", [deepest]);
    for json in DOCUMENTS {
        use_it(schedule.set_json(json, |problem| deepest = deepest.max(said(&problem))));
    }
    tell("a JsonProblem in words", [deepest]);
}

fn said(problem: &impl Display) -> u32 {
    depth(&mut || use_it(write!(Sink, "{}", black_box(problem))))
}

struct Sink;

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        black_box(text);
        Ok(())
    }
}

/// Single fields.
fn texts() {
    let depths = ["2028-02-29", "Fri-Monday", "treat-as-open", "24:00", "2026-12-24T18:00"].map(|text| {
        let text = || black_box(text);
        depth(&mut || use_it(parse_date(text())))
            .max(depth(&mut || use_it(parse_local_time(text()))))
            .max(depth(&mut || use_it(TimeOfDay::parse(text()))))
            .max(depth(&mut || use_it(Days::parse(text()))))
            .max(depth(&mut || use_it(HolidayMode::parse(text()))))
    });
    tell("a parser of a single field", depths);
}

fn holidays(schedule: &mut Room) -> Result<(), TooManyHolidays> {
    let days: [i32; 32] = core::array::from_fn(|index| 20_454 + 61 * index as i32);
    let dates = days.map(|day| NaiveDate::from_epoch_days(day).unwrap_or_default());
    let mut set = Ok(());
    let by_date = depth(&mut || use_it(schedule.set_holidays(dates.iter().copied())));
    tell("Schedule::set_holidays", [by_date]);
    let by_day = depth(&mut || set = schedule.set_holiday_days(days.iter().copied()));
    tell("Schedule::set_holiday_days", [by_day]);
    tell("Schedule::holidays", [depth(&mut || use_it(schedule.holidays().last()))]);
    set
}

fn asking(schedule: &Room) {
    tell("Schedule::evaluate", instants().map(|at| depth(&mut || use_it(schedule.evaluate(black_box(at))))));
    let mut cursor = Cursor::new(schedule);
    tell("Cursor::evaluate", instants().map(|at| depth(&mut || use_it(cursor.evaluate(black_box(at))))));
    let at = instants().filter_map(|at| DateTime::from_timestamp(at, 0));
    let of = at.map(|at| {
        depth(&mut || use_it(schedule.decision_at(black_box(at))))
            .max(depth(&mut || use_it(schedule.state_at(black_box(at)))))
            .max(depth(&mut || use_it(schedule.next_boundary(black_box(at)))))
    });
    tell("Schedule::decision_at, state_at and next_boundary", of);
}

/// Of a zone by a rule, of one with a list of changes, and of one without any.
fn zones() {
    let names = ["America/New_York", "Africa/Casablanca", "Asia/Gaza", "Etc/UTC", "Mars/Phobos"];
    tell("Zone::get", names.map(|name| depth(&mut || use_it(Zone::get(black_box(name))))));
    let zones = || names.into_iter().filter_map(Zone::get);
    let all =
        || zones().flat_map(|zone| instants().filter_map(move |at| Some((zone, DateTime::from_timestamp(at, 0)?))));
    tell("Zone::offset_at", all().map(|(zone, at)| depth(&mut || use_it(zone.offset_at(black_box(at))))));
    tell("Zone::next_change", all().map(|(zone, at)| depth(&mut || use_it(zone.next_change(black_box(at))))));
    let first =
        |(zone, at): (Zone, DateTime<Utc>)| depth(&mut || use_it(zone.first_instant_at(black_box(at.naive_utc()))));
    tell("Zone::first_instant_at", all().map(first));
}

fn look_at<T>(value: &T) {
    black_box(value);
}

/// As far as the compiler knows, it is looked at.
fn use_it<T>(value: T) {
    black_box(&value);
}
