//! Why something is no zone that schedules can go by.

use core::fmt;

use super::zone_rules::NAME_MAX;

/// What is wrong with a zone that came as data.
///
/// Its text says where it is and what would be right.
///
/// ```
/// use kyklos_core::YearlyRule;
///
/// let fault = YearlyRule::parse("EST5EDT,M3.2.0").unwrap_err();
/// assert_eq!(fault.to_string(), "the rule at byte 14: expected a comma and the date on which the summer time ends, such as ,M11.1.0");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ZoneFault {
    /// The name is empty.
    NameEmpty,
    /// The name is longer than 40 bytes.
    NameTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// The name has something else than visible ASCII characters.
    NameCharacter {
        /// At which byte.
        at: usize,
    },
    /// An offset isn't a whole number of quarters of an hour.
    OffsetNotQuarter {
        /// Whose offset it is.
        of: OffsetOf,
        /// The offset.
        seconds: i32,
    },
    /// An offset is a day or more.
    OffsetTooLarge {
        /// Whose offset it is.
        of: OffsetOf,
        /// The offset.
        seconds: i32,
    },
    /// There are more than four offsets. The rule's own don't count.
    TooManyOffsets {
        /// The index of the change that brings the fifth one.
        index: usize,
    },
    /// A change isn't on a whole minute.
    ChangeNotMinute {
        /// The index of the change.
        index: usize,
    },
    /// A change isn't after 2020-01-02T00:00:00Z, or not before 2100-01-01T00:00:00Z.
    ChangeOutOfRange {
        /// The index of the change.
        index: usize,
    },
    /// A change isn't more than a day after the one before it.
    ChangeTooClose {
        /// The index of the later one.
        index: usize,
    },
    /// The clocks are put back by more than three hours.
    PutBackTooFar {
        /// The index of the change.
        index: usize,
    },
    /// There are more changes than there is room for, besides those that the rule says, too.
    TooManyChanges {
        /// How many there are.
        changes: usize,
        /// For how many there is room.
        room: usize,
    },
    /// At the last change the rule has another offset.
    RuleDisagrees {
        /// The offset from the last change on, in seconds.
        offset: i32,
        /// The rule's offset then, in seconds.
        rule: i32,
    },
    /// The rule changes the clocks within a day after the last change.
    RuleTooSoon,
    /// The text of a rule isn't as it should be.
    RuleText {
        /// At which byte.
        at: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// A date of a rule is none of the form `Mm.w.d`.
    RuleDate {
        /// At which byte.
        at: usize,
    },
    /// The rule changes the clocks before 8 March, 03:00 UTC.
    RuleTooEarly,
    /// The rule changes the clocks after 22 November, 00:00 UTC.
    RuleTooLate,
    /// The rule's two changes of a year aren't more than a day apart.
    RuleTooClose,
    /// In some years the rule's summer begins before it ends, in others after that.
    RuleOrder,
    /// The rule changes the clocks by more than three hours.
    RuleStep,
}

/// Whose an offset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum OffsetOf {
    /// The time before the first change.
    First,
    /// The change of this index.
    Change(usize),
    /// The rule.
    Rule,
}

impl fmt::Display for OffsetOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("first_offset"),
            Self::Change(index) => write!(f, "changes[{index}]"),
            Self::Rule => f.write_str("the rule"),
        }
    }
}

impl fmt::Display for ZoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NameEmpty => write!(f, "the name is empty: give it 1 to {NAME_MAX} characters"),
            Self::NameTooLong { bytes } => write!(f, "the name has {bytes} bytes: at most {NAME_MAX} are kept"),
            Self::NameCharacter { at } => {
                write!(f, "the name at byte {at}: write visible ASCII characters, no spaces, such as Europe/Zurich")
            }
            Self::OffsetNotQuarter { of, seconds } => {
                write!(f, "{of}: an offset of {seconds} s is no whole number of quarters of an hour (900 s)")
            }
            Self::OffsetTooLarge { of, seconds } => {
                write!(f, "{of}: an offset of {seconds} s is a day or more: it has to lie within -23:45 and +23:45")
            }
            Self::TooManyOffsets { index } => {
                write!(f, "changes[{index}]: a fifth offset: besides the rule's, a zone has at most four")
            }
            Self::ChangeNotMinute { index } => write!(f, "changes[{index}]: clocks change on a whole minute"),
            Self::ChangeOutOfRange { index } => {
                write!(f, "changes[{index}]: changes are after 2020-01-02T00:00:00Z and before 2100-01-01T00:00:00Z")
            }
            Self::ChangeTooClose { index } => {
                write!(f, "changes[{index}]: has to be more than a day after the change before it")
            }
            Self::PutBackTooFar { index } => {
                write!(f, "changes[{index}]: clocks are put back by three hours at the most")
            }
            Self::TooManyChanges { changes, room } => {
                write!(f, "{changes} changes that the rule doesn't know, but there is room for {room}")
            }
            Self::RuleDisagrees { offset, rule } => {
                write!(f, "the last offset is {offset} s, but the rule's is {rule} s then: both have to be the same")
            }
            Self::RuleTooSoon => {
                f.write_str("the rule changes the clocks within a day after the last change: give that change, too")
            }
            Self::RuleText { at, expected } => write!(f, "the rule at byte {at}: expected {expected}"),
            Self::RuleDate { at } => write!(
                f,
                "the rule at byte {at}: expected a date as Mm.w.d, month 3 to 12, week 1 to 5, weekday 0 to 6, such as M3.2.0"
            ),
            Self::RuleTooEarly => {
                f.write_str("the rule changes the clocks before 8 March, 03:00 UTC, which isn't supported")
            }
            Self::RuleTooLate => {
                f.write_str("the rule changes the clocks after 22 November, 00:00 UTC, which isn't supported")
            }
            Self::RuleTooClose => f.write_str("the rule's two changes of a year have to be more than a day apart"),
            Self::RuleOrder => {
                f.write_str("the rule's two changes of a year have to come in the same order every year")
            }
            Self::RuleStep => {
                f.write_str("the rule changes the clocks by more than three hours, which isn't supported")
            }
        }
    }
}

impl core::error::Error for ZoneFault {}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString as _};
    use std::vec::Vec;

    use super::super::posix::{
        END_OF_SUMMER, NAME_OF_STANDARD, NAME_OF_SUMMER, OFFSET_OF_STANDARD, START_OF_SUMMER, TIME_OF_DAY,
    };
    use super::*;
    use crate::{YearlyRule, ZoneRules};

    const HOUR: i32 = 3_600;
    const DAY: i64 = 86_400;
    /// The first instants of 2020, 2026 and 2100.
    const FROM: i64 = 1_577_836_800;
    const AT: i64 = 1_767_225_600;
    const END: i64 = 4_102_444_800;

    fn rule(text: &str) -> YearlyRule {
        YearlyRule::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
    }

    /// What the yearly rule of a text is refused for.
    fn text(text: &str) -> (String, ZoneFault) {
        (text.into(), YearlyRule::parse(text).expect_err(text))
    }

    /// What a zone in UTC with room for two changes is refused for.
    fn zone(changes: &[(i64, i32)], then: &str) -> (String, ZoneFault) {
        let label = std::format!("{changes:?} {then}");
        let fault = ZoneRules::<2>::new("Name", 0, changes, rule(then)).expect_err(&label);
        (label, fault)
    }

    fn name(name: &str) -> (String, ZoneFault) {
        (name.into(), ZoneRules::<0>::new(name, 0, &[], rule("UTC0")).expect_err(name))
    }

    fn first(offset: i32) -> (String, ZoneFault) {
        (offset.to_string(), ZoneRules::<0>::new("Name", offset, &[], rule("UTC0")).expect_err("an offset"))
    }

    /// Doesn't compile when a fault is added: its place here is its row in the table below.
    fn number(fault: ZoneFault) -> usize {
        match fault {
            ZoneFault::NameEmpty => 0,
            ZoneFault::NameTooLong { .. } => 1,
            ZoneFault::NameCharacter { .. } => 2,
            ZoneFault::OffsetNotQuarter { .. } => 3,
            ZoneFault::OffsetTooLarge { .. } => 4,
            ZoneFault::TooManyOffsets { .. } => 5,
            ZoneFault::ChangeNotMinute { .. } => 6,
            ZoneFault::ChangeOutOfRange { .. } => 7,
            ZoneFault::ChangeTooClose { .. } => 8,
            ZoneFault::PutBackTooFar { .. } => 9,
            ZoneFault::TooManyChanges { .. } => 10,
            ZoneFault::RuleDisagrees { .. } => 11,
            ZoneFault::RuleTooSoon => 12,
            ZoneFault::RuleText { .. } => 13,
            ZoneFault::RuleDate { .. } => 14,
            ZoneFault::RuleTooEarly => 15,
            ZoneFault::RuleTooLate => 16,
            ZoneFault::RuleTooClose => 17,
            ZoneFault::RuleOrder => 18,
            ZoneFault::RuleStep => 19,
        }
    }
    const FAULTS: usize = 20;

    #[test]
    fn every_fault_says_where_it_is() {
        use OffsetOf::{Change, First, Rule};
        let four = [1, 2, 3, 4].map(|offset| (AT + i64::from(offset) * 30 * DAY, offset * HOUR));
        let three = [1, 2, 3].map(|offset| (AT + i64::from(offset) * 30 * DAY, offset * HOUR));
        let table = [
            (name(""), ZoneFault::NameEmpty),
            (name(&"A".repeat(41)), ZoneFault::NameTooLong { bytes: 41 }),
            (name("Europe/Zürich"), ZoneFault::NameCharacter { at: 8 }),
            (name("New York"), ZoneFault::NameCharacter { at: 3 }),
            (first(75), ZoneFault::OffsetNotQuarter { of: First, seconds: 75 }),
            (zone(&[(AT, 1)], "UTC0"), ZoneFault::OffsetNotQuarter { of: Change(0), seconds: 1 }),
            (text("LMT-0:01:15"), ZoneFault::OffsetNotQuarter { of: Rule, seconds: 75 }),
            (first(24 * HOUR), ZoneFault::OffsetTooLarge { of: First, seconds: 24 * HOUR }),
            (first(i32::MIN + 848), ZoneFault::OffsetTooLarge { of: First, seconds: i32::MIN + 848 }),
            (zone(&[(AT, -24 * HOUR)], "UTC0"), ZoneFault::OffsetTooLarge { of: Change(0), seconds: -24 * HOUR }),
            (text("A24<+1>"), ZoneFault::RuleText { at: 0, expected: NAME_OF_STANDARD }),
            (text("ABC24"), ZoneFault::OffsetTooLarge { of: Rule, seconds: -24 * HOUR }),
            // The summer time is an hour ahead.
            (text("ABC-23DEF,M5.1.0,M9.1.0"), ZoneFault::OffsetTooLarge { of: Rule, seconds: 24 * HOUR }),
            (zone(&four, "ABC-4"), ZoneFault::TooManyOffsets { index: 3 }),
            (zone(&[(AT + 1, 0)], "UTC0"), ZoneFault::ChangeNotMinute { index: 0 }),
            (zone(&[(FROM + DAY, 0)], "UTC0"), ZoneFault::ChangeOutOfRange { index: 0 }),
            (zone(&[(i64::MIN, 0)], "UTC0"), ZoneFault::ChangeOutOfRange { index: 0 }),
            (zone(&[(AT, 0), (END, 0)], "UTC0"), ZoneFault::ChangeOutOfRange { index: 1 }),
            (zone(&[(AT, 0), (AT + DAY, 0)], "UTC0"), ZoneFault::ChangeTooClose { index: 1 }),
            (zone(&[(AT, 0), (AT - 60, 0)], "UTC0"), ZoneFault::ChangeTooClose { index: 1 }),
            (zone(&[(AT, -3 * HOUR - 900)], "ABC3:15"), ZoneFault::PutBackTooFar { index: 0 }),
            (zone(&three, "ABC-3"), ZoneFault::TooManyChanges { changes: 3, room: 2 }),
            (zone(&[], "ABC-1"), ZoneFault::RuleDisagrees { offset: 0, rule: HOUR }),
            (zone(&[(AT, HOUR)], "UTC0"), ZoneFault::RuleDisagrees { offset: HOUR, rule: 0 }),
            // Half a day before the last Sunday of March 2026, 01:00 UTC.
            (zone(&[(AT + 86 * DAY + 46_800, 0)], "WET0WEST,M3.5.0/1,M10.5.0"), ZoneFault::RuleTooSoon),
            (text(""), ZoneFault::RuleText { at: 0, expected: NAME_OF_STANDARD }),
            (text("5"), ZoneFault::RuleText { at: 0, expected: NAME_OF_STANDARD }),
            (text("<+05"), ZoneFault::RuleText { at: 0, expected: NAME_OF_STANDARD }),
            (text("EST"), ZoneFault::RuleText { at: 3, expected: OFFSET_OF_STANDARD }),
            (text("EST25"), ZoneFault::RuleText { at: 3, expected: OFFSET_OF_STANDARD }),
            (text("EST5:1"), ZoneFault::RuleText { at: 3, expected: OFFSET_OF_STANDARD }),
            (text("EST5:60"), ZoneFault::RuleText { at: 3, expected: OFFSET_OF_STANDARD }),
            (text("EST5,M3.2.0"), ZoneFault::RuleText { at: 4, expected: NAME_OF_SUMMER }),
            (text("EST5EDTx"), ZoneFault::RuleText { at: 8, expected: START_OF_SUMMER }),
            (text("EST5EDT"), ZoneFault::RuleText { at: 7, expected: START_OF_SUMMER }),
            (text("EST5EDT,M3.2.0"), ZoneFault::RuleText { at: 14, expected: END_OF_SUMMER }),
            (text("EST5EDT,M3.2.0,M11.1.0 "), ZoneFault::RuleText { at: 22, expected: "the end" }),
            (text("EST5EDT,M3.2.0/2:00:30,M11.1.0"), ZoneFault::RuleText { at: 15, expected: TIME_OF_DAY }),
            (text("EST5EDT,M3.2.0/168,M11.1.0"), ZoneFault::RuleText { at: 15, expected: TIME_OF_DAY }),
            (text("EST5EDT,J60,J300"), ZoneFault::RuleDate { at: 8 }),
            (text("EST5EDT,60,300"), ZoneFault::RuleDate { at: 8 }),
            (text("EST5EDT,M3.2.0,M13.1.0"), ZoneFault::RuleDate { at: 15 }),
            (text("EST5EDT,M2.2.0,M11.1.0"), ZoneFault::RuleDate { at: 8 }),
            (text("EST5EDT,M3.6.0,M11.1.0"), ZoneFault::RuleDate { at: 8 }),
            (text("EST5EDT,M3.2.7,M11.1.0"), ZoneFault::RuleDate { at: 8 }),
            (text("EST5EDT,M3.1.0,M11.1.0"), ZoneFault::RuleTooEarly),
            (text("UTC0SUM,M3.2.0/2:59,M11.1.0"), ZoneFault::RuleTooEarly),
            (text("EST5EDT,M3.2.0,M11.3.6/21"), ZoneFault::RuleTooLate),
            (text("EST5EDT,M5.2.0/2,M5.2.1/2"), ZoneFault::RuleTooClose),
            // The fifth Sunday is the fourth one in some years.
            (text("EST5EDT,M5.5.0,M5.4.0"), ZoneFault::RuleTooClose),
            (text("EST5EDT,M5.4.0,M5.5.1/-160"), ZoneFault::RuleOrder),
            (text("EST5EDT1:45,M3.2.0,M11.1.0"), ZoneFault::RuleStep),
        ];
        let mut seen = [false; FAULTS];
        for ((input, found), expected) in table {
            assert_eq!(found, expected, "{input}");
            *seen.get_mut(number(found)).expect("a number of a fault") = true;
        }
        let missing: Vec<_> = seen.iter().enumerate().filter(|(_, seen)| !**seen).collect();
        assert!(missing.is_empty(), "no row for {missing:?}");
    }

    /// One more of what is refused above.
    #[test]
    fn what_is_just_right_is_accepted() {
        rule("UTC0SUM,M3.2.0/3,M11.1.0");
        rule("<-02>+02:00:00<-01>,M3.5.0/-1,M10.5.0/0");
        rule("EST5EDT,M3.2.0,M11.3.6/20");
        rule("ABC-23:45");
        rule("EST5EDT2,M3.2.0,M11.1.0");
        assert!(ZoneRules::<0>::new(&"A".repeat(40), 0, &[], rule("UTC0")).is_ok());
        let three = [1, 2, 3].map(|offset| (AT + i64::from(offset) * 30 * DAY, offset * HOUR));
        assert!(ZoneRules::<3>::new("Name", 0, &three, rule("ABC-3")).is_ok());
        let ends = [(FROM + DAY + 60, -3 * HOUR), (FROM + 2 * DAY + 120, 0), (END - 60, HOUR)];
        assert!(ZoneRules::<3>::new("Name", 0, &ends, rule("ABC-1")).is_ok());
    }
}
