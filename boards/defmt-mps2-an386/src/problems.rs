//! What can be wrong with a schedule.

use kyklos_core::json::{JsonReason, JsonType, Syntax};
use kyklos_core::{Date, ExceptionField, Field, LocalMinute, Problem, Reason, TimeOfDay, WindowField};

use crate::{ZONE, log};

pub(crate) fn log_all() -> Option<()> {
    fields();
    reasons(LocalMinute::new(Date::constant(2026, 12, 1), TimeOfDay::MIDNIGHT)?);
    json();
    Some(())
}

fn fields() {
    log!("WindowField":
        WindowField::Name,
        WindowField::Days,
        WindowField::Day(2),
        WindowField::Start,
        WindowField::End,
        WindowField::EndDay,
        WindowField::Value,
    );
    log!("ExceptionField":
        ExceptionField::Name,
        ExceptionField::Start,
        ExceptionField::End,
        ExceptionField::Value,
    );
    log!("Field":
        Field::Timezone,
        Field::DefaultValue,
        Field::Windows,
        Field::Window(1, WindowField::Day(2)),
        Field::Exceptions,
        Field::Exception(3, ExceptionField::End),
        Field::HolidayValue,
        Field::Holidays,
        Field::Holiday(4),
    );
}

fn reasons(minute: LocalMinute) {
    let date = minute.date();
    log!("Problem": Problem { field: Field::Timezone, reason: Reason::UnknownZone("Mars/Phobos") });
    log!("Reason":
        Reason::UnknownZone("Mars/Phobos"),
        Reason::OtherZone { asked: "Asia/Tokyo", built: Some(ZONE) },
        Reason::OtherZone { asked: "Asia/Tokyo", built: None },
        Reason::NotAStart("9:00"),
        Reason::NotAnEnd("24:01"),
        Reason::SameStartAndEnd(TimeOfDay::END_OF_DAY),
        Reason::NotADay("Maandag"),
        Reason::NotASingleDay("Mon-Fri"),
        Reason::NoDays,
        Reason::NotALocalTime("2026-02-29T00:00"),
        Reason::EndNotAfterStart { start: minute, end: minute },
        Reason::TooLate(minute),
        Reason::NotAHoliday("25.12."),
        Reason::LastBeforeFirst { first: date, last: date },
        Reason::NeverCounts,
        Reason::TooManyHolidays { most: 32 },
        Reason::HolidaysIgnored,
        Reason::OutOfRange { found: -1, most: 3_600 },
        Reason::NameTooLong { found: 64 },
        Reason::TooMany { found: 65, most: 64 },
    );
}

fn json() {
    log!("json::JsonType":
        JsonType::Null,
        JsonType::Boolean,
        JsonType::Number,
        JsonType::WholeNumber,
        JsonType::Text,
        JsonType::List,
        JsonType::Object,
    );
    log!("json::Syntax":
        Syntax::NotUtf8,
        Syntax::Ended,
        Syntax::Value,
        Syntax::Key,
        Syntax::Colon,
        Syntax::CommaOrBrace,
        Syntax::CommaOrBracket,
        Syntax::Number,
        Syntax::Escape,
        Syntax::LoneSurrogate,
        Syntax::ControlCharacter,
        Syntax::TooDeep,
        Syntax::Trailing,
    );
    log!("json::JsonReason":
        JsonReason::Syntax(Syntax::Colon),
        JsonReason::Type { expected: JsonType::WholeNumber, found: JsonType::Text },
        JsonReason::Unknown { known: &["start", "end"] },
        JsonReason::Duplicate,
        JsonReason::Missing { like: "HH:MM" },
        JsonReason::NumberTooLarge,
        JsonReason::NotAMode("closed"),
        JsonReason::Schedule(Reason::NoDays),
    );
}
