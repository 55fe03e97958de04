//! What can be wrong with a schedule.

use kyklos_core::{
    ExceptionField, Field, Invalid, JsonReason, JsonType, Problem, Reason, Syntax, TimeOfDay, TooManyHolidays,
    WindowField,
};

use crate::{ZONE, log};

pub(crate) fn log_all() {
    log!("Invalid": Invalid { problems: 2 });
    log!("TooManyHolidays": TooManyHolidays { most: 32 });
    fields();
    reasons();
    json();
}

fn fields() {
    log!("WindowField":
        WindowField::Name,
        WindowField::Days,
        WindowField::Day(2),
        WindowField::Start,
        WindowField::End,
        WindowField::EndDay,
        WindowField::Replicas,
    );
    log!("ExceptionField":
        ExceptionField::Name,
        ExceptionField::Start,
        ExceptionField::End,
        ExceptionField::Replicas,
    );
    log!("Field":
        Field::TargetApiVersion,
        Field::TargetKind,
        Field::TargetName,
        Field::TargetNamespace,
        Field::Timezone,
        Field::DefaultReplicas,
        Field::Windows,
        Field::Window(1, WindowField::Day(2)),
        Field::Exceptions,
        Field::Exception(3, ExceptionField::End),
        Field::HolidayConfigMap,
        Field::GracePeriodSeconds,
    );
}

fn reasons() {
    log!("Problem": Problem { field: Field::Timezone, reason: Reason::UnknownZone("Mars/Phobos") });
    log!("Reason":
        Reason::UnknownZone("Mars/Phobos"),
        Reason::OtherZone { asked: "Asia/Tokyo", built: ZONE },
        Reason::NotAStart("9:00"),
        Reason::NotAnEnd("24:01"),
        Reason::SameStartAndEnd(TimeOfDay::END_OF_DAY),
        Reason::NotADay("Maandag"),
        Reason::NotASingleDay("Mon-Fri"),
        Reason::NoDays,
        Reason::NotALocalTime("2026-02-29T00:00"),
        Reason::EndNotAfterStart { start: "2026-12-02T00:00", end: "2026-12-01T00:00" },
        Reason::TooLate("2101-01-01T00:00"),
        Reason::OutOfRange { found: -1, most: 3_600 },
        Reason::NameTooLong { found: 64 },
        Reason::TooMany { found: 65, most: 64 },
        Reason::Empty,
        Reason::ForeignNamespace { asked: "bank", own: "shop" },
    );
}

fn json() {
    log!("JsonType":
        JsonType::Null,
        JsonType::Boolean,
        JsonType::Number,
        JsonType::WholeNumber,
        JsonType::Text,
        JsonType::List,
        JsonType::Object,
    );
    log!("Syntax":
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
    log!("JsonReason":
        JsonReason::Syntax(Syntax::Colon),
        JsonReason::Type { expected: JsonType::WholeNumber, found: JsonType::Text },
        JsonReason::Unknown { known: &["start", "end"] },
        JsonReason::Duplicate,
        JsonReason::Missing { like: "HH:MM" },
        JsonReason::NumberTooLarge,
        JsonReason::NotAMode("closed"),
        JsonReason::NotADate("2026-02-29"),
        JsonReason::Schedule(Reason::NoDays),
    );
}
