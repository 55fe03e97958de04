//! Measures how much stack each function of the core takes: paints what is free, calls it, and looks how far it got.
//!
//! A line is what the worst call of a group takes: its functions, over all inputs.
#![no_std]
#![no_main]

mod inputs;
mod paint;
#[path = "../../../../core/tests/common/sizes.rs"]
#[macro_use]
mod sizes;

use core::fmt::{self, Display, Write};
use core::hint::black_box;

use cortex_m_rt::entry;
use inputs::{DOCUMENTS, RIGHT, WRONG, instants};
use kyklos_core::{
    AllZones, Calendar, Cursor, Date, Days, Exception, Guard, Holiday, HolidayMode, Invalid, LocalMinute, Schedule,
    Spec, TimeOfDay, TimeZone, Window, ZoneRules,
};
use paint::depth;
use semihosting::{println, process};

const ZONE: TimeZone = TimeZone::named("America/New_York");
type Room = Schedule<16, 8, 32>;

macro_rules! as_written {
    ($type:ty, $bytes:literal) => {
        const _: () = assert!(size_of::<$type>() == $bytes, "core/README.md has another size");
    };
}
sizes!(as_written);

#[entry]
fn main() -> ! {
    println!("size of Schedule<16, 8, 32>\t{}", size_of::<Room>());
    println!("size of Schedule<4, 2, 16>\t{}", size_of::<Schedule<4, 2, 16>>());
    println!("size of Cursor\t{}", size_of::<Cursor<&Room>>());
    let mut schedule = Room::new(ZONE);
    making(&mut schedule);
    words(&mut schedule);
    texts();
    typed(&mut schedule);
    let mut bare = Room::new(ZONE);
    let set = schedule.set(&RIGHT, ZONE, |_| ()).is_ok()
        && bare.set(&Spec { exceptions: &[], ..RIGHT }, ZONE, |_| ()).is_ok();
    asking([&schedule, &bare]);
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
        "Schedule::set",
        specs.map(|spec| depth(&mut || use_it(schedule.set(black_box(&spec), ZONE, |problem| look_at(&problem))))),
    );
    tell(
        "Schedule::set with all zones",
        specs.map(|spec| depth(&mut || use_it(schedule.set(black_box(&spec), AllZones, |problem| look_at(&problem))))),
    );
    let documents = DOCUMENTS;
    tell(
        "Schedule::set_json",
        documents
            .map(|json| depth(&mut || use_it(schedule.set_json(black_box(json), ZONE, |problem| look_at(&problem))))),
    );
    tell(
        "Schedule::set_json with all zones",
        documents.map(|json| {
            depth(&mut || use_it(schedule.set_json(black_box(json), AllZones, |problem| look_at(&problem))))
        }),
    );
    let mut place: Result<Room, Invalid> = Ok(Room::new(ZONE));
    let from =
        specs.map(|spec| depth(&mut || place = Room::from_spec(black_box(&spec), ZONE, |problem| look_at(&problem))));
    tell("Schedule::from_spec", from);
    let from = documents
        .map(|json| depth(&mut || place = Room::from_json(black_box(json), ZONE, |problem| look_at(&problem))));
    tell("Schedule::from_json", from);
    use_it(&place);
}

/// Problems in words.
fn words(schedule: &mut Room) {
    let mut deepest = 0;
    use_it(schedule.set(&WRONG, AllZones, |problem| deepest = deepest.max(said(&problem))));
    tell("a Problem in words", [deepest]);
    for json in DOCUMENTS {
        use_it(schedule.set_json(json, AllZones, |problem| deepest = deepest.max(said(&problem))));
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
    let depths =
        ["2028-02-29", "Fri-Monday", "treat-as-open", "24:00", "2026-12-24T18:00", "12-24..01-02"].map(|text| {
            let text = || black_box(text);
            depth(&mut || use_it(text().parse::<Date>()))
                .max(depth(&mut || use_it(text().parse::<LocalMinute>())))
                .max(depth(&mut || use_it(text().parse::<TimeOfDay>())))
                .max(depth(&mut || use_it(text().parse::<Days>())))
                .max(depth(&mut || use_it(text().parse::<Holiday>())))
                .max(depth(&mut || use_it(text().parse::<HolidayMode>())))
        });
    tell("a parser of a single field", depths);
}

/// A schedule of typed values, one by one.
fn typed(schedule: &mut Room) {
    schedule.clear();
    let (nine, five) = (TimeOfDay::constant(9, 0), TimeOfDay::constant(17, 0));
    let windows = [Days::WEEKDAYS, Days::SUN, Days::ALL].map(|days| Window::constant(days, nine, five, 10));
    let pushed = windows.map(|window| depth(&mut || use_it(schedule.push_window(black_box(window)))));
    tell("Schedule::push_window", pushed);
    let minute = |day| LocalMinute::new(Date::constant(2026, 11, day), nine);
    let exception = minute(1).zip(minute(3)).and_then(|(start, end)| Exception::new(start, end, 1).ok());
    let pushed = exception.map(|exception| depth(&mut || use_it(schedule.push_exception(black_box(exception)))));
    tell("Schedule::push_exception", pushed);
    use_it(schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None));
    let holidays = ["2026-12-25", "2026-12-27", "2026-12-26", "12-24..01-02"];
    let pushed = holidays
        .into_iter()
        .filter_map(|text| text.parse().ok())
        .map(|holiday: Holiday| depth(&mut || use_it(schedule.push_holiday(black_box(holiday)))));
    tell("Schedule::push_holiday", pushed);
    tell("Schedule::holidays", [depth(&mut || use_it(schedule.holidays().last()))]);
}

/// Of a schedule that an exception covers for years, and of the same one without exceptions.
fn asking(schedules: [&Room; 2]) {
    let all = || schedules.into_iter().flat_map(|schedule| instants().map(move |at| (schedule, at)));
    tell("Schedule::evaluate", all().map(|(schedule, at)| depth(&mut || use_it(schedule.evaluate(black_box(at))))));
    let mut cursors = schedules.map(Cursor::new);
    let cursors = cursors.iter_mut();
    tell(
        "Cursor::evaluate",
        cursors.map(|cursor| {
            let depths = instants().map(|at| depth(&mut || use_it(cursor.evaluate(black_box(at)))));
            depths.max().unwrap_or_default()
        }),
    );
    tell("Schedule::since", all().map(|(schedule, at)| depth(&mut || use_it(schedule.since(black_box(at))))));
    // The first one is worked out when they are asked for.
    let begun = all().map(|(schedule, at)| depth(&mut || use_it(schedule.transitions(black_box(at)))));
    let mut transitions = schedules.map(|schedule| schedule.transitions(1_767_225_600));
    let next = transitions.iter_mut().map(|transitions| {
        let depths = (0..1_000).map(|_| depth(&mut || use_it(transitions.next())));
        depths.max().unwrap_or_default()
    });
    tell("a step of Schedule::transitions", begun.chain(next));
    let mut calendar = Calendar::<4>::new();
    use_it("12-24..01-02".parse().map(|holiday| calendar.push(holiday)));
    let with = all().map(|(schedule, at)| (schedule.with(&calendar), at));
    tell("WithCalendar::evaluate", with.map(|(both, at)| depth(&mut || use_it(both.evaluate(black_box(at))))));
}

/// Of a zone by a rule, of one with a list of changes, and of one without any.
fn zones() {
    let names = ["America/New_York", "Africa/Casablanca", "Asia/Gaza", "Etc/UTC", "Mars/Phobos"];
    tell("TimeZone::get", names.map(|name| depth(&mut || use_it(TimeZone::get(black_box(name))))));
    let zones = || names.into_iter().filter_map(TimeZone::get);
    let all = || zones().flat_map(|zone| instants().map(move |at| (zone, at)));
    tell("TimeZone::offset_at", all().map(|(zone, at)| depth(&mut || use_it(zone.offset_at(black_box(at))))));
    tell(
        "TimeZone::next_transition",
        all().map(|(zone, at)| depth(&mut || use_it(zone.next_transition(black_box(at))))),
    );
    let dates = || (18_000..22_000).step_by(37).filter_map(Date::from_days_since_1970);
    let minutes = || dates().filter_map(|date| LocalMinute::new(date, TimeOfDay::constant(2, 30)));
    let first = |zone: TimeZone| minutes().map(move |at| depth(&mut || use_it(zone.first_instant_at(black_box(at)))));
    tell("TimeZone::first_instant_at", zones().flat_map(first));
}

fn look_at<T>(value: &T) {
    black_box(value);
}

/// As far as the compiler knows, it is looked at.
fn use_it<T>(value: T) {
    black_box(&value);
}
