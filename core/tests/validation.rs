//! Everything that is wrong with a schedule is reported, at its field's path, in one pass.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use kyklos_core::{
    AllZones, Cause, ExceptionField, ExceptionSpec, Field, HolidayMode, LocalMinute, Problem, Reason, Schedule, Spec,
    TimeOfDay, TimeZone, VALUE_MAX, WindowField, WindowSpec,
};

/// The resource's own capacities.
type Full = Schedule<64, 64, 1_000>;

const GOOD_WINDOW: WindowSpec =
    WindowSpec { name: None, days: None, start: "09:00", end: "17:00", end_day: None, value: 3 };
const GOOD_EXCEPTION: ExceptionSpec =
    ExceptionSpec { name: None, start: "2026-12-24T18:00", end: "2026-12-26T06:00", value: 3 };

fn problems<'a>(spec: &Spec<'a>) -> Vec<Problem<'a>> {
    let mut problems = Vec::new();
    match Full::from_spec(spec, AllZones, |problem| problems.push(problem)) {
        Ok(_) => assert_eq!(problems, [], "valid, with problems"),
        Err(invalid) => assert_eq!(invalid.problems, problems.len(), "not all were reported"),
    }
    problems
}

/// This is the one problem that a spec has, and its text says what would be right.
#[track_caller]
fn assert_only(spec: &Spec, path: &str, reason: Reason) {
    let found = problems(spec);
    let [problem] = found.as_slice() else { panic!("not one problem: {found:?}") };
    assert_eq!((problem.field.to_string().as_str(), problem.reason), (path, reason));
    let text = reason.to_string();
    assert_eq!(problem.to_string(), format!("{path}: {text}"));
    assert!([": write ", ": name ", ": for "].iter().any(|advice| text.contains(advice)), "no advice: {text}");
}

#[track_caller]
fn assert_in_window(window: WindowSpec, path: &str, reason: Reason) {
    assert_only(&Spec { windows: &[GOOD_WINDOW, window], ..Spec::default() }, path, reason);
}

#[track_caller]
fn assert_in_exception(exception: ExceptionSpec, path: &str, reason: Reason) {
    assert_only(&Spec { exceptions: &[GOOD_EXCEPTION, exception], ..Spec::default() }, path, reason);
}

#[test]
#[cfg_attr(miri, ignore = "64 windows and 64 exceptions are half a minute for Miri")]
fn a_good_schedule_has_no_problem() {
    let windows = [GOOD_WINDOW; 64];
    let exceptions = [GOOD_EXCEPTION; 64];
    let spec = Spec {
        timezone: "America/Argentina/Buenos_Aires",
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: HolidayMode::TreatAsOpen,
        holidays: &["2026-12-25", "2026-12-24..2026-12-26", "12-25", "12-24..01-02"],
        ..Spec::default()
    };
    assert_eq!(problems(&spec), []);
    let schedule = Full::from_spec(&spec, AllZones, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(schedule.zone().name(), spec.timezone);
    assert_eq!(schedule.holiday_mode(), HolidayMode::TreatAsOpen);
}

/// Defaults of the contract: a value of 1, holidays ignored.
#[test]
fn defaults() {
    let schedule = Full::from_spec(&Spec::default(), AllZones, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(schedule.default_value(), 1);
    assert_eq!(schedule.holiday_value(), None);
    assert_eq!(schedule.holiday_mode(), HolidayMode::Ignore);
    assert_eq!(schedule.holidays().count(), 0);
}

#[test]
fn zones_that_nobody_knows() {
    for timezone in ["", "Mars/Phobos", "america/new_york", "America/New_York ", "+01:00"] {
        assert_only(&Spec { timezone, ..Spec::default() }, "timezone", Reason::UnknownZone(timezone));
    }
}

#[test]
fn the_one_zone_of_a_board() {
    let home = TimeZone::named("Europe/Zurich");
    let spec = Spec { timezone: "Europe/Zurich", ..Spec::default() };
    assert_eq!(Full::from_spec(&spec, home, |problem| panic!("{problem}")).expect("valid").zone(), &home);
    for asked in ["Europe/Busingen", "Mars/Phobos"] {
        let mut found = Vec::new();
        let refused = Full::from_spec(&Spec { timezone: asked, ..spec }, home, |problem| found.push(problem));
        assert_eq!(refused.map_err(|invalid| invalid.problems), Err(1));
        let reason = Reason::OtherZone { asked, built: Some(home) };
        assert_eq!(found, [Problem { field: Field::Timezone, reason }]);
        assert!(reason.to_string().contains("write Europe/Zurich"), "{reason}");
    }
}

#[test]
fn times_of_a_window() {
    for text in ["", "9:00", "09:0", "09.00", "25:00", "24:00", "24:01", "09:60", "-1:00", " 09:00", "09:00:00", "noon"]
    {
        let reason = Reason::NotAStart(text);
        assert_in_window(WindowSpec { start: text, ..GOOD_WINDOW }, "windows[1].start", reason);
        if text != "24:00" {
            let reason = Reason::NotAnEnd(text);
            assert_in_window(WindowSpec { end: text, ..GOOD_WINDOW }, "windows[1].end", reason);
        }
    }
    for (start, end) in [("00:00", "24:00"), ("23:59", "24:00"), ("23:59", "00:00"), ("00:00", "00:01")] {
        assert_eq!(problems(&Spec { windows: &[WindowSpec { start, end, ..GOOD_WINDOW }], ..Spec::default() }), []);
    }
}

/// "Without an end day a start that equals the end is refused, and the message names 00:00-24:00."
#[test]
fn start_and_end_the_same() {
    for time in ["00:00", "09:00", "23:59"] {
        let window = WindowSpec { start: time, end: time, ..GOOD_WINDOW };
        let reason = Reason::SameStartAndEnd(time.parse::<TimeOfDay>().expect("a time of day"));
        assert_in_window(window, "windows[1].end", reason);
        assert!(reason.to_string().contains("00:00-24:00"), "{reason}");
        let with_end_day = [WindowSpec { end_day: Some("Mon"), ..window }];
        assert_eq!(problems(&Spec { windows: &with_end_day, ..Spec::default() }), []);
    }
}

#[test]
#[cfg_attr(miri, ignore = "dozens of schedules of the largest size are minutes for Miri")]
fn days_of_a_window() {
    for days in [["Monday"], ["mon"], ["MON"], ["mOnDaY"], ["Mon-Fri"], ["fri-MON"], ["Sunday-sun"], ["Thursday-Tue"]] {
        let windows = [WindowSpec { days: Some(&days), end_day: None, ..GOOD_WINDOW }];
        assert_eq!(problems(&Spec { windows: &windows, ..Spec::default() }), [], "{days:?}");
    }
    assert_in_window(WindowSpec { days: Some(&[]), ..GOOD_WINDOW }, "windows[1].days", Reason::NoDays);
    for text in
        ["", "Mo", "Mond", "Funday", "Mon-", "-Mon", "Mon-Tue-Wed", "Mon,Tue", "Mon - Tue", " Mon", "1", "montag"]
    {
        let days = ["Tue", text, "Wed"];
        assert_in_window(WindowSpec { days: Some(&days), ..GOOD_WINDOW }, "windows[1].days[1]", Reason::NotADay(text));
    }
}

/// `endDay` is a single day.
#[test]
fn the_end_day_of_a_window() {
    for end_day in ["Monday", "sun", "THURSDAY", "wEd"] {
        let windows = [WindowSpec { end_day: Some(end_day), ..GOOD_WINDOW }];
        assert_eq!(problems(&Spec { windows: &windows, ..Spec::default() }), [], "{end_day}");
    }
    for end_day in ["", "Mon-Fri", "Mon-Mon", "Frii", "7"] {
        let window = WindowSpec { end_day: Some(end_day), ..GOOD_WINDOW };
        assert_in_window(window, "windows[1].endDay", Reason::NotASingleDay(end_day));
    }
}

fn minute(text: &str) -> LocalMinute {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn times_of_an_exception() {
    for text in ["", "2026-12-25", "2026-12-25 10:00", "2026-12-25T10:00:00", "2026-12-25T10:00Z", "2026-12-25T24:00"]
        .into_iter()
        .chain(["2026-02-29T10:00", "2026-13-01T10:00", "2026-12-25T1:00", "26-12-25T10:00", "2026-12-25t10:00"])
    {
        let reason = Reason::NotALocalTime(text);
        let bad_start = ExceptionSpec { start: text, ..GOOD_EXCEPTION };
        assert_in_exception(bad_start, "exceptions[1].start", reason);
        let bad_end = ExceptionSpec { end: text, ..GOOD_EXCEPTION };
        assert_in_exception(bad_end, "exceptions[1].end", reason);
    }
    let start = "2026-12-25T10:00";
    for end in [start, "2026-12-25T09:59", "2025-12-25T11:00"] {
        let reason = Reason::EndNotAfterStart { start: minute(start), end: minute(end) };
        assert_in_exception(ExceptionSpec { start, end, ..GOOD_EXCEPTION }, "exceptions[1].end", reason);
    }
}

/// Past ones may be written, whenever they were; future ones as far as the zones' tables go.
#[test]
fn the_last_end_of_an_exception() {
    for (start, end) in [("0000-01-01T00:00", "2019-12-31T23:59"), ("2019-01-01T00:00", "2100-01-01T00:00")] {
        let exceptions = [ExceptionSpec { start, end, ..GOOD_EXCEPTION }];
        assert!(problems(&Spec { exceptions: &exceptions, ..Spec::default() }).is_empty(), "{start} to {end}");
    }
    for end in ["2100-01-01T00:01", "9999-12-31T23:59"] {
        assert_in_exception(ExceptionSpec { end, ..GOOD_EXCEPTION }, "exceptions[1].end", Reason::TooLate(minute(end)));
    }
    assert_eq!(
        Reason::TooLate(minute("2100-01-01T00:01")).to_string(),
        "2100-01-01T00:01 is later than schedules go: write an end up to 2100-01-01T00:00"
    );
}

/// One that a clock change leaves nothing of is valid: rule 3 empties it, not the writer.
#[test]
fn a_span_of_the_skipped_hour_is_valid() {
    let exceptions = [ExceptionSpec { start: "2026-03-08T02:00", end: "2026-03-08T03:00", ..GOOD_EXCEPTION }];
    let windows = [WindowSpec { start: "02:00", end: "03:00", ..GOOD_WINDOW }];
    let timezone = "America/New_York";
    assert_eq!(problems(&Spec { timezone, windows: &windows, exceptions: &exceptions, ..Spec::default() }), []);
}

/// A name has 63 characters at most: characters, not bytes.
#[test]
fn names() {
    for letter in ["a", "ü", "窓", "🪟"] {
        let (longest, too_long) = (letter.repeat(63), letter.repeat(64));
        let good = Spec {
            windows: &[WindowSpec { name: Some(&longest), ..GOOD_WINDOW }],
            exceptions: &[ExceptionSpec { name: Some(&longest), ..GOOD_EXCEPTION }],
            ..Spec::default()
        };
        assert_eq!(problems(&good), [], "63 times {letter}");
        let bad = Spec {
            windows: &[WindowSpec { name: Some(&too_long), ..GOOD_WINDOW }],
            exceptions: &[ExceptionSpec { name: Some(&too_long), ..GOOD_EXCEPTION }],
            ..Spec::default()
        };
        let reason = Reason::NameTooLong { found: 64 };
        let fields = [Field::Window(0, WindowField::Name), Field::Exception(0, ExceptionField::Name)];
        assert_eq!(problems(&bad), fields.map(|field| Problem { field, reason }));
    }
}

#[test]
fn values() {
    let most = i64::from(VALUE_MAX);
    assert_eq!(most, 2_147_483_647);
    for found in [-1, i64::MIN, most + 1, i64::MAX] {
        let reason = Reason::OutOfRange { found, most };
        let default = Spec { default_value: found, ..Spec::default() };
        assert_only(&default, "defaultReplicas", reason);
        let holiday = Spec { holiday_mode: HolidayMode::TreatAsOpen, holiday_value: Some(found), ..Spec::default() };
        assert_only(&holiday, "holidayReplicas", reason);
        let window = WindowSpec { value: found, ..GOOD_WINDOW };
        assert_in_window(window, "windows[1].replicas", reason);
        let exception = ExceptionSpec { value: found, ..GOOD_EXCEPTION };
        assert_in_exception(exception, "exceptions[1].replicas", reason);
    }
    for value in [0, 1, most] {
        let windows = [WindowSpec { value, ..GOOD_WINDOW }];
        let exceptions = [ExceptionSpec { value, ..GOOD_EXCEPTION }];
        let spec = Spec {
            default_value: value,
            windows: &windows,
            exceptions: &exceptions,
            holiday_mode: HolidayMode::TreatAsClosed,
            holiday_value: Some(value),
            ..Spec::default()
        };
        assert_eq!(problems(&spec), []);
    }
}

/// A value beside holidays that do nothing is a mistake.
#[test]
fn a_value_of_holidays_that_are_ignored() {
    for found in [0, 3, -1] {
        let spec = Spec { holiday_value: Some(found), ..Spec::default() };
        assert_only(&spec, "holidayReplicas", Reason::HolidaysIgnored);
    }
}

#[test]
fn holidays_that_are_none() {
    for text in ["", "Christmas", "2026-12-32", "2026-02-29", "12-32", "02-30", "2026-12-25..", "2026-12-25..12-26"] {
        let holidays = ["12-25", text];
        assert_only(&Spec { holidays: &holidays, ..Spec::default() }, "holidays[1]", Reason::NotAHoliday(text));
    }
    let (first, last) = (minute("2026-12-26T00:00").date(), minute("2026-12-24T00:00").date());
    let spec = Spec { holidays: &["2026-12-26..2026-12-24"], ..Spec::default() };
    assert_only(&spec, "holidays[0]", Reason::LastBeforeFirst { first, last });
}

/// What is more than there is room for is refused with the number.
#[test]
#[cfg_attr(miri, ignore = "dozens of schedules of the largest size are minutes for Miri")]
fn more_than_there_is_room_for() {
    for found in [65, 10_000] {
        let windows = vec![GOOD_WINDOW; found];
        let exceptions = vec![GOOD_EXCEPTION; found];
        let reason = Reason::TooMany { found, most: 64 };
        assert!(reason.to_string().contains(&found.to_string()) && reason.to_string().contains("64"), "{reason}");
        assert_only(&Spec { windows: &windows, ..Spec::default() }, "windows", reason);
        assert_only(&Spec { exceptions: &exceptions, ..Spec::default() }, "exceptions", reason);
    }
}

/// The capacities are the type's own; none at all is fine too, and the problems of the others are still all there.
#[test]
fn the_room_is_the_types() {
    let mut found = Vec::new();
    let windows = [GOOD_WINDOW, GOOD_WINDOW, WindowSpec { start: "x", end: "y", ..GOOD_WINDOW }];
    let spec = Spec { windows: &windows, exceptions: &[GOOD_EXCEPTION], ..Spec::default() };
    assert!(Schedule::<1, 0, 0>::from_spec(&spec, AllZones, |problem| found.push(problem.to_string())).is_err());
    let paths: Vec<_> = found.iter().filter_map(|text| text.split_once(':')).map(|(path, _)| path).collect();
    assert_eq!(paths, ["windows", "windows[2].start", "windows[2].end", "exceptions"]);
    assert!(Schedule::<0, 0, 0>::from_spec(&Spec::default(), AllZones, |problem| panic!("{problem}")).is_ok());
}

#[test]
fn too_many_holidays_leave_the_old_ones() {
    let mut schedule = Schedule::<1, 1, 3>::new(TimeZone::UTC);
    let mut set = |holidays: &[&str]| {
        let mut found = Vec::new();
        let spec = Spec { holidays, ..Spec::default() };
        let set = schedule.set(&spec, AllZones, |problem| found.push(problem.to_string()));
        assert_eq!(set.is_ok(), found.is_empty());
        (found, schedule.holidays().map(|holiday| holiday.to_string()).collect::<Vec<_>>())
    };
    let days = ["2026-12-01", "2026-12-03", "2026-12-05"].map(str::to_owned).to_vec();
    let listed = ["2026-12-03", "2026-12-01", "2026-12-03", "2026-12-05", "2026-12-01"];
    assert_eq!(set(&listed), (vec![], days.clone()));
    let refused = vec!["holidays: more than 3 holidays, dates in a row counted once: write at most 3".to_owned()];
    let four = ["2026-12-10", "2026-12-12", "2026-12-14", "2026-12-16"];
    assert_eq!(set(&four), (refused, days), "the old ones stay");
    assert_eq!(set(&[]), (vec![], vec![]));
}

/// Whatever a schedule was before: set to what is valid it is what `new` makes of that, else it stays as it was, and
/// the problems are those of `new`.
#[test]
fn setting_in_place() {
    let (bad, long) = (WindowSpec { start: "9:00", ..GOOD_WINDOW }, [GOOD_WINDOW; 4]);
    let home = Spec { timezone: "Europe/Zurich", default_value: 7, ..Spec::default() };
    let full = Spec {
        windows: &[GOOD_WINDOW, WindowSpec { days: Some(&["Sat-Sun"]), start: "22:00", ..GOOD_WINDOW }],
        exceptions: &[GOOD_EXCEPTION],
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_value: Some(5),
        holidays: &["2026-12-25", "12-25"],
        ..home
    };
    let specs = [
        Spec::default(),
        home,
        full,
        Spec { windows: &[GOOD_WINDOW, bad], exceptions: &[], ..full },
        Spec { windows: &long, ..full },
        Spec { timezone: "Mars/Phobos", ..home },
        Spec { windows: &[WindowSpec { start: "00:00", end: "24:00", ..GOOD_WINDOW }], ..full },
        Spec { default_value: -1, windows: &[], ..full },
        Spec { holidays: &["2026-12-25", "12-25", "01-01"], ..full },
        Spec { holidays: &["2026-12-25", "2206-12-25"], ..full },
    ];
    let zone = TimeZone::named("Europe/Zurich");
    let mut valid = 0;
    for before in &specs {
        for spec in &specs {
            let mut schedule = Schedule::<3, 1, 2>::new(TimeZone::UTC);
            let _ = schedule.set(before, AllZones, |_| ());
            let before = schedule.clone();
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            let set = schedule.set(spec, AllZones, |problem| found.push(problem));
            let new = Schedule::<3, 1, 2>::from_spec(spec, AllZones, |problem| expected.push(problem));
            assert_eq!(found, expected);
            assert_eq!(set, new.as_ref().map(drop).map_err(|invalid| *invalid));
            assert_eq!(schedule, new.clone().unwrap_or(before), "{spec:?}");
            valid += usize::from(set.is_ok());
            if spec.timezone == zone.name().as_str() {
                assert_eq!(schedule.set(spec, zone, |_| ()), set);
            } else {
                let before = schedule.clone();
                schedule.set(spec, zone, |_| ()).expect_err("another zone");
                assert_eq!(schedule, before);
            }
        }
    }
    assert_eq!(valid, 4 * specs.len());
}

/// What a board starts with.
#[test]
fn an_empty_schedule() {
    let empty = Full::new(TimeZone::UTC);
    let nothing = Spec { default_value: 0, ..Spec::default() };
    assert_eq!(Full::from_spec(&nothing, AllZones, |problem| panic!("{problem}")).as_ref(), Ok(&empty));
    for second in [i64::MIN, -1, 0, 1_773_000_000, i64::MAX] {
        let answer = empty.evaluate(second);
        assert_eq!((answer.cause(), answer.value(), answer.until()), (Cause::Default, 0, None), "{second}");
    }
}

/// Every error there is, in one pass, in the order of the fields.
#[test]
fn all_at_once() {
    let name = "n".repeat(64);
    let bad_window = WindowSpec {
        name: Some(&name),
        days: Some(&["Mon", "Caturday", "Fri-", "Tue"]),
        start: "9",
        end: "24:30",
        end_day: Some("Mon-Fri"),
        value: -1,
    };
    let bad_exception = ExceptionSpec { name: Some(&name), start: "today", end: "tomorrow", value: -5 };
    let backwards = ExceptionSpec { start: GOOD_EXCEPTION.end, end: GOOD_EXCEPTION.start, ..GOOD_EXCEPTION };
    let mut windows = vec![GOOD_WINDOW; 65];
    windows.splice(..2, [bad_window, WindowSpec { days: Some(&[]), end: "09:00", ..GOOD_WINDOW }]);
    let mut exceptions = vec![GOOD_EXCEPTION; 66];
    exceptions.splice(..2, [bad_exception, backwards]);
    let spec = Spec {
        timezone: "Mars/Phobos",
        default_value: -3,
        windows: &windows,
        exceptions: &exceptions,
        holiday_value: Some(3),
        holidays: &["2026-12-25", "Christmas", "2026-12-26..2026-12-25", "2019-12-31"],
        ..Spec::default()
    };
    let paths: Vec<String> = problems(&spec).iter().map(|problem| problem.field.to_string()).collect();
    let expected = "timezone defaultReplicas \
        windows windows[0].name windows[0].days[1] windows[0].days[2] windows[0].start windows[0].end \
        windows[0].endDay windows[0].replicas windows[1].days windows[1].end exceptions exceptions[0].name \
        exceptions[0].start exceptions[0].end exceptions[0].replicas exceptions[1].end holidayReplicas \
        holidays[1] holidays[2] holidays[3]";
    assert_eq!(paths, expected.split_whitespace().collect::<Vec<_>>());
}

/// The types of the public API say what the paths say.
#[test]
fn fields_are_their_paths() {
    assert_eq!(Field::Window(12, WindowField::Day(3)).to_string(), "windows[12].days[3]");
    assert_eq!(Field::Window(0, WindowField::Days).to_string(), "windows[0].days");
    assert_eq!(Field::Exception(7, ExceptionField::Value).to_string(), "exceptions[7].replicas");
    assert_eq!(TimeOfDay::END_OF_DAY.to_string(), "24:00");
}
