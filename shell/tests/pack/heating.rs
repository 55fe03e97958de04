/// home/heating, made by `kyklos pack`. Its zone is that of kyklos-core's tzdb release.
pub static SCHEDULE: kyklos_core::Schedule<16, 8, 32> = {
    #[allow(unused_imports)]
    use kyklos_core::*;
    let mut schedule = Schedule::new(TimeZone::named("Europe/Zurich"));
    assert!(schedule.set_default_value(170).is_ok());
    assert!(schedule.push_window(Window::constant(Days::WEEKDAYS, TimeOfDay::constant(6, 30), TimeOfDay::constant(8, 0), 210)).is_ok());
    assert!(schedule.push_window(Window::constant(Days::WEEKEND, TimeOfDay::constant(8, 0), TimeOfDay::END_OF_DAY, 205)).is_ok());
    assert!(schedule.push_window(match Window::ending_on(Days::FRI, TimeOfDay::constant(21, 0), Weekday::Monday, TimeOfDay::constant(6, 0), 160) { Ok(made) => made, Err(_) => panic!() }).is_ok());
    assert!(schedule.push_exception(match Exception::new(match LocalMinute::new(Date::constant(2026, 12, 24), TimeOfDay::constant(18, 0)) { Some(made) => made, None => panic!() }, match LocalMinute::new(Date::constant(2026, 12, 25), TimeOfDay::constant(2, 0)) { Some(made) => made, None => panic!() }, 220) { Ok(made) => made, Err(_) => panic!() }).is_ok());
    assert!(schedule.set_holiday_mode(HolidayMode::TreatAsClosed, None).is_ok());
    assert!(schedule.push_holiday(match Holiday::dates(Date::constant(2026, 8, 1), Date::constant(2026, 8, 1)) { Ok(made) => made, Err(_) => panic!() }).is_ok());
    assert!(schedule.push_holiday(Holiday::yearly_range(YearlyDate::constant(12, 25), YearlyDate::constant(12, 26))).is_ok());
    schedule
};
