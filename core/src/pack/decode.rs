//! From a pack to a schedule: everything is checked first, then set, so that what is wrong leaves a schedule as it was. No list is
//! copied: what is checked and what is set is read from the bytes.

use super::open::{Pack, problem};
use super::problem::{PackField, PackProblem, PackReason};
use super::wire::{
    AT_COUNTS, AT_DATES, AT_DEFAULT, AT_HOLIDAY_MODE, AT_HOLIDAY_VALUE, AT_NAME_LENGTH, AT_OFFSET, AT_RULE, CHANGE,
    DATE, EXCEPTION, HOLIDAY, NO_DAY, NONE, WINDOW,
};
use crate::answer::dates::Dates;
use crate::answer::exceptions::Instants;
use crate::civil::FROM;
use crate::input::fields;
use crate::input::in_order::insert_in_order;
use crate::zone::{Dated, MonthDay};
use crate::{
    Date, Days, Exception, ExceptionField, Field, Holiday, HolidayMode, LocalMinute, Reason, Schedule, TimeOfDay,
    Weekday, Window, WindowField, YearlyDate, YearlyRule, ZoneRules,
};

type Checked<T> = Result<T, PackProblem>;

const MINUTES: i32 = 1_440;

impl<const WINDOWS: usize, const EXCEPTIONS: usize, const HOLIDAYS: usize, const CHANGES: usize>
    Schedule<WINDOWS, EXCEPTIONS, HOLIDAYS, ZoneRules<CHANGES>>
{
    /// Replaces everything, the zone included, by what a pack says, in one step and in the place where the schedule is.
    ///
    /// # Errors
    ///
    /// The first [`PackProblem`]: the pack is broken, of another version, says what can't be, or there is no room for so much. The
    /// schedule then stays as it was.
    #[cfg_attr(docsrs, doc(cfg(feature = "pack")))]
    pub fn set_pack(&mut self, pack: &Pack<'_>) -> Result<(), PackProblem> {
        let of =
            |field, offset| move |reason| problem(PackField::Schedule(field), offset, PackReason::Schedule(reason));
        let (wire, lists) = (pack.wire, pack.lists);
        let zone: ZoneRules<CHANGES> = pack.zone()?;
        let default = wire.u32(AT_DEFAULT);
        fields::value_of(default.into()).map_err(of(Field::DefaultValue, AT_DEFAULT))?;
        let mode = pack.holiday_mode()?;
        let value = Some(wire.u32(AT_HOLIDAY_VALUE)).filter(|&value| value != NONE).map(i64::from);
        let value = fields::holiday_value(mode, value).map_err(of(Field::HolidayValue, AT_HOLIDAY_VALUE))?;
        fields::room(lists.windows.count, WINDOWS).map_err(of(Field::Windows, AT_COUNTS + 2))?;
        fields::room(lists.exceptions.count, EXCEPTIONS).map_err(of(Field::Exceptions, AT_COUNTS + 4))?;
        pack.windows().try_for_each(|window| window.map(|_| ()))?;
        pack.exceptions().try_for_each(|exception| exception.map(|_| ()))?;
        pack.holidays().try_for_each(|holiday| holiday.map(|_| ()))?;
        let mut each = |take: &mut dyn FnMut(_)| pack.holidays().flatten().for_each(|holiday| take(holiday.run()));
        if !insert_in_order(&mut Dates::<HOLIDAYS>::none().as_mut(), &mut each) {
            let reason = Reason::TooManyHolidays { most: HOLIDAYS };
            return Err(of(Field::Holidays, AT_COUNTS + 6)(reason));
        }
        let rules = zone.rules();
        let mut parts = self.parts();
        parts.clear();
        let _ = parts.set_default_value(default);
        let _ = parts.set_holiday_mode(mode, value);
        for window in pack.windows().flatten() {
            parts.window(window);
        }
        for exception in pack.exceptions().flatten() {
            parts.exception(Instants::of(exception, &rules), exception.value());
        }
        insert_in_order(&mut parts.dates, &mut each);
        parts.finish_week();
        self.zone = zone;
        Ok(())
    }
}

impl Pack<'_> {
    fn zone<const CHANGES: usize>(&self) -> Checked<ZoneRules<CHANGES>> {
        let (wire, lists) = (self.wire, self.lists);
        // Only for as many as there is room for: the others are counted and refused.
        if lists.changes.count > CHANGES {
            let fault = crate::ZoneFault::TooManyChanges { changes: lists.changes.count, room: CHANGES };
            return Err(problem(PackField::ZoneChanges, AT_COUNTS, PackReason::Zone(fault)));
        }
        let rule = self.rule()?;
        let mut changes = [(0, 0); CHANGES];
        for ((_, at), change) in lists.changes.places(CHANGE).zip(&mut changes) {
            *change = (FROM + i64::from(wire.u32(at)) * 60, i32::from(wire.i8(at + 4)) * 900);
        }
        let changes = changes.get(..lists.changes.count).unwrap_or_default();
        let first = i32::from(wire.i8(AT_OFFSET)) * 900;
        let name = str::from_utf8(wire.bytes(lists.name.at, lists.name.count));
        let name = name.map_err(|fault| {
            let at = fault.valid_up_to();
            let fault = crate::ZoneFault::NameCharacter { at };
            problem(PackField::ZoneName, lists.name.at + at, PackReason::Zone(fault))
        })?;
        ZoneRules::new(name, first, changes, rule).map_err(|fault| {
            let (field, at) = self.place_of(fault);
            problem(field, at, PackReason::Zone(fault))
        })
    }

    /// Which field of the pack a fault of its zone is in.
    fn place_of(&self, fault: crate::ZoneFault) -> (PackField, usize) {
        use crate::{OffsetOf, ZoneFault};
        let change = |index| (PackField::ZoneChange(index), self.lists.changes.at + index * CHANGE);
        match fault {
            ZoneFault::NameEmpty | ZoneFault::NameTooLong { .. } => (PackField::ZoneName, AT_NAME_LENGTH),
            ZoneFault::NameCharacter { at } => (PackField::ZoneName, self.lists.name.at + at),
            ZoneFault::OffsetNotQuarter { of, .. } | ZoneFault::OffsetTooLarge { of, .. } => match of {
                OffsetOf::First => (PackField::ZoneOffset, AT_OFFSET),
                OffsetOf::Change(index) => change(index),
                OffsetOf::Rule => (PackField::ZoneRule, AT_RULE),
            },
            ZoneFault::TooManyOffsets { index }
            | ZoneFault::ChangeNotMinute { index }
            | ZoneFault::ChangeOutOfRange { index }
            | ZoneFault::ChangeTooClose { index }
            | ZoneFault::PutBackTooFar { index } => change(index),
            ZoneFault::TooManyChanges { .. } => (PackField::ZoneChanges, AT_COUNTS),
            _ => (PackField::ZoneRule, AT_RULE),
        }
    }

    fn rule(&self) -> Checked<YearlyRule> {
        let wire = self.wire;
        let meaningless = |found, at| problem(PackField::ZoneRule, at, PackReason::Meaningless { found });
        let offset = |at| -> Checked<i8> {
            let offset = wire.i8(at);
            // Less than a day, as every offset.
            if offset.unsigned_abs() < 96 { Ok(offset) } else { Err(meaningless(wire.u8(at).into(), at)) }
        };
        let date = |at: usize| -> Checked<MonthDay> {
            let (month, week, weekday) = (wire.u8(at), wire.u8(at + 1), wire.u8(at + 2));
            let minutes = wire.u16(at + 4).cast_signed();
            let right = (3..=12).contains(&month) && (1..=5).contains(&week) && weekday < 7 && wire.u8(at + 3) == 0;
            // 167:59, the longest time that a rule may have.
            if right && minutes.unsigned_abs() < 168 * 60 {
                Ok(MonthDay { month, week, weekday, minutes: minutes.into() })
            } else {
                Err(meaningless(wire.u32(at), at))
            }
        };
        let (outside, between) = (offset(AT_RULE + 1)?, offset(AT_RULE + 2)?);
        let dates = match wire.u8(AT_RULE) {
            0 if outside == between && wire.bytes(AT_DATES, 2 * DATE).iter().all(|&byte| byte == 0) => None,
            1 if outside != between => Some([date(AT_DATES)?, date(AT_DATES + DATE)?]),
            found => return Err(meaningless(found.into(), AT_RULE)),
        };
        let rule = Dated { outside, between, dates }.rule();
        rule.map_err(|fault| problem(PackField::ZoneRule, AT_RULE, PackReason::Zone(fault)))
    }

    fn holiday_mode(&self) -> Checked<HolidayMode> {
        let found = self.wire.u8(AT_HOLIDAY_MODE);
        HolidayMode::ALL.get(usize::from(found)).copied().ok_or_else(|| {
            problem(PackField::HolidayMode, AT_HOLIDAY_MODE, PackReason::Meaningless { found: found.into() })
        })
    }

    /// `days, end day, start, end, value`
    fn windows(&self) -> impl Iterator<Item = Checked<Window>> + '_ {
        let wire = self.wire;
        self.lists.windows.places(WINDOW).map(move |(index, at)| {
            let fail =
                |field, offset, reason| problem(PackField::Schedule(Field::Window(index, field)), offset, reason);
            let meaningless = |field, offset, found| fail(field, offset, PackReason::Meaningless { found });
            let days =
                Days::from_bits(wire.u8(at)).ok_or_else(|| meaningless(WindowField::Days, at, wire.u8(at).into()))?;
            let time = |field, at| {
                let minutes = wire.u16(at);
                TimeOfDay::from_minutes(minutes).ok_or_else(|| meaningless(field, at, minutes.into()))
            };
            let (start, end) = (time(WindowField::Start, at + 2)?, time(WindowField::End, at + 4)?);
            let value = wire.u32(at + 6);
            let window = match wire.u8(at + 1) {
                NO_DAY => Window::new(days, start, end, value),
                number => match Weekday::from_number(number) {
                    Some(day) => Window::ending_on(days, start, day, end, value),
                    None => return Err(meaningless(WindowField::EndDay, at + 1, number.into())),
                },
            };
            window.map_err(|reason| {
                let (field, offset) = match reason {
                    Reason::NoDays => (WindowField::Days, at),
                    Reason::NotAStart(_) => (WindowField::Start, at + 2),
                    Reason::OutOfRange { .. } => (WindowField::Value, at + 6),
                    _ => (WindowField::End, at + 4),
                };
                fail(field, offset, PackReason::Schedule(reason))
            })
        })
    }

    /// `start, end, value`: minutes of the wall clock from 1970 on
    fn exceptions(&self) -> impl Iterator<Item = Checked<Exception>> + '_ {
        let wire = self.wire;
        self.lists.exceptions.places(EXCEPTION).map(move |(index, at)| {
            let fail =
                |field, offset, reason| problem(PackField::Schedule(Field::Exception(index, field)), offset, reason);
            let minute = |field, at| {
                let found = wire.u32(at);
                local_minute(found.cast_signed()).ok_or_else(|| fail(field, at, PackReason::Meaningless { found }))
            };
            let (start, end) = (minute(ExceptionField::Start, at)?, minute(ExceptionField::End, at + 4)?);
            Exception::new(start, end, wire.u32(at + 8)).map_err(|reason| {
                let (field, offset) = match reason {
                    Reason::OutOfRange { .. } => (ExceptionField::Value, at + 8),
                    _ => (ExceptionField::End, at + 4),
                };
                fail(field, offset, PackReason::Schedule(reason))
            })
        })
    }

    /// `kind, first, last`: days from 1970 on, or a month and a day
    fn holidays(&self) -> impl Iterator<Item = Checked<Holiday>> + '_ {
        let wire = self.wire;
        self.lists.holidays.places(HOLIDAY).map(move |(index, at)| {
            let fail = |offset, reason| problem(PackField::Schedule(Field::Holiday(index)), offset, reason);
            let meaningless = |found: u16, at| fail(at, PackReason::Meaningless { found: found.into() });
            let date =
                |at| Date::from_days_since_1970(wire.u16(at).into()).ok_or_else(|| meaningless(wire.u16(at), at));
            let yearly = |at: usize| {
                let (month, day) = (wire.u8(at), wire.u8(at + 1));
                YearlyDate::new(month, day).ok_or_else(|| meaningless(wire.u16(at), at))
            };
            match wire.u8(at) {
                0 => Holiday::dates(date(at + 1)?, date(at + 3)?)
                    .map_err(|reason| fail(at + 1, PackReason::Schedule(reason))),
                1 => Ok(Holiday::yearly_range(yearly(at + 1)?, yearly(at + 3)?)),
                found => Err(meaningless(found.into(), at)),
            }
        })
    }
}

fn local_minute(minutes: i32) -> Option<LocalMinute> {
    let date = Date::from_days_since_1970(minutes.div_euclid(MINUTES))?;
    LocalMinute::new(date, TimeOfDay::from_minutes(u16::try_from(minutes.rem_euclid(MINUTES)).ok()?)?)
}
