//! Everything that is wrong with a schedule is reported, at its field's path, in one pass.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that panics is a test that fails")]

use kyklos_core::{
    Cause, ExceptionField, ExceptionSpec, Field, GRACE_PERIOD_MAX, HolidayMode, Invalid, Problem, REPLICAS_MAX, Reason,
    Schedule, Spec, TargetRef, TimeOfDay, WindowField, WindowSpec, Zone, parse_date,
};

/// The resource's own capacities.
type Full = Schedule<64, 64, 1_000>;

const GOOD_WINDOW: WindowSpec =
    WindowSpec { name: None, days: None, start: "09:00", end: "17:00", end_day: None, replicas: 3 };
const GOOD_EXCEPTION: ExceptionSpec =
    ExceptionSpec { name: None, start: "2026-12-24T18:00", end: "2026-12-26T06:00", replicas: 3 };
const GOOD_TARGET: TargetRef =
    TargetRef { api_version: "apps/v1", kind: "Deployment", name: "web", namespace: None, own_namespace: "shop" };

fn problems<'a>(spec: &Spec<'a>) -> Vec<Problem<'a>> {
    let mut problems = Vec::new();
    match Full::new(spec, |problem| problems.push(problem)) {
        Ok(_) => assert_eq!(problems, [], "valid, with problems"),
        Err(invalid) => assert_eq!(invalid, Invalid { problems: problems.len() }, "not all were reported"),
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
        target: Some(TargetRef { namespace: Some("shop"), ..GOOD_TARGET }),
        timezone: "America/Argentina/Buenos_Aires",
        windows: &windows,
        exceptions: &exceptions,
        holiday_mode: HolidayMode::TreatAsOpen,
        holiday_config_map: Some("holidays"),
        ..Spec::default()
    };
    assert_eq!(problems(&spec), []);
    let schedule = Full::new(&spec, |problem| panic!("{problem}")).expect("valid");
    assert_eq!(schedule.zone().name(), spec.timezone);
    assert_eq!(schedule.holiday_mode(), HolidayMode::TreatAsOpen);
}

/// Defaults of the contract: 1 replica, 300 seconds of grace, holidays ignored.
#[test]
fn defaults() {
    let schedule = Full::new(&Spec::default(), |problem| panic!("{problem}")).expect("valid");
    assert_eq!(schedule.default_replicas(), 1);
    assert_eq!(schedule.grace_period_seconds(), 300);
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
    let home = Zone::named("Europe/Zurich");
    let spec = Spec { timezone: "Europe/Zurich", ..Spec::default() };
    assert_eq!(Full::new_in(home, &spec, |problem| panic!("{problem}")).expect("valid").zone(), home);
    for asked in ["Europe/Busingen", "Mars/Phobos"] {
        let mut found = Vec::new();
        let refused = Full::new_in(home, &Spec { timezone: asked, ..spec }, |problem| found.push(problem));
        assert_eq!(refused, Err(Invalid { problems: 1 }));
        let reason = Reason::OtherZone { asked, built: home };
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

/// "`start` equal to `end` without `endDay` is refused, with a message that names `00:00`-`24:00`."
#[test]
fn start_and_end_the_same() {
    for time in ["00:00", "09:00", "23:59"] {
        let window = WindowSpec { start: time, end: time, ..GOOD_WINDOW };
        let reason = Reason::SameStartAndEnd(TimeOfDay::parse(time).expect("a time of day"));
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
        let reason = Reason::EndNotAfterStart { start, end };
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
        assert_in_exception(ExceptionSpec { end, ..GOOD_EXCEPTION }, "exceptions[1].end", Reason::TooLate(end));
    }
    assert_eq!(
        Reason::TooLate("2100-01-01T00:01").to_string(),
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
fn replicas() {
    let most = REPLICAS_MAX;
    assert_eq!(most, 2_147_483_647);
    for found in [-1, i64::MIN, most + 1, i64::MAX] {
        let reason = Reason::OutOfRange { found, most };
        let default = Spec { default_replicas: found, ..Spec::default() };
        assert_only(&default, "defaultReplicas", reason);
        let window = WindowSpec { replicas: found, ..GOOD_WINDOW };
        assert_in_window(window, "windows[1].replicas", reason);
        let exception = ExceptionSpec { replicas: found, ..GOOD_EXCEPTION };
        assert_in_exception(exception, "exceptions[1].replicas", reason);
    }
    for replicas in [0, 1, most] {
        let windows = [WindowSpec { replicas, ..GOOD_WINDOW }];
        let exceptions = [ExceptionSpec { replicas, ..GOOD_EXCEPTION }];
        let spec = Spec { default_replicas: replicas, windows: &windows, exceptions: &exceptions, ..Spec::default() };
        assert_eq!(problems(&spec), []);
    }
}

#[test]
fn grace() {
    assert_eq!(GRACE_PERIOD_MAX, 3_600);
    for found in [-1, 3_601, i64::MAX, i64::MIN, 65_536] {
        let reason = Reason::OutOfRange { found, most: 3_600 };
        assert_only(&Spec { grace_period_seconds: found, ..Spec::default() }, "gracePeriodSeconds", reason);
    }
    for seconds in [0, 1, 3_600] {
        let spec = Spec { grace_period_seconds: i64::from(seconds), ..Spec::default() };
        assert_eq!(Full::new(&spec, |_| ()).expect("valid").grace_period_seconds(), seconds);
    }
}

#[test]
fn targets() {
    for (target, path) in [
        (TargetRef { api_version: "", ..GOOD_TARGET }, "targetRef.apiVersion"),
        (TargetRef { kind: "", ..GOOD_TARGET }, "targetRef.kind"),
        (TargetRef { name: "", ..GOOD_TARGET }, "targetRef.name"),
    ] {
        assert_only(&Spec { target: Some(target), ..Spec::default() }, path, Reason::Empty);
    }
    for asked in ["default", "Shop", ""] {
        let target = TargetRef { namespace: Some(asked), ..GOOD_TARGET };
        let reason = Reason::ForeignNamespace { asked, own: "shop" };
        assert_only(&Spec { target: Some(target), ..Spec::default() }, "targetRef.namespace", reason);
    }
}

#[test]
fn the_name_of_the_config_map() {
    let spec = Spec { holiday_config_map: Some(""), ..Spec::default() };
    assert_only(&spec, "holidayConfigMap", Reason::Empty);
}

/// "More is refused with the number."
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
    assert!(Schedule::<1, 0, 0>::new(&spec, |problem| found.push(problem.to_string())).is_err());
    let paths: Vec<_> = found.iter().filter_map(|text| text.split_once(':')).map(|(path, _)| path).collect();
    assert_eq!(paths, ["windows", "windows[2].start", "windows[2].end", "exceptions"]);
    assert!(Schedule::<0, 0, 0>::new(&Spec::default(), |problem| panic!("{problem}")).is_ok());
}

#[test]
fn too_many_holidays_leave_the_old_ones() {
    let day = |day| parse_date(&format!("2026-12-{day:02}")).expect("a date");
    let mut schedule = Schedule::<1, 1, 3>::new(&Spec::default(), |problem| panic!("{problem}")).expect("valid");
    assert_eq!(schedule.set_holidays([day(3), day(1), day(3), day(2), day(1)]), Ok(()));
    assert_eq!(schedule.holidays().collect::<Vec<_>>(), [day(1), day(2), day(3)]);
    let refused = schedule.set_holidays((10..=13).map(day)).expect_err("four into three");
    assert_eq!(refused.most, 3);
    assert!(refused.to_string().contains('3'), "{refused}");
    assert_eq!(schedule.holidays().collect::<Vec<_>>(), [day(1), day(2), day(3)], "the old ones stay");
    assert_eq!(schedule.set_holidays([]), Ok(()));
    assert_eq!(schedule.holidays().count(), 0);
}

/// Whatever a schedule was before: set to what is valid it is what `new` makes of that, else it stays as it was, and
/// the problems are those of `new`.
#[test]
fn setting_in_place() {
    let (bad, long) = (WindowSpec { start: "9:00", ..GOOD_WINDOW }, [GOOD_WINDOW; 4]);
    let home = Spec { timezone: "Europe/Zurich", default_replicas: 7, ..Spec::default() };
    let full = Spec {
        windows: &[GOOD_WINDOW, WindowSpec { days: Some(&["Sat-Sun"]), start: "22:00", ..GOOD_WINDOW }],
        exceptions: &[GOOD_EXCEPTION],
        holiday_mode: HolidayMode::TreatAsOpen,
        grace_period_seconds: 5,
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
        Spec { default_replicas: -1, windows: &[], ..full },
    ];
    let zone = Zone::named("Europe/Zurich");
    let mut valid = 0;
    for before in &specs {
        for spec in &specs {
            let mut schedule = Schedule::<3, 1, 2>::empty();
            let _ = schedule.set(before, |_| ());
            schedule.set_holiday_days([20_447]).expect("room for one");
            let before = schedule.clone();
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            let set = schedule.set(spec, |problem| found.push(problem));
            let new = Schedule::<3, 1, 2>::new(spec, |problem| expected.push(problem));
            assert_eq!(found, expected);
            assert_eq!(set, new.as_ref().map(drop).map_err(|invalid| *invalid));
            assert_eq!(schedule, new.clone().unwrap_or(before), "{spec:?}");
            valid += usize::from(set.is_ok());
            if spec.timezone == zone.name() {
                assert_eq!(schedule.set_in(zone, spec, |_| ()), set);
            } else {
                let before = schedule.clone();
                schedule.set_in(zone, spec, |_| ()).expect_err("another zone");
                assert_eq!(schedule, before);
            }
        }
    }
    assert_eq!(valid, 4 * specs.len());
}

/// What a board starts with.
#[test]
fn an_empty_schedule() {
    let empty = Full::empty();
    let nothing = Spec { default_replicas: 0, grace_period_seconds: 0, ..Spec::default() };
    assert_eq!(Full::new(&nothing, |problem| panic!("{problem}")).as_ref(), Ok(&empty));
    for second in [i64::MIN, -1, 0, 1_773_000_000, i64::MAX] {
        let answer = empty.evaluate(second);
        assert_eq!((answer.state.cause, answer.state.replicas, answer.until), (Cause::Default, 0, None), "{second}");
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
        replicas: -1,
    };
    let bad_exception = ExceptionSpec { name: Some(&name), start: "today", end: "tomorrow", replicas: -5 };
    let backwards = ExceptionSpec { start: GOOD_EXCEPTION.end, end: GOOD_EXCEPTION.start, ..GOOD_EXCEPTION };
    let mut windows = vec![GOOD_WINDOW; 65];
    windows.splice(..2, [bad_window, WindowSpec { days: Some(&[]), end: "09:00", ..GOOD_WINDOW }]);
    let mut exceptions = vec![GOOD_EXCEPTION; 66];
    exceptions.splice(..2, [bad_exception, backwards]);
    let foreign =
        TargetRef { api_version: "", kind: "", name: "", namespace: Some("elsewhere"), own_namespace: "shop" };
    let spec = Spec {
        target: Some(foreign),
        timezone: "Mars/Phobos",
        default_replicas: -3,
        windows: &windows,
        exceptions: &exceptions,
        holiday_config_map: Some(""),
        grace_period_seconds: 4_000,
        ..Spec::default()
    };
    let paths: Vec<String> = problems(&spec).iter().map(|problem| problem.field.to_string()).collect();
    let expected = "targetRef.apiVersion targetRef.kind targetRef.name targetRef.namespace timezone defaultReplicas \
        windows windows[0].name windows[0].days[1] windows[0].days[2] windows[0].start windows[0].end \
        windows[0].endDay windows[0].replicas windows[1].days windows[1].end exceptions exceptions[0].name \
        exceptions[0].start exceptions[0].end exceptions[0].replicas exceptions[1].end holidayConfigMap \
        gracePeriodSeconds";
    assert_eq!(paths, expected.split_whitespace().collect::<Vec<_>>());
}

/// The types of the public API say what the paths say.
#[test]
fn fields_are_their_paths() {
    assert_eq!(Field::Window(12, WindowField::Day(3)).to_string(), "windows[12].days[3]");
    assert_eq!(Field::Window(0, WindowField::Days).to_string(), "windows[0].days");
    assert_eq!(Field::Exception(7, ExceptionField::Replicas).to_string(), "exceptions[7].replicas");
    assert_eq!(TimeOfDay::END_OF_DAY.to_string(), "24:00");
}
